//! What a name stands for.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;

/// An answer on its way.
pub type Answer = Pin<Box<dyn Future<Output = Result<Vec<IpAddr>, String>> + Send>>;

/// Somebody who knows what names stand for.
pub trait Resolve: Send + Sync {
    /// All addresses of `host`, or why they are not known.
    fn resolve(&self, host: String) -> Answer;
}

/// The system's resolver: `getaddrinfo`, so `/etc/hosts` and what else is set up there counts.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, host: String) -> Answer {
        Box::pin(async move {
            // The port is of no use for the question.
            match tokio::net::lookup_host((host, 0)).await {
                Ok(addresses) => Ok(addresses.map(|address| address.ip()).collect()),
                Err(error) => Err(plain(&error.to_string())),
            }
        })
    }
}

/// std puts the same words before every cause.
fn plain(error: &str) -> String {
    error.strip_prefix("failed to lookup address information: ").unwrap_or(error).to_owned()
}
