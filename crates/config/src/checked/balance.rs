use model::AppName;
use std::time::Duration;

/// The keys of `[app.NAME]` that are about requests: what the edge needs to know of an app.
/// Apart from [`super::App`], so that a change of them replaces no worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serving {
    /// The app.
    pub app: AppName,
    /// Which worker gets a request.
    pub balance: Balance,
    /// What the workers speak.
    pub protocol: Protocol,
}

/// How requests are shared out among the workers of an app or the servers of an upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// Who gets a request of a client that belongs to nobody.
    pub policy: Policy,
    /// Keep a client at the worker it was first given to.
    pub sticky: Option<Sticky>,
    /// A new worker gets its full share only after so long; zero: at once.
    pub slow_start: Duration,
    /// Leave out for a while who answers with errors, as long as others do not.
    pub eject: bool,
    /// When the workers are saturated, refuse what would wait for longer than this; None: never. Of
    /// apps only: whether a server elsewhere is saturated nobody can tell.
    pub shed: Option<Duration>,
}

/// Who gets a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Policy {
    /// The one with the least requests in flight, weighed by how fast and how well it answers.
    Least,
    /// One after the other.
    RoundRobin,
    /// The better one of two that are chosen by chance.
    TwoChoices,
    /// Always the same one for the same key, as long as it is there.
    Hash(HashKey),
}

/// What of a request decides where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HashKey {
    /// The client's address, as trusted proxies tell it.
    Client,
    /// The path, without the query.
    Path,
    /// A header's value; its name in lower case. Requests without it go as under `Least`.
    Header(String),
    /// A cookie's value. Requests without it go as under `Least`.
    Cookie(String),
}

/// Stickiness by a cookie that the edge sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sticky {
    /// The cookie's name.
    pub cookie: String,
}

/// What the workers of an app or the servers of an upstream speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP/1.1.
    Http1,
    /// HTTP/2; without TLS by prior knowledge. What gRPC servers speak.
    Http2,
}

/// As in a file that says nothing of it.
impl Default for Balance {
    fn default() -> Self {
        let slow_start = Duration::from_secs(2);
        let shed = Some(Duration::from_millis(500));
        Balance { policy: Policy::Least, sticky: None, slow_start, eject: true, shed }
    }
}
