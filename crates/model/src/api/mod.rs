//! Bodies of the admin API. `status --json` prints [`Status`] as it is: fields are only ever added.

mod cache;
mod export;
mod graph;
mod ingest;
mod logs;
mod report;
mod series;
mod status;
mod store;

pub use cache::*;
pub use export::*;
pub use graph::*;
pub use ingest::*;
pub use logs::*;
pub use report::*;
pub use series::*;
pub use status::*;
pub use store::*;
