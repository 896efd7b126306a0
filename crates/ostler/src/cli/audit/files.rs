//! Files with secrets that others may read.

use super::finding::{Finding, Severity};
use config::Config;
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
    if let Some(file) =
        config.file.as_deref().filter(|file| config.admin.token.is_some() && is_open(file))
    {
        found.push(finding(
            "admin",
            "config_file",
            file,
            "the config, with the admin token,",
            Severity::Medium,
        ));
    }
    found
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
