//! Files with secrets that others may read.

use super::finding::{Finding, Severity};
use config::{Config, Store, StorePassword};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Rights of anybody who is neither the owner nor in the group.
const OTHERS_READ: u32 = 0o004;

/// The findings.
pub fn findings(config: &Config) -> Vec<Finding> {
    let mut found = Vec::new();
    for certificate in config.edge.tls.iter().flat_map(|tls| &tls.certificates) {
        if is_open(&certificate.key) {
            found.push(finding(
                "edge",
                "key_file",
                &certificate.key,
                "the private key",
                Severity::High,
            ));
        }
    }
    for app in &config.apps {
        if let Some(file) = app.env_file.as_deref().filter(|file| is_open(file)) {
            let place = format!("app {}", app.name);
            found.push(finding(&place, "env_file", file, "the env_file", Severity::Medium));
        }
    }
    let secret = match (config.admin.token.is_some(), has_password(&config.store)) {
        (true, true) => "the config, with the admin token and the store's password,",
        (true, false) => "the config, with the admin token,",
        (false, true) => "the config, with the store's password,",
        (false, false) => return found,
    };
    if let Some(file) = config.file.as_deref().filter(|file| is_open(file)) {
        let place = if config.admin.token.is_some() { "admin" } else { "store" };
        found.push(finding(place, "config_file", file, secret, Severity::Medium));
    }
    found
}

fn has_password(store: &Store) -> bool {
    match store {
        Store::Off => false,
        Store::Elsewhere(url) => url.password.is_some(),
        Store::Here(here) => matches!(here.password, StorePassword::Given(_)),
    }
}

fn is_open(file: &Path) -> bool {
    std::fs::metadata(file).is_ok_and(|file| file.permissions().mode() & OTHERS_READ != 0)
}

fn finding(
    place: &str,
    lacks: &'static str,
    file: &Path,
    what: &str,
    severity: Severity,
) -> Finding {
    let file = file.display();
    Finding::new(
        severity,
        place,
        lacks,
        format!("{what} {file} can be read by every user of this machine"),
        "whoever gets onto the machine as anybody has it",
        format!("chmod o-r {file}"),
    )
}
