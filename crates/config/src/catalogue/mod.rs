//! Every key of `ostler.toml`, declared once: its forms, default, meaning.

mod access_log;
mod admin;
mod all;
mod app;
mod balance;
mod cache;
mod edge;
mod export;
mod form;
mod ingest;
mod key;
mod later;
mod limit_store;
mod log;
mod logs;
mod observe;
mod observe_metrics;
mod route;
mod rules;
mod shed;
mod store;
mod tls;
mod upstream;

pub use all::{children, find, keys, pattern};
pub use form::Form;
pub use key::{Change, Key};
pub use later::{Later, later};
