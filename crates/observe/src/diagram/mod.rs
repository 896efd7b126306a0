//! The architecture as a picture: built from what was seen, laid out, and drawn. Pure.
//!
//! In: [`Seen`], what one look at everything that runs gave. Out: a [`model::api::Graph`] with places, and that as
//! SVG, PNG or Mermaid. Invariants: the same things stand in the same places from picture to picture; nothing is drawn
//! that was not seen; the picture is bounded, and says what it leaves out.
//! Not here: looking (the binary), sockets of processes (`socket`).

mod build;
mod icon;
mod layout;
mod mermaid;
mod paint;
mod rates;
mod scene;
mod seen;
mod svg;
mod text;

#[cfg(test)]
mod tests;

pub use build::build;
pub use mermaid::mermaid;
pub use paint::{Fonts, PaintError, png};
pub use rates::{Counts, Rate, Rates};
pub use scene::Theme;
pub use seen::{Answerer, Queue, RouteSeen, Seen, Talk, Target, WorkerSeen};
pub use svg::svg;
