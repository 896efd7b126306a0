//! Scripts beside redis-server, what they may not do to the process, and the formats that they read and write.

mod formats;
mod replies;
mod safety;
