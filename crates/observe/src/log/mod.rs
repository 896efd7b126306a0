//! Logs: lines are understood, relieved of secrets, kept as columns, found again.
//!
//! In: lines of workers, records of other programs. Out: those that are looked for, and how many there are.
//! Invariant: memory and disk have limits; what does not fit goes, oldest first, and is counted.

mod block;
mod bytes;
mod entry;
mod intake;
mod join;
mod keep;
mod keeper;
mod parse;
#[doc(hidden)]
pub mod probe;
mod query;
mod redact;
mod row;
mod search;
mod settings;
mod store;
mod stored;
#[cfg(test)]
mod tests;

pub use keep::{Listener, Logs, Tell, Wants};
pub use parse::time::moment;
pub use query::{FieldTest, Query, QueryError, Test, Text, literal, pattern};
pub use redact::USUAL as REDACTED;
pub use search::newest::Searched;
pub use search::{Counts, Found};
pub use settings::{LogFigures, Settings};
pub use stored::Stored;
