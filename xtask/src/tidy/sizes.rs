//! Files that can be read in one sitting.

use super::{Fault, Tree};

const LINES_GOOD: usize = 400;
const LINES_MAX: usize = 600;

/// Endings of the languages that are written here by hand.
const LANGUAGES: &[&str] = &[".rs", ".js", ".cjs", ".mjs", ".ts", ".tsx", ".sh"];

/// Declarations without branching may be long; their header says so.
const EXEMPT: &str = "//! Catalogue:";

/// A warning above [`LINES_GOOD`] lines, a fault above [`LINES_MAX`]; tests and catalogues apart.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    let counted = tree.files.iter().filter(|file| {
        LANGUAGES.iter().any(|ending| file.path.ends_with(ending))
            && !file.is_test()
            && !file.path.contains("/test/")
            && !file.text.starts_with(EXEMPT)
    });
    for file in counted {
        let lines = file.text.lines().count();
        if lines > LINES_MAX {
            let text = format!(
                "{lines} lines; at most {LINES_MAX} (goal {LINES_GOOD}): split it by what it owns"
            );
            faults.push(Fault::new(&file.path, 0, text));
        } else if lines > LINES_GOOD {
            faults.push(Fault::warning(&file.path, 0, format!("{lines} lines; goal {LINES_GOOD}")));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files() {
        let check = |path: &str, head: &str, lines: usize| {
            let text = format!("{head}\n{}", "x\n".repeat(lines - 1));
            check(&Tree::of(&[(path, &text)])).first().map(|fault| fault.warning)
        };
        assert_eq!(check("a/b.rs", "", LINES_GOOD), None);
        assert_eq!(check("a/b.rs", "", LINES_GOOD + 1), Some(true));
        assert_eq!(check("a/b.rs", "", LINES_MAX + 1), Some(false));
        assert_eq!(check("agent/agent.cjs", "", LINES_MAX + 1), Some(false));
        assert_eq!(check("a/tests.rs", "", LINES_MAX + 1), None);
        assert_eq!(check("a/b.rs", "//! Catalogue: all keys", LINES_MAX + 1), None);
        assert_eq!(check("docs/long.md", "", LINES_MAX + 1), None);
    }
}
