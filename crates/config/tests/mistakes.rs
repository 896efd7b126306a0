//! Each `mistakes/NAME.toml` gives exactly the text in `mistakes/NAME.txt`: first as people see
//! it, then one line each as programs do. `OSTLER_BLESS=1` writes the texts anew.

use config::{Machine, parse, render};
use std::path::Path;

#[test]
fn mistakes_are_told_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes");
    let bless = std::env::var_os("OSTLER_BLESS").is_some();
    let (mut seen, mut different) = (0, Vec::new());
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        seen += 1;
        let told = told(&std::fs::read_to_string(&path).unwrap());
        let expected = path.with_extension("txt");
        if bless {
            std::fs::write(&expected, &told).unwrap();
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != told {
            different.push(format!("{}:\n{told}", path.display()));
        }
    }
    assert!(seen >= 12, "only {seen} files in {}", folder.display());
    assert!(different.is_empty(), "not as expected:\n{}", different.join("\n"));
}

fn told(text: &str) -> String {
    let file = Path::new("ostler.toml");
    let read = parse(text, Path::new("/srv/shop"), Some(file), &Machine { cores: 4 });
    let Err(mistakes) = read else { panic!("the file has no mistake:\n{text}") };
    let people: String = mistakes.iter().map(|mistake| format!("{}\n", render(mistake))).collect();
    let programs: String = mistakes.iter().map(|mistake| format!("{mistake}\n")).collect();
    format!("{people}{programs}")
}
