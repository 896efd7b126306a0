//! The server: sockets, the threads, and the client inside the process.
//!
//! In: [`Settings`] with sockets that listen. Out: a running [`Store`].
//! Threads: `store` runs all commands and all input and output; `store-relief` does input and output, and what needs
//! no data, while one command keeps the first busy (the [`baton`] says whose turn it is); `store-log` writes.
//! Invariants: no reply leaves before what it tells is as durable as the policy says; nothing waits without a limit.
//! Not here: what commands do (`engine`, `command`), what is written how (`log`, `durable`).

mod baton;
mod connection;
mod data;
mod figures;
mod front;
mod listen;
mod machine;
mod output;
mod own;
mod poll;
mod relief;
mod settings;
mod store;
#[cfg(test)]
mod tests;
mod time;
mod turn;
mod waiting;
mod waker;

pub use figures::{Figures, Watch};
pub use own::{Answer, OwnClient};
pub use settings::{Settings, StartError};
pub use store::{Progress, Store};
