use super::*;
use std::time::Duration;

/// Waits for the watch to see a settled change.
fn sees(files: &mut FileWatch) -> bool {
    let deadline = base::clock::now() + Duration::from_secs(5);
    while base::clock::now() < deadline {
        if files.is_due(base::clock::now()) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}

/// A change that does not count is followed by one that does, in another folder: when that was
/// seen, the first would have been as well.
#[test]
fn changes_count_but_not_below_ignored_names() {
    let root = std::env::temp_dir().join(format!("ostler-watch-{}", std::process::id()));
    for folder in ["node_modules/a", "src", "dist", "run", "log/a"] {
        std::fs::create_dir_all(root.join(folder)).unwrap();
    }
    let watch = Watch {
        paths: vec![root.clone()],
        ignore: vec!["dist".into(), root.join("log").display().to_string()],
        settle: Duration::from_millis(20),
    };
    let mut files = FileWatch::start(&watch, &[&root.join("run")]).unwrap();
    assert_eq!(files.folders, 2, "the root and src, and none that is ignored");
    std::fs::write(root.join("src/a.js"), "1").unwrap();
    assert!(sees(&mut files), "a change below a folder");
    std::fs::create_dir(root.join("src/new")).unwrap();
    assert!(sees(&mut files), "a new folder");
    std::fs::write(root.join("src/new/b.js"), "1").unwrap();
    assert!(sees(&mut files), "a change in the new folder");
    std::fs::remove_dir_all(&root).unwrap();
}
