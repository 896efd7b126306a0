//! Names that say something, folder modules without logic, and no notes left behind.

use super::tree::File;
use super::{Fault, Tree, rust};

/// Names of files and folders that say nothing about what is inside.
const EMPTY_NAMES: &[&str] =
    &["util", "utils", "helper", "helpers", "manager", "common", "misc", "imp", "stuff"];

/// Marks of unfinished work, in two halves so that this file does not contain them.
const MARKS: &[(&str, &str)] = &[("TO", "DO"), ("FIX", "ME"), ("XX", "X"), ("HA", "CK")];

/// Files in which they are somebody else's words.
const NOT_OURS: &[&str] = &["Cargo.lock", "package-lock.json", "LICENSE-APACHE", "LICENSE-MIT"];

/// Faults of names, folder modules and marks.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for path in &tree.paths {
        let stem = |part: &str| part.split('.').next().unwrap_or_default().to_lowercase();
        if let Some(part) = path.split('/').find(|part| EMPTY_NAMES.contains(&stem(part).as_str()))
        {
            let text = format!("{part:?} says nothing: name it after what it owns");
            faults.push(Fault::new(path, 0, text));
        }
    }
    for file in &tree.files {
        let name = file.name();
        if (name == "mod.rs" || name == "lib.rs") && !file.is_test() {
            faults.extend(logic(file));
        }
        if !NOT_OURS.contains(&name) {
            marks(&file.path, &file.text, &mut faults);
        }
    }
    faults
}

/// A function in a module file that has other modules below it. A folder that holds only `mod.rs`
/// and `tests.rs` is one module with its tests apart.
fn logic(file: &File) -> Option<Fault> {
    let code = rust::without_tests(&rust::code(&file.text));
    let module = |line: &str| rust::has_word(line, "mod") && line.trim_end().ends_with(';');
    if file.text.starts_with("//! Catalogue:") || !code.lines().any(module) {
        return None;
    }
    let at = code.lines().position(|line| rust::has_word(line, "fn"))?;
    let text = "a folder's module file holds its header, `mod` and `use` lines and plain types; \
                functions go to a file with a name";
    Some(Fault::new(&file.path, at + 1, text))
}

fn marks(path: &str, text: &str, faults: &mut Vec<Fault>) {
    for (at, line) in text.lines().enumerate() {
        for mark in MARKS.iter().map(|(a, b)| format!("{a}{b}")) {
            if rust::has_word(line, &mark) {
                let text = format!("{mark} left behind: do it, or file an issue");
                faults.push(Fault::new(path, at + 1, text));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn empty_names() {
        assert_eq!(faults("crates/edge/src/utils.rs", ""), 1);
        assert_eq!(faults("trial/apps/helpers/a.js", ""), 1);
        assert_eq!(faults("crates/edge/src/utility_of_caching.rs", ""), 0);
    }

    #[test]
    fn folder_modules_hold_no_functions() {
        assert_eq!(faults("crates/a/src/b/mod.rs", "//! B.\nmod c;\npub use c::d;"), 0);
        assert_eq!(faults("crates/a/src/b/mod.rs", "//! B.\nmod c;\npub fn d() {}"), 1);
        assert_eq!(
            faults("crates/a/src/b/mod.rs", "//! B.\npub fn c() {}\n#[cfg(test)]\nmod tests;"),
            0
        );
        assert_eq!(faults("crates/a/src/tests/mod.rs", "mod c;\nfn d() {}"), 0);
        assert_eq!(
            faults("crates/a/src/lib.rs", "mod c;\n#[cfg(test)]\nmod tests { fn t() {} }"),
            0
        );
        assert_eq!(faults("crates/a/src/b/mod.rs", "//! Catalogue: b.\nmod d;\nfn c() {}"), 0);
        assert_eq!(faults("crates/a/src/b/c.rs", "fn c() {}"), 0);
    }

    #[test]
    fn marks_of_unfinished_work() {
        for (a, b) in MARKS {
            assert_eq!(faults("agent/agent.cjs", &format!("// {a}{b}: later")), 1);
        }
        assert_eq!(faults("Cargo.lock", &format!("{}{}", "XX", "X")), 0);
        assert_eq!(faults("docs/a.md", "a todo list"), 0);
    }
}
