//! Processes of a side: started, watched, measured and always ended.

mod child;
mod folder;
mod limit;
mod port;
mod stat;

pub use child::{Child, program};
pub use folder::Folder;
pub use limit::{files_max, raise_files};
pub use port::free_address;
pub use stat::{Memory, Processes, end, kill, machine, poke, terminate};
