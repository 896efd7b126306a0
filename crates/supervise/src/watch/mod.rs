//! Reload when files change: folders are watched one by one, so that `node_modules` costs nothing.

mod files;
mod filter;
mod settle;

pub use files::FileWatch;
