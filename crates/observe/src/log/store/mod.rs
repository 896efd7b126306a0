//! Where lines are kept: in memory first, with a file beside them that survives this process; then as blocks in
//! parts on disk, which are merged into larger ones and go when they are too old or too many.

pub mod merge;
pub mod part;
pub mod shelf;
pub mod state;
pub mod wal;
pub mod write;

pub use part::Part;
pub use shelf::Shelf;
pub use state::{Open, Snapshot, State};
