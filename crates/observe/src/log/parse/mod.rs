//! What a line says: its fields, its level, its time, without a tree of it. Pure.

pub mod level;
pub mod scan;
pub mod shape;
pub mod text;
pub mod time;

pub use shape::{Form, Numbered, Parsed, Shape, Shapes};
