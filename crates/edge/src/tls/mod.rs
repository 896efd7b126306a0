//! TLS: certificates, which one a client gets, and encrypted connections.
//!
//! In: PEM files, sockets. Out: [`Stream`], which reads and writes as a plain socket does.
//! rustls does the protocol, over buffers of ours, so that an idle connection holds none.

mod certificates;
mod check;
mod client;
mod expiry;
mod handshake;
mod machine;
mod server;
mod shaking;
mod stream;

pub use certificates::{CertificateError, Certificates};
pub use check::{CheckError, check};
pub use client::{AuthorityError, Client};
pub use handshake::{Accepted, HandshakeError, accept};
pub use server::{Server, Tickets};
pub use stream::Stream;

#[cfg(test)]
mod tests;
