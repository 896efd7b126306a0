//! Why a request is not answered by its app.

use crate::http::head::Malformed;
use crate::http::{BodyError, Refusal};
use std::time::Duration;

/// Everything that can go wrong between a request's first byte and its reply's head. What the
/// client is told of it is decided in [`crate::reply`] alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The head was refused.
    #[error("{0}")]
    Head(#[from] Refusal),
    /// The head did not come within the limit.
    #[error("the request's headers did not arrive within {0:?}")]
    HeadTimeout(Duration),
    /// The request's body is malformed or above the limit.
    #[error("the request's body is refused: {0}")]
    Body(#[from] BodyError),
    /// The body did not go on within the limit.
    #[error("the request's body did not go on for {0:?}")]
    BodyTimeout(Duration),
    /// Plain HTTP where TLS is spoken.
    #[error("this port speaks TLS: write https:// before the address")]
    NotTls,
    /// The client is in no network that is let in.
    #[error("access from this address is not allowed")]
    Denied,
    /// The host is none of those that are served.
    #[error("this host is not served here")]
    HostNotServed,
    /// The request came without TLS where TLS is required.
    #[error("this address is served over https only")]
    Insecure,
    /// The method is none of those that the route takes.
    #[error("this method is not taken here")]
    MethodNotTaken,
    /// A limit let no more through.
    #[error("too many requests: {}", again(*after_s))]
    Limited {
        /// The status of the reply.
        status: u16,
        /// One more may pass after so many seconds.
        after_s: u32,
    },
    /// Nobody can say whether a limit lets one more through.
    #[error("requests cannot be counted at the moment")]
    LimitStore,
    /// No route leads anywhere.
    #[error("no app is configured for this address")]
    NoRoute,
    /// There is no file there, and no app that could answer.
    #[error("there is nothing at this address")]
    NoFile,
    /// The path means nothing: `%` without digits, a NUL, no UTF-8.
    #[error("the path of the address is malformed")]
    FilePath,
    /// The edge may not read the file.
    #[error("the server may not read this file")]
    FileForbidden,
    /// No descriptor or no memory is left to read a file with.
    #[error("too many files are open")]
    FilesExhausted,
    /// The file cannot be read.
    #[error("this file cannot be read")]
    FileBroken,
    /// No worker of the app ever became ready.
    #[error("the app failed to start")]
    AppFailed,
    /// The app was stopped on purpose.
    #[error("the app is stopped")]
    AppStopped,
    /// No server of the upstream can be reached.
    #[error("no server of the upstream can be reached")]
    Unreachable,
    /// No worker became ready or free within the limit.
    #[error("no worker of the app was ready or free within {0:?}")]
    NoWorker(Duration),
    /// Too many requests wait for a worker already.
    #[error("too many requests wait for the app already")]
    QueueFull,
    /// The workers have more to do than they can.
    #[error("the app has more to do than it can; try again in a moment")]
    Shed,
    /// Every worker refused the connection for as long as a request may wait.
    #[error("the app accepts no connections")]
    Refused,
    /// The edge itself could not make a connection.
    #[error("the proxy has no connection left to reach the app")]
    Exhausted,
    /// The worker closed before its reply's head was complete.
    #[error("the app closed the connection without an answer")]
    Cut,
    /// The worker's reply was malformed.
    #[error("the app's answer is malformed: {0}")]
    Malformed(#[from] Malformed),
    /// The worker did not answer within the limit.
    #[error("the app did not answer within {0:?}")]
    ReplyTimeout(Duration),
    /// The worker did not read the request's body within the limit.
    #[error("the app did not read the request for {0:?}")]
    NotRead(Duration),
    /// The client has gone, or everything is being cut: nobody can be told.
    #[error("the client closed the connection")]
    Gone,
}

/// When to try again, for people.
fn again(after_s: u32) -> String {
    match after_s {
        1 => "try again in a second".into(),
        2..=120 => format!("try again in {after_s} seconds"),
        _ => format!("try again in {} minutes", after_s.div_ceil(60)),
    }
}

impl Failure {
    /// True if the client is the cause.
    pub fn is_by_client(self) -> bool {
        matches!(
            self,
            Failure::Head(_)
                | Failure::NotTls
                | Failure::Limited { .. }
                | Failure::HeadTimeout(_)
                | Failure::Body(_)
                | Failure::BodyTimeout(_)
                | Failure::Denied
                | Failure::HostNotServed
                | Failure::Insecure
                | Failure::MethodNotTaken
                | Failure::Gone
        )
    }
}
