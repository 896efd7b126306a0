//! Each example of the guides is a file without a mistake.

use config::{Machine, parse, render};
use std::path::Path;

#[test]
fn the_examples_of_the_guides_are_right() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let page = std::fs::read_to_string(&path).unwrap();
        let blocks = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
        for block in blocks {
            seen += 1;
            let read = parse(block, Path::new("/srv/shop"), Some(&path), &Machine { cores: 4 });
            let told = |mistakes: Vec<config::Mistake>| {
                mistakes.iter().map(render).collect::<String>() + block
            };
            read.map_err(told).unwrap();
        }
    }
    assert!(seen >= 6, "only {seen} examples");
}
