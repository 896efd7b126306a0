//! The command line: what can be typed is in `arguments`, what a failure prints in `exit`, and each
//! command in a file of its own.

mod admin;
mod arguments;
mod audit;
mod boards;
mod check;
pub mod connect;
mod diagram;
mod exit;
mod explain;
mod import;
mod logs;
mod operate;
pub mod print;
mod purge;
mod reference;
mod run;
pub mod start;
mod status;
mod stop;
mod store;
mod table;
mod top;

pub use arguments::{Arguments, RunArguments, carry_out};
pub use exit::{Exit, Failure};
