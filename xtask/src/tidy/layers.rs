//! Which crate may use which.

use super::Fault;
use serde_json::Value;

/// Product crates by layer. A crate may use only crates of earlier layers.
const LAYERS: &[&[&str]] = &[
    &["base"],
    &["model"],
    &["config", "meter"],
    &["supervise", "edge", "store", "observe"],
    &["control"],
    &["ostler"],
];

/// Crates around the product. They may use any product crate; no product crate may use them.
const AROUND: &[&str] = &["trial", "bench", "xtask"];

/// Which workspace crate uses which, from `cargo metadata`.
pub fn uses(metadata: &Value) -> Vec<(String, Vec<String>)> {
    let packages = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    let local = packages.iter().filter(|package| package["source"].is_null());
    local
        .map(|package| {
            let all = package["dependencies"].as_array().map_or(&[][..], Vec::as_slice);
            let local = all.iter().filter(|dependency| dependency["source"].is_null());
            (name(package), local.map(name).collect())
        })
        .collect()
}

fn name(value: &Value) -> String {
    value["name"].as_str().unwrap_or_default().to_owned()
}

/// A fault for each use to the right or sideways, and each crate that no layer lists.
pub fn check(uses: &[(String, Vec<String>)]) -> Vec<Fault> {
    let layer = |name: &str| LAYERS.iter().position(|names| names.contains(&name));
    let mut faults = Vec::new();
    for (user, used) in uses {
        let path = format!("{user}/Cargo.toml");
        match layer(user) {
            Some(mine) => {
                let wrong = used.iter().filter(|name| layer(name).is_none_or(|layer| layer >= mine));
                faults.extend(wrong.map(|name| {
                    Fault::new(&path, 0, format!("{user} may not use {name}: a crate uses only crates to its left in ARCHITECTURE.md"))
                }));
            }
            None if AROUND.contains(&user.as_str()) => {}
            None => faults.push(Fault::new(
                &path,
                0,
                format!("{user} is in no layer: add it to ARCHITECTURE.md and to xtask/src/tidy/layers.rs"),
            )),
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(user: &str, used: &[&str]) -> usize {
        check(&[(user.into(), used.iter().map(|name| (*name).into()).collect())]).len()
    }

    #[test]
    fn only_to_the_left() {
        assert_eq!(faults("edge", &["base", "model", "config", "meter"]), 0);
        assert_eq!(faults("trial", &["edge", "base"]), 0);
        assert_eq!(faults("edge", &["supervise"]), 1, "sideways");
        assert_eq!(faults("base", &["model", "edge"]), 2, "to the right");
        assert_eq!(faults("ostler", &["bench"]), 1, "a crate around the product");
        assert_eq!(faults("newcomer", &[]), 1, "in no layer");
    }

    #[test]
    fn uses_are_read_from_metadata() {
        let metadata = serde_json::json!({"packages": [
            {"name": "edge", "source": null, "dependencies": [
                {"name": "base", "source": null}, {"name": "tokio", "source": "registry"}]},
            {"name": "tokio", "source": "registry", "dependencies": []}]});
        assert_eq!(uses(&metadata), [("edge".to_owned(), vec!["base".to_owned()])]);
    }
}
