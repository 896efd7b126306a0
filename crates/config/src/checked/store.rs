use super::StoreAddress;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// `[store]`: what `REDIS_URL` of the workers leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Store {
    /// Nothing; workers get no `REDIS_URL`.
    Off,
    /// A server elsewhere.
    Elsewhere(StoreUrl),
    /// The store inside Ostler.
    Here(StoreHere),
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

/// The store inside Ostler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreHere {
    /// TCP addresses to listen on; None: a free port of 127.0.0.1.
    pub listen: Option<Vec<SocketAddr>>,
    /// Unix sockets to listen on, beside the one in the run folder.
    pub sockets: Vec<PathBuf>,
    /// What clients must say.
    pub password: StorePassword,
    /// Where its data is.
    pub folder: StoreFolder,
    /// When a change is on disk.
    pub durability: StoreDurability,
    /// Bytes for data; 0: no limit.
    pub memory_bytes_max: u64,
    /// What happens when they are taken.
    pub eviction: StoreEviction,
    /// How many databases there are.
    pub databases: u32,
    /// Connections open at once.
    pub clients_max: u32,
    /// After so long others are told that a script runs.
    pub script_timeout: Duration,
}

/// What holds where the config says nothing of it.
impl Default for StoreHere {
    fn default() -> Self {
        StoreHere {
            listen: None,
            sockets: Vec::new(),
            password: StorePassword::Made,
            folder: StoreFolder::Usual,
            durability: StoreDurability::Always,
            memory_bytes_max: 0,
            eviction: StoreEviction::Refuse,
            databases: 16,
            clients_max: 10_000,
            script_timeout: Duration::from_secs(5),
        }
    }
}

/// Where the store's data is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreFolder {
    /// In the state folder of the project.
    Usual,
    /// Here.
    Given(PathBuf),
    /// Nowhere but in memory.
    Off,
}

/// What clients of the store must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorePassword {
    /// One that Ostler makes and keeps.
    Made,
    /// This one.
    Given(String),
    /// Nothing.
    Off,
}

/// When a change is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreDurability {
    /// Before it is answered.
    Always,
    /// Within a second.
    EverySecond,
    /// When the system writes it.
    Off,
}

/// What happens at the limit of memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreEviction {
    /// Commands that need more fail.
    Refuse,
    /// Keys go that were not used for the longest time.
    LeastRecent,
    /// Keys go that are used least often.
    LeastOften,
    /// Any key goes.
    Random,
    /// Of those that expire, keys go that were not used for the longest time.
    ExpiringLeastRecent,
    /// Of those that expire, keys go that are used least often.
    ExpiringLeastOften,
    /// Of those that expire, any goes.
    ExpiringRandom,
    /// Keys go that expire next.
    NextExpiring,
}

impl StoreDurability {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            StoreDurability::Always => "always",
            StoreDurability::EverySecond => "everysec",
            StoreDurability::Off => "off",
        }
    }
}

impl StoreEviction {
    /// As it is written, here and in Redis.
    pub fn word(self) -> &'static str {
        match self {
            StoreEviction::Refuse => "noeviction",
            StoreEviction::LeastRecent => "allkeys-lru",
            StoreEviction::LeastOften => "allkeys-lfu",
            StoreEviction::Random => "allkeys-random",
            StoreEviction::ExpiringLeastRecent => "volatile-lru",
            StoreEviction::ExpiringLeastOften => "volatile-lfu",
            StoreEviction::ExpiringRandom => "volatile-random",
            StoreEviction::NextExpiring => "volatile-ttl",
        }
    }
}
