//! Links between documents lead somewhere.

use super::{Fault, Tree};

/// A fault for each relative link in a Markdown file to a file, folder or heading that is not there.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in tree.files.iter().filter(|file| file.path.ends_with(".md")) {
        for (line, link) in links(&file.text) {
            if let Some(why) = broken(tree, &file.path, link) {
                faults.push(Fault::new(&file.path, line, format!("link to {link}: {why}")));
            }
        }
    }
    faults
}

/// `](target)` outside code blocks, with its line.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (at, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let starts = line.match_indices("](").filter_map(|(start, _)| line.get(start + 2..));
        let targets = starts.filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
        found.extend(targets.map(|target| (at + 1, target)));
    }
    found
}

fn broken(tree: &Tree, from: &str, link: &str) -> Option<&'static str> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (target, anchor) = link.split_once('#').unwrap_or((link, ""));
    let path = if target.is_empty() { Some(from.to_owned()) } else { resolve(from, target) };
    let Some(path) = path else { return Some("leads out of the repository") };
    let exists = tree.paths.contains(&path)
        || tree
            .paths
            .iter()
            .any(|file| file.starts_with(&format!("{}/", path.trim_end_matches('/'))));
    if !exists {
        return Some("no such file");
    }
    let document = tree.files.iter().find(|file| file.path == path && path.ends_with(".md"))?;
    let headings = document.text.lines().filter(|line| line.starts_with('#'));
    let found = headings.map(slug).any(|heading| heading == anchor);
    (!anchor.is_empty() && !found).then_some("no such heading")
}

/// `target` seen from the folder of `from`; None when it leads out of the repository.
fn resolve(from: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => from.rsplit_once('/').map_or(Vec::new(), |(folder, _)| folder.split('/').collect()),
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The anchor of a heading, as code hosts make it.
fn slug(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_somewhere() {
        let faults = |link: &str| {
            let text = format!("# Start here\nSee [this]({link}).\n");
            let tree = Tree::of(&[
                ("docs/guide/a.md", &text),
                ("docs/b.md", "# B\n## The `x` part\n"),
                ("crates/edge/src/lib.rs", ""),
            ]);
            check(&tree).len()
        };
        for good in [
            "../b.md",
            "../b.md#the-x-part",
            "#start-here",
            "../../crates/edge",
            "/docs/b.md",
            "https://example.org/none.md",
        ] {
            assert_eq!(faults(good), 0, "{good}");
        }
        for bad in ["b.md", "../b.md#the-y-part", "#end", "../../crates/edges", "../../../x"] {
            assert_eq!(faults(bad), 1, "{bad}");
        }
    }

    #[test]
    fn code_blocks_are_not_read() {
        let tree = Tree::of(&[("a.md", "```\n[x](none.md)\n```\n[y](a.md)")]);
        assert_eq!(check(&tree), []);
    }
}
