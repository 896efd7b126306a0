//! `ostler.toml`: file form → checked form, every mistake at once with line and cure.

pub mod checked;

pub use checked::{
    Admin, App, Config, Edge, Health, Limits, Log, LogForm, Memory, ReadyOn, Restart, Route, Run,
    Scale, Stopping, Watch, Workers,
};
