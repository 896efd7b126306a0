//! Every key of `ostler.toml`, declared once: its forms, default, meaning.

mod admin;
mod all;
mod app;
mod edge;
mod form;
mod key;
mod later;
mod log;
mod route;

pub use all::{children, find, keys, pattern};
pub use form::Form;
pub use key::{Change, Key};
pub use later::{Later, later};
