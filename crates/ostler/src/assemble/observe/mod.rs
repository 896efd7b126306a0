//! What is kept and told of everything that runs: the parts of the crate `observe`, fed from here.

mod diagram;
mod ingest;
mod logs;
mod observed;
mod recorder;
mod ship;

pub use diagram::Diagram;
pub use logs::{LogShelf, entry as log_entry, query as log_query};
pub use observed::Observed;
pub use recorder::Recorder;
