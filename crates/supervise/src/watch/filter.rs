//! Which changes count. Pure.

use config::Watch;
use std::path::{Path, PathBuf};

/// Names that are never watched.
const IGNORED: [&str; 2] = ["node_modules", ".git"];

/// Which paths count.
#[derive(Debug, Clone)]
pub struct Filter {
    roots: Vec<PathBuf>,
    /// Ignored wherever they are.
    names: Vec<String>,
    /// Ignored with all that is in them, where they lie below a root.
    places: Vec<PathBuf>,
}

impl Filter {
    /// What `watch` says, without the files below `own`, which are Ostler's.
    pub fn new(watch: &Watch, own: &[&Path]) -> Filter {
        let (places, names): (Vec<_>, Vec<_>) =
            watch.ignore.iter().cloned().partition(|ignored| Path::new(ignored).is_absolute());
        let places = places.into_iter().map(PathBuf::from);
        let places = places.chain(own.iter().map(|path| path.to_path_buf())).collect();
        Filter { roots: watch.paths.clone(), names, places }
    }

    /// Whether a change at `path` counts.
    pub fn counts(&self, path: &Path) -> bool {
        let root = self.roots.iter().find(|root| path.starts_with(root));
        let Some((root, below)) = root.and_then(|root| Some((root, path.strip_prefix(root).ok()?)))
        else {
            return false;
        };
        // A place above a root is none below it: else nothing would be watched at all.
        let mut places = self.places.iter().filter(|place| *place != root);
        let is_placed = places.any(|place| place.starts_with(root) && path.starts_with(place));
        !is_placed && !below.iter().any(|part| self.is_ignored(&part.to_string_lossy()))
    }

    fn is_ignored(&self, name: &str) -> bool {
        IGNORED.contains(&name) || self.names.iter().any(|ignored| ignored == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn filter(root: &str, ignore: &[&str], own: &[&str]) -> Filter {
        let ignore = ignore.iter().map(|name| name.to_string()).collect();
        let watch = Watch { paths: vec![root.into()], ignore, settle: Duration::ZERO };
        Filter::new(&watch, &own.iter().map(Path::new).collect::<Vec<_>>())
    }

    #[test]
    fn absolute_paths_and_files_of_ostler_are_ignored_with_all_that_is_in_them() {
        let filter = filter("/app", &["/app/var/log", "/app/state.json"], &["/app/run"]);
        let counts = |path: &str| filter.counts(Path::new(path));
        for path in ["/app/var/log", "/app/var/log/a/b", "/app/state.json", "/app/run/7/w1"] {
            assert!(!counts(path), "{path}");
        }
        for path in ["/app/var/logic.js", "/app/var/a", "/app/lib/run/a.js", "/app/src/log/a"] {
            assert!(counts(path), "{path}");
        }
    }

    #[test]
    fn an_ignored_path_that_holds_the_root_does_not_switch_the_watch_off() {
        let filter = filter("/app", &["/app", "/"], &["/app/7", "/app"]);
        assert!(filter.counts(Path::new("/app/a.js")));
        assert!(!filter.counts(Path::new("/app/7/w1")));
    }

    #[test]
    fn ignored_names_count_below_the_root_only() {
        let filter = filter("/node_modules/app", &["dist"], &[]);
        assert!(filter.counts(Path::new("/node_modules/app/src/a.js")));
        for path in ["src/dist/a.js", "node_modules/x/a.js", ".git/HEAD"] {
            assert!(!filter.counts(&Path::new("/node_modules/app").join(path)), "{path}");
        }
    }
}
