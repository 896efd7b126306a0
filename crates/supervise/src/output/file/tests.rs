use super::*;
use model::Stream;

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
    files.apps.get_mut(&app).unwrap().open.as_mut().unwrap().began = Duration::ZERO;
    files.write(&line("a new day"), 0);
    assert_eq!(
        (folder.read("web.log"), folder.read("web.1.log")),
        ("a new day\n".into(), "before\nafter\n".into())
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
