//! `DEBUG`: what test suites and people who look for a fault ask. Nothing of it can harm data: what crashes a server or
//! makes it forget something is not here.

mod aids;
mod digest;
mod key;
mod populate;
mod protocol;
mod run;
#[cfg(test)]
mod tests;

pub use run::DEBUG;
