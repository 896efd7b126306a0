//! What the edge does for a request beside passing it on, by the rules of its route.
//!
//! In: a request's head, and later its reply's. Out: the request passes, with what its reply needs of it
//! in a [`Dress`]; or it is answered at once ([`Early`]). The rules themselves live in folders of
//! their own; here is the order in which they are asked.

mod dress;
mod early;
mod prepared;

pub use dress::Dress;
pub use early::{Content, Early, Kept, Local};
pub use prepared::{Handling, Look};
