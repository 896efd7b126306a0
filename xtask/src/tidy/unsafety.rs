//! `unsafe` only where it is listed with its reason.

use super::{Fault, Tree, rust};

/// Files that may contain `unsafe`, and why they must.
const LISTED: &[(&str, &str)] = &[
    (
        "crates/supervise/src/worker/spawn.rs",
        "what a child must do between fork and exec: die with its parent, default signals, own session",
    ),
    (
        "crates/supervise/src/output/bell.rs",
        "tokio's AsyncFd asks its caller to promise that the descriptor stays open while watched",
    ),
    (
        "crates/edge/src/socket/register.rs",
        "tokio's AsyncFd asks its caller to promise that the descriptor stays open while watched",
    ),
    (
        "crates/edge/src/thread/schedule.rs",
        "rustix has no sched_setscheduler; edge threads ask to be scheduled in batches",
    ),
    (
        "crates/store/src/script/ffi.rs",
        "declares the functions of Lua, which the build script compiles from C",
    ),
    ("crates/store/src/script/stack.rs", "passes slices and C strings to Lua and back"),
    ("crates/store/src/script/unwind.rs", "Lua's C code calls these two by name to raise errors"),
    ("crates/store/src/script/memory.rs", "Lua asks for memory by pointers and sizes"),
    (
        "crates/store/src/script/context.rs",
        "finds a machine's context by the pointer that Lua keeps",
    ),
    ("crates/store/src/script/machine.rs", "owns the state that Lua knows by a pointer"),
];

/// A fault for each `unsafe` outside the list or without a `SAFETY:` comment, and each idle entry.
pub fn check(tree: &Tree) -> Vec<Fault> {
    check_against(tree, LISTED)
}

fn check_against(tree: &Tree, listed: &[(&str, &str)]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut used = Vec::new();
    for file in tree.rust() {
        let lines: Vec<usize> = rust::code(&file.text)
            .lines()
            .enumerate()
            .filter(|(_, line)| rust::has_word(line, "unsafe"))
            .map(|(at, _)| at + 1)
            .collect();
        let Some(first) = lines.first() else { continue };
        if !listed.iter().any(|(path, _)| *path == file.path) {
            let text = "`unsafe` outside the files listed in xtask/src/tidy/unsafety.rs";
            faults.push(Fault::new(&file.path, *first, text));
        } else if file.text.matches("SAFETY:").count() < lines.len() {
            let text = "each `unsafe` needs a `// SAFETY:` comment";
            faults.push(Fault::new(&file.path, *first, text));
        }
        used.push(file.path.as_str());
    }
    let idle = listed.iter().filter(|(path, _)| !used.contains(path));
    faults.extend(idle.map(|(path, _)| {
        Fault::new(path, 0, "listed in xtask/src/tidy/unsafety.rs, but has no `unsafe`")
    }));
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_and_explained() {
        let listed = [("crates/a/src/spawn.rs", "fork")];
        let good = ("crates/a/src/spawn.rs", "// SAFETY: nothing is shared\nunsafe { f() }");
        let faults = |files: &[(&str, &str)]| check_against(&Tree::of(files), &listed).len();
        assert_eq!(faults(&[good]), 0);
        assert_eq!(faults(&[good, ("crates/b/src/x.rs", "unsafe { f() }")]), 1, "not listed");
        assert_eq!(faults(&[good, ("crates/b/src/x.rs", "// unsafe\n\"unsafe\"")]), 0);
        assert_eq!(faults(&[("crates/a/src/spawn.rs", "unsafe { f() }")]), 1, "no reason given");
        assert_eq!(faults(&[]), 1, "idle entry");
    }
}
