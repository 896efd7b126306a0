//! Which outside packages may be used: licences, banned ones, and who may use some.

use super::Fault;
use crate::repository::{Repository, output};
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::HashSet;

/// Packages that must not be in the tree, directly or not.
const BANNED: &[(&str, &str)] = &[
    ("openssl-sys", "no OpenSSL in the build: rustls with ring"),
    ("native-tls", "no OpenSSL in the build: rustls with ring"),
    ("cmake", "no cmake in the build"),
    ("prost-build", "no protoc in the build"),
    ("aws-lc-sys", "one crypto provider: ring"),
    ("config", "the name of our own crate"),
    ("async-std", "one async runtime: tokio"),
];

/// Packages that only some workspace crates may name.
const ONLY: &[(&str, &[&str])] = &[
    ("httparse", &["edge", "control", "bench", "trial"]),
    ("hyper", &["control", "observe", "trial"]),
    ("ratatui", &["ostler"]),
    ("clap", &["ostler", "bench", "xtask"]),
    ("anyhow", &["ostler", "bench", "trial", "xtask"]),
];

/// Licences that may be in the tree; an expression passes if one side of each `AND` is among them.
const LICENCES: &[&str] = &[
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "ISC",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    "0BSD",
    "CC0-1.0",
    "MIT-0",
    // Data, not code: the authorities that browsers trust.
    "CDLA-Permissive-2.0",
];

/// One package of the lock file.
#[derive(Debug, Default)]
pub struct Package {
    name: String,
    licence: String,
    /// From this repository, not from a registry.
    local: bool,
    uses: Vec<String>,
}

/// What `cargo metadata` says.
pub fn metadata(repository: &Repository) -> Result<Value> {
    let command = ["metadata", "--format-version", "1", "--locked"];
    let text = output(&mut repository.command("cargo", &command))?;
    serde_json::from_str(&text).context("output of cargo metadata")
}

/// `name vVersion` of what is really built for some platform: the lock file lists more.
pub fn built(repository: &Repository) -> Result<HashSet<String>> {
    let command = ["tree", "--locked", "--workspace", "--target", "all", "--prefix", "none"];
    let text = output(repository.command("cargo", &command).args(["--format", "{p}"]))?;
    let words = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    Ok(text.lines().map(words).collect())
}

/// The packages in it that are built.
pub fn used(metadata: &Value, built: &HashSet<String>) -> Vec<Package> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let key =
        |package: &Value| format!("{} v{}", text(&package["name"]), text(&package["version"]));
    list(&metadata["packages"])
        .iter()
        .filter(|package| built.contains(&key(package)))
        .map(|package| Package {
            name: text(&package["name"]),
            licence: text(&package["license"]),
            local: package["source"].is_null(),
            uses: list(&package["dependencies"]).iter().map(|used| text(&used["name"])).collect(),
        })
        .collect()
}

/// A fault for each package that is banned, has a licence that is not listed, or the wrong user.
pub fn check(packages: &[Package]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for package in packages {
        let mut fault = |text: String| faults.push(Fault::new("Cargo.lock", 0, text));
        let name = &package.name;
        if !package.local {
            if let Some((_, why)) = BANNED.iter().find(|(banned, _)| banned == name) {
                fault(format!("{name} is banned: {why}"));
            }
            if !allowed(&package.licence) {
                fault(format!(
                    "{name} has the licence {:?}, which is not listed in xtask/src/tidy/packages.rs",
                    package.licence
                ));
            }
            continue;
        }
        for (used, users) in
            ONLY.iter().filter(|(used, _)| package.uses.iter().any(|name| name == used))
        {
            if !users.contains(&name.as_str()) {
                fault(format!("{name} may not use {used}: only {} may", users.join(", ")));
            }
        }
    }
    faults
}

/// Whether an SPDX expression without nested parentheses can be met by [`LICENCES`].
fn allowed(expression: &str) -> bool {
    // Old manifests write `MIT/Apache-2.0`.
    let plain = expression.replace('/', " OR ").replace(['(', ')'], " ");
    let known = |licence: &str| LICENCES.contains(&licence.trim());
    plain.split(" AND ").all(|part| part.split(" OR ").any(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(name: &str, licence: &str, local: bool, uses: &[&str]) -> usize {
        check(&[Package {
            name: name.into(),
            licence: licence.into(),
            local,
            uses: uses.iter().map(|used| (*used).into()).collect(),
        }])
        .len()
    }

    #[test]
    fn banned_and_licences() {
        assert_eq!(faults("tokio", "MIT", false, &[]), 0);
        assert_eq!(faults("old", "MIT/Apache-2.0", false, &[]), 0);
        assert_eq!(faults("unicode-ident", "(MIT OR Apache-2.0) AND Unicode-3.0", false, &[]), 0);
        assert_eq!(faults("openssl-sys", "MIT", false, &[]), 1);
        assert_eq!(faults("config", "MIT", false, &[]), 1, "from a registry");
        assert_eq!(faults("config", "MIT OR Apache-2.0", true, &[]), 0, "our own");
        assert_eq!(faults("copyleft", "GPL-3.0-only", false, &[]), 1);
        assert_eq!(faults("both", "MIT AND GPL-3.0-only", false, &[]), 1);
        assert_eq!(faults("none", "", false, &[]), 1);
    }

    #[test]
    fn only_what_is_built() {
        let metadata = serde_json::json!({"packages": [
            {"name": "tokio", "version": "1.2.3", "license": "MIT", "source": "x", "dependencies": []},
            {"name": "idle", "version": "1.0.0", "license": "MIT", "source": "x", "dependencies": []}]});
        let used = used(&metadata, &HashSet::from(["tokio v1.2.3".to_owned()]));
        assert_eq!(used.iter().map(|package| package.name.as_str()).collect::<Vec<_>>(), ["tokio"]);
    }

    #[test]
    fn some_packages_have_few_users() {
        assert_eq!(faults("edge", "MIT", true, &["httparse", "tokio"]), 0);
        assert_eq!(faults("edge", "MIT", true, &["hyper"]), 1);
        assert_eq!(faults("model", "MIT", true, &["anyhow"]), 1);
    }
}
