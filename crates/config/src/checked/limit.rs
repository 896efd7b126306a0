use std::net::IpAddr;
use std::time::Duration;

/// `limit`: how many requests somebody may send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// What headers and metrics call it.
    pub name: String,
    /// Who is counted.
    pub per: LimitPer,
    /// What is counted, and up to what.
    pub most: LimitMost,
    /// The status of the reply to a request that is one too many.
    pub status: u16,
    /// Networks (address, prefix length) whose clients are not counted.
    pub except: Vec<(IpAddr, u8)>,
    /// The methods that are counted; empty: all.
    pub methods: Vec<String>,
    /// How replies tell what is left.
    pub headers: Option<LimitHeaders>,
    /// The bits of an IPv6 address that tell clients apart.
    pub ipv6_prefix: u8,
    /// How many keys are remembered at once.
    pub keys_max: u32,
    /// Count together with others, if there is a store.
    pub shared: bool,
}

/// Who is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LimitPer {
    /// Each client, by its address as trusted proxies tell it.
    Client,
    /// All together.
    Route,
    /// Each value of a header; its name in lower case. Without it as `Client`.
    Header(String),
    /// Each value of a cookie. Without it as `Client`.
    Cookie(String),
}

/// What is counted, and up to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitMost {
    /// Requests in time.
    Rate {
        /// So many requests…
        count: u32,
        /// … in so long.
        period: Duration,
        /// How.
        algorithm: LimitAlgorithm,
    },
    /// Requests that are being answered.
    AtOnce(u32),
}

/// How requests in time are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitAlgorithm {
    /// A bucket that is refilled evenly.
    Gcra {
        /// What it holds.
        burst: u32,
    },
    /// This window's requests, and those of the one before by how much of it is not over.
    Window,
}

/// How replies tell what is left of a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitHeaders {
    /// `RateLimit: "name";r=…;t=…`
    Draft8,
    /// `RateLimit: limit=…, remaining=…, reset=…`
    Draft7,
    /// `RateLimit-Limit`, `-Remaining`, `-Reset`.
    Draft6,
    /// `X-RateLimit-Limit`, `-Remaining`, `-Reset`.
    Legacy,
}
