use std::time::Duration;

/// `cache` of a route: which of its replies are kept, and who gets them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cache {
    /// For how long a reply is kept that says nothing about it; None: such replies are kept as
    /// long as RFC 9111 section 4.2.2 lets guess, or not at all.
    pub keep_for: Option<Duration>,
    /// For how long after that a reply is used while a newer one is fetched, if it says nothing
    /// about it.
    pub stale: Duration,
    /// For how long after that a reply is used when the app fails, if it says nothing about it.
    /// None: the default, for an app that cannot be reached alone.
    pub stale_if_error: Option<Duration>,
    /// What clients say of caching (`Cache-Control` in requests) is obeyed.
    pub obeys_clients: bool,
    /// Replies that say nothing are kept and used whatever cookies a request has.
    pub ignores_cookies: bool,
    /// Replies that say `public` are kept although they set a cookie.
    pub keeps_set_cookie: bool,
    /// What beside the address tells requests apart.
    pub key: CacheKey,
    /// Requests that the cache has nothing to do with.
    pub bypass: CacheBypass,
    /// The statuses that are kept for `keep_for`.
    pub statuses: Vec<u16>,
    /// The largest body that is kept, in bytes.
    pub object_bytes_max: u64,
    /// How long a request waits for the reply that another one fetches.
    pub wait: Duration,
    /// What `Cache-Status` tells clients.
    pub report: CacheReport,
}

/// `cache.key`: what beside the address tells requests apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CacheKey {
    /// Query parameters that do not; a `*` at the end takes all that begin so.
    pub ignore_query: Vec<String>,
    /// Headers that do, in lower case.
    pub headers: Vec<String>,
    /// Cookies that do.
    pub cookies: Vec<String>,
}

/// `cache.bypass`: requests that are neither answered from the cache nor kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CacheBypass {
    /// Those with one of these headers, in lower case.
    pub headers: Vec<String>,
    /// Those with one of these cookies; a `*` at the end takes all that begin so.
    pub cookies: Vec<String>,
}

/// What `Cache-Status` tells clients (RFC 9211).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CacheReport {
    /// There is none.
    Off,
    /// What became of the request.
    #[default]
    On,
    /// That, and the key.
    WithKey,
}

impl Cache {
    /// How long replies are used after their time when the app cannot be reached, if neither they
    /// nor the settings say anything about it.
    pub const UNREACHABLE: Duration = Duration::from_secs(60);
    /// See [`Cache::object_bytes_max`].
    pub const OBJECT_BYTES_MAX: u64 = 8_000_000;
    /// See [`Cache::wait`].
    pub const WAIT: Duration = Duration::from_secs(5);
    /// Statuses that may be kept without a word of the app (RFC 9110 section 15.1), but for 206.
    pub const STATUSES: [u16; 11] = [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501];
}

impl Default for Cache {
    fn default() -> Self {
        Cache {
            keep_for: None,
            stale: Duration::ZERO,
            stale_if_error: None,
            obeys_clients: false,
            ignores_cookies: false,
            keeps_set_cookie: false,
            key: CacheKey::default(),
            bypass: CacheBypass::default(),
            statuses: Self::STATUSES.to_vec(),
            object_bytes_max: Self::OBJECT_BYTES_MAX,
            wait: Self::WAIT,
            report: CacheReport::On,
        }
    }
}
