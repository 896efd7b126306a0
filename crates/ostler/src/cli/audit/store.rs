//! What `[store]` leaves open. Pure.

use super::finding::{Finding, Severity};
use config::{Config, Store, StoreAddress, StoreHere, StorePassword, StoreUrl};
use std::net::IpAddr;

/// The findings, in no order.
pub fn findings(config: &Config) -> Vec<Finding> {
    match &config.store {
        Store::Off => Vec::new(),
        Store::Here(here) => inside(here),
        Store::Elsewhere(url) => elsewhere(url),
    }
}

fn inside(here: &StoreHere) -> Vec<Finding> {
    let mut found = Vec::new();
    if here.password == StorePassword::Off {
        found.push(Finding::new(
            Severity::Medium,
            "store",
            "store_password",
            "the store asks for no password",
            "every user and every program of this machine can read and change sessions and jobs",
            "remove password from [store]: Ostler makes one, and workers find it in REDIS_URL",
        ));
    }
    let listen = here.listen.iter().flatten();
    if let Some(address) = listen.into_iter().find(|address| !address.ip().is_loopback()) {
        found.push(Finding::new(
            Severity::Medium,
            "store",
            "store_listen",
            format!("the store is open to other machines at {address}"),
            "its password and its data pass unencrypted",
            "[store] listen = \"127.0.0.1:6379\", and a tunnel or a private network from elsewhere",
        ));
    }
    found
}

fn elsewhere(url: &StoreUrl) -> Vec<Finding> {
    let StoreAddress::Host { host, tls: false, .. } = &url.at else { return Vec::new() };
    let is_here = host.parse::<IpAddr>().map_or(host == "localhost", |ip| ip.is_loopback());
    if is_here {
        return Vec::new();
    }
    vec![Finding::new(
        Severity::Low,
        "store",
        "store_tls",
        format!("the store at {host} is not spoken to by TLS"),
        "who is on the way reads the password, sessions and jobs",
        "[store] url = \"rediss://…\", unless the network between is your own",
    )]
}
