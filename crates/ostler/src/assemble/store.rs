//! The store: what workers are told of it, and what people are.

use config::{Config, Store};
use model::api::StoreStatus;

/// Variables for workers whose environment does not have them.
pub fn variables(config: &Config) -> Vec<(String, String)> {
    match &config.store {
        Store::Off => Vec::new(),
        Store::Elsewhere(url) => vec![("REDIS_URL".into(), url.text.clone())],
    }
}

/// Where it is, without user and password.
pub fn status(config: &Config) -> Option<StoreStatus> {
    match &config.store {
        Store::Off => None,
        Store::Elsewhere(url) => Some(StoreStatus { url: url.at.to_string() }),
    }
}
