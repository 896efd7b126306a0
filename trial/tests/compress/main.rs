//! Compression in front of an unmodified Express app: curl and sockets as clients, by HTTP/1.1 and HTTP/2.
#![expect(clippy::unwrap_used, reason = "a trial that cannot go on must fail loudly")]

mod replies;
mod site;
mod streams;
