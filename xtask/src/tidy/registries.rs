//! Lock files of npm name packages by version and hash, not by the address they came from: an
//! address ties an install to one registry.

use super::{Fault, Tree};

/// A fault for each lock file with addresses.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let locks = tree.files.iter().filter(|file| file.name() == "package-lock.json");
    locks
        .filter_map(|file| {
            let at = file.text.lines().position(|line| line.contains("\"resolved\": \"http"))?;
            let text =
                "addresses in a lock file: run `npm install --omit-lockfile-registry-resolved`";
            Some(Fault::new(&file.path, at + 1, text))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_lock_files() {
        let faults = |path, line: &str| check(&Tree::of(&[(path, line)])).len();
        assert_eq!(faults("a/package-lock.json", "\"resolved\": \"https://example.org/x.tgz\""), 1);
        assert_eq!(faults("a/package-lock.json", "\"resolved\": \"../local\""), 0);
        assert_eq!(faults("a/package-lock.json", "\"integrity\": \"sha512-\""), 0);
    }
}
