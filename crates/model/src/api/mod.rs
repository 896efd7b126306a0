//! Bodies of the admin API. `status --json` prints [`Status`] as it is: fields are only ever added.

mod report;
mod status;

pub use report::*;
pub use status::*;
