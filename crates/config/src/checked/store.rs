use super::StoreAddress;

/// `[store]`: what `REDIS_URL` of the workers leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Store {
    /// Nothing; workers get no `REDIS_URL`.
    Off,
    /// A server elsewhere.
    Elsewhere(StoreUrl),
}

/// The URL of a server that speaks the Redis protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreUrl {
    /// As it was written, for clients.
    pub text: String,
    /// Where it is.
    pub at: StoreAddress,
    /// Who logs in; None: the server's default user.
    pub user: Option<String>,
    /// With what.
    pub password: Option<String>,
    /// The number of the database.
    pub database: u32,
}
