//! Headers of replies, and who is let in: the edge beside the npm packages helmet and cors, by HTTP/1.1
//! and HTTP/2, with and without TLS.
#![expect(clippy::unwrap_used, reason = "a trial that cannot go on must fail loudly")]

mod cors;
mod guard;
mod helmet;
mod nonce;
mod site;
