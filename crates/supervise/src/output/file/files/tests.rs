use super::*;
use model::Stream;
use std::time::Duration;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("ostler-log-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Folder(path)
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).into_iter().flatten().flatten();
        let mut names: Vec<_> =
            entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn log(rotate_bytes: u64, rotate_age: Duration, keep: u32) -> Log {
    Log { form: LogForm::Bare, folder: None, rotate_bytes, rotate_age, keep }
}

fn line(text: &str) -> Vec<Arc<LogLine>> {
    let app = AppName::parse("web").unwrap();
    vec![Arc::new(LogLine { at_ms: 0, app, number: 0, stream: Stream::Out, text: text.into() })]
}

const DAY: Duration = Duration::from_secs(86_400);

#[test]
fn files_rotate_by_size_and_the_oldest_goes() {
    let folder = Folder::new("size");
    let mut files = Files::new(folder.0.clone(), &log(10, DAY, 2));
    for text in ["first", "second", "third", "fourth"] {
        assert_eq!(files.write(&line(text), 0), Written::All);
    }
    assert_eq!(folder.names(), ["web.1.log", "web.2.log", "web.log"]);
    assert_eq!(folder.read("web.log"), "fourth\n");
    assert_eq!(
        (folder.read("web.1.log"), folder.read("web.2.log")),
        ("third\n".into(), "second\n".into())
    );
}

#[test]
fn files_rotate_by_age_and_are_continued_after_a_restart() {
    let folder = Folder::new("age");
    Files::new(folder.0.clone(), &log(1_000, DAY, 2)).write(&line("before"), 0);
    let mut files = Files::new(folder.0.clone(), &log(1_000, DAY, 2));
    files.write(&line("after"), 0);
    assert_eq!(folder.read("web.log"), "before\nafter\n");
    let app = AppName::parse("web").unwrap();
    files.apps.get_mut(&app).unwrap().file.began(Duration::ZERO);
    files.write(&line("a new day"), 0);
    assert_eq!(
        (folder.read("web.log"), folder.read("web.1.log")),
        ("a new day\n".into(), "before\nafter\n".into())
    );
}

#[test]
fn a_rotated_name_keeps_its_ending() {
    let folder = Folder::new("ending");
    let limits = Limits::new(&log(4, DAY, 2));
    for (name, rotated) in [("access.json", "access.1.json"), ("access", "access.1")] {
        let mut file = Rotated::new(folder.0.join(name), limits.clone());
        file.append(b"one\n").unwrap();
        file.append(b"two\n").unwrap();
        assert_eq!(folder.read(rotated), "one\n");
        assert_eq!(folder.read(name), "two\n");
    }
}

#[test]
fn a_file_is_tried_without_being_written_to() {
    let folder = Folder::new("tried");
    let mut file = Rotated::new(folder.0.join("a/b.log"), Limits::new(&log(10, DAY, 1)));
    file.open().unwrap();
    assert_eq!(folder.read("a/b.log"), "");
    std::fs::create_dir(folder.0.join("a/c.log")).unwrap();
    let error = Rotated::new(folder.0.join("a/c.log"), Limits::new(&log(10, DAY, 1))).open();
    assert!(error.unwrap_err().to_string().contains("c.log"));
}

#[test]
fn a_file_that_was_moved_away_is_made_anew() {
    let folder = Folder::new("astray");
    let mut file = Rotated::new(folder.0.join("web.log"), Limits::new(&log(1_000, DAY, 1)));
    file.append(b"one\n").unwrap();
    std::fs::rename(folder.0.join("web.log"), folder.0.join("old")).unwrap();
    file.append(b"two\n").unwrap();
    file.began(base::clock::wall());
    file.append(b"three\n").unwrap();
    assert_eq!(
        (folder.read("old"), folder.read("web.log")),
        ("one\ntwo\n".into(), "three\n".into())
    );
}

#[test]
fn what_cannot_be_written_is_told_once_and_tried_again() {
    let folder = Folder::new("blocked");
    std::fs::write(&folder.0, "a file where the folder should be").unwrap();
    let mut files = Files::new(folder.0.clone(), &log(1_000, DAY, 2));
    let first = files.write(&line("lost"), 0);
    assert!(
        matches!(&first, Written::Lost { lines, news: Some(_) } if lines[0].1 == 1),
        "{first:?}"
    );
    assert!(matches!(files.write(&line("lost"), 0), Written::Lost { news: None, .. }));
    std::fs::remove_file(&folder.0).unwrap();
    assert_eq!(files.write(&line("kept"), 0), Written::All);
    assert_eq!(folder.read("web.log"), "kept\n");
}

#[test]
fn a_full_disk_loses_lines_and_says_so() {
    let folder = Folder::new("full");
    std::fs::create_dir_all(&folder.0).unwrap();
    std::os::unix::fs::symlink("/dev/full", folder.0.join("web.log")).unwrap();
    let mut files = Files::new(folder.0.clone(), &log(1_000, DAY, 2));
    let Written::Lost { news: Some((_, text)), .. } = files.write(&line("lost"), 0) else {
        panic!("a full disk took a line");
    };
    assert!(text.contains("web.log") && text.contains("No space left"), "{text}");
}
