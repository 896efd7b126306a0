//! What people are told of the store.

use super::Embedded;
use config::{Config, Store};
use model::api::StoreStatus;

/// Where it is, without user and password, and how it is.
pub fn status(config: &Config, embedded: Option<&Embedded>) -> Option<StoreStatus> {
    match &config.store {
        Store::Off => None,
        Store::Elsewhere(url) => Some(StoreStatus { url: url.at.to_string(), inside: None }),
        Store::Here(_) => {
            let embedded = embedded?;
            Some(StoreStatus { url: embedded.here().shown(), inside: Some(embedded.figures()) })
        }
    }
}
