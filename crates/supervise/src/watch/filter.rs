//! Which changes count. Pure.

use std::path::{Path, PathBuf};

/// Names that are never watched.
const IGNORED: [&str; 2] = ["node_modules", ".git"];

/// Which paths count.
#[derive(Debug, Clone)]
pub struct Filter {
    pub roots: Vec<PathBuf>,
    pub ignore: Vec<String>,
}

impl Filter {
    /// Whether a change at `path` counts.
    pub fn counts(&self, path: &Path) -> bool {
        let root = self.roots.iter().find(|root| path.starts_with(root));
        let Some(below) = root.and_then(|root| path.strip_prefix(root).ok()) else { return false };
        !below.iter().any(|part| {
            let part = part.to_string_lossy();
            IGNORED.contains(&part.as_ref()) || self.ignore.iter().any(|name| *name == part)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_names_count_below_the_root_only() {
        let filter =
            Filter { roots: vec!["/node_modules/app".into()], ignore: vec!["dist".into()] };
        assert!(filter.counts(Path::new("/node_modules/app/src/a.js")));
        for path in ["src/dist/a.js", "node_modules/x/a.js", ".git/HEAD"] {
            assert!(!filter.counts(&Path::new("/node_modules/app").join(path)), "{path}");
        }
    }
}
