//! The sides of a comparison: the same app behind Ostler and behind its peers, each started and
//! ended in the same way.

mod app;
mod cluster;
mod edge;
mod haproxy;
mod kind;
mod nginx;
mod nodes;
pub mod npm;
mod origin;
mod ostler;
mod peers;
mod pm2;
mod proxy;
mod redis;
mod running;
mod store;
mod varnish;

pub use app::App;
pub use edge::serve;
pub use kind::Kind;
pub use nodes::at;
pub use origin::{File, Origin};
pub use peers::Peers;
pub use proxy::{CERTIFICATE, NAME, Setup, certificate};
pub use running::Side;
pub use store::{Durability, Store, accounted, beside, most_resident};
