//! Where the Ostler of a project is found: its run folder (sockets, workers' folders, lock) and its
//! state folder (logs, token), both named after the project's folder.
//!
//! | folder | `OSTLER_RUN` / `OSTLER_STATE` set | root | else |
//! |---|---|---|---|
//! | run | `$OSTLER_RUN` | `/run/ostler` | `$XDG_RUNTIME_DIR/ostler`, or `/tmp/ostler-UID` |
//! | state | `$OSTLER_STATE` | `/var/lib/ostler` | `$XDG_STATE_HOME/ostler`, or `~/.local/state/ostler` |

mod environment;
mod folders;
mod held;

pub use environment::Environment;
pub use folders::{Place, PlaceError, sockets};
pub use held::{Held, TakeError};

#[cfg(test)]
mod tests;
