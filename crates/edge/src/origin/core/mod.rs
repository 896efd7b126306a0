//! Every decision about upstreams; pure. Answers of names and checks, time and chance come in,
//! what is to be done comes out.

mod event;
mod member;
mod name;
mod origin;

pub use event::{Action, Draw, Event, Outcome, Turn};
pub use member::{Member, Standing};
pub use origin::Origin;

#[cfg(test)]
mod tests;
