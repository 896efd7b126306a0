//! `ostler.toml`: file form → checked form, every mistake at once with line and cure.
//!
//! In: text, the folder it is about, the machine. Out: [`Config`], or every [`Mistake`] in it.
//! The keys are declared once, in `catalogue`; the reader, `explain`, the JSON schema and the
//! reference page all follow from there.
//! Not here: reading `.env` files and package managers (supervise), the command line (ostler).

pub mod catalogue;
pub mod checked;
pub mod describe;
pub mod difference;
pub mod import;
pub mod mistakes;
pub mod origin;
pub mod values;

mod failure;
mod file;
mod load;
mod machine;
mod project;
mod script;

pub use checked::KeptLogs;
pub use checked::ObserveIngest;
pub use checked::{
    AccessLog, AccessLogFormat, AccessLogTo, Admin, AdminRole, AdminUser, App, Balance, Cache,
    CacheBypass, CacheDisk, CacheKey, CacheReport, CacheStore, Certificate, Compress,
    CompressBreach, CompressCoding, Config, Cors, Edge, Files, Guard, HashKey, Headers, Health,
    Https, Limit, LimitAlgorithm, LimitHeaders, LimitMost, LimitPer, LimitStore, Limits, Log,
    LogForm, Memory, NONCE_SOURCE, Network, Observe, ObserveMetrics, Origin, Origins, Policy,
    Priority, Protocol, ReadyOn, Redirect, Restart, Route, Rules, Run, Scale, Server, Serving,
    Sticky, Stopping, Store, StoreAddress, StoreDurability, StoreEviction, StoreFolder, StoreHere,
    StorePassword, StoreUrl, Tls, Upstream, Watch, Workers, is_policy,
};
pub use checked::{Export, ExportFile, ExportFluent, ExportForm, ExportHttp, ExportTo};
pub use describe::{Explanation, explain, keys, nearest, reference_markdown, schema};
pub use difference::{Difference, difference};
pub use failure::Failure;
pub use file::{listen_address, parse};
pub use import::{Imported, from_pm2};
pub use load::{FILE_BYTES_MAX, load};
pub use machine::Machine;
pub use mistakes::{Mistake, render};
pub use origin::{Origin as KeyOrigin, origins};
pub use script::for_script;
pub use values::{Setting, show, values};
