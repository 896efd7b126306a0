//! Files of a folder, served without any app.

mod body;
mod document;
mod folder;
mod load;
pub mod path;
mod read;
mod reply;
mod shelf;
mod site;
mod stamp;

pub use body::{FileBody, Piece};
pub use read::{Read, read_waiting, read_warm};
pub use site::Site;

#[cfg(test)]
mod tests;
