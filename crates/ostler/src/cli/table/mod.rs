//! A `Status` of the admin API as text for people: `ostler status`, and the rows of `ostler top`.
//! Pure.
//!
//! Every state is a word, so that nothing depends on colour.

mod column;
mod export;
mod figures;
mod line;
mod page;
mod route;
mod tone;
mod upstream;

pub use column::Grid;
use export::export_line;
pub use line::{about, app_line};
pub use page::status;
pub use route::RouteGrid;
pub use tone::{Piece, Pieces, Tone, piece};
use upstream::{server_line, upstream_line};

#[cfg(test)]
pub mod tests;
