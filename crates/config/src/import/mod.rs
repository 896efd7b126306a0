//! Other programs' configs as an `ostler.toml`. Nothing is dropped silently: what has no
//! counterpart is told in a note and in a comment of the file.

mod pm2;

pub use pm2::{Imported, from_pm2};
