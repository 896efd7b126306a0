//! Folders on a real disk.

use super::folder::Folder;
use super::load::{Found, Making, is_current, load};
use crate::encode::Coding;
use config::Files;
use rustix::io::Errno;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

/// A folder `public` with a secret beside it. Removed at the end.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let unique = COUNT.fetch_add(1, Ordering::Relaxed);
        let base = std::env::temp_dir().join(format!("of-{}-{unique}", std::process::id()));
        fs::create_dir_all(base.join("public/docs")).unwrap();
        let place = Place(base);
        fs::write(place.0.join("secret"), "secret").unwrap();
        place.write("a.css", "body{}");
        place.write("docs/index.html", "docs");
        place
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join("public").join(name)
    }

    fn link(&self, to: &str, name: &str) {
        symlink(to, self.path(name)).unwrap();
    }

    fn folder(&self) -> Folder {
        Folder::new(&self.path(""))
    }

    fn files(&self) -> Files {
        Files::new(self.path(""))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn making(files: &Files) -> Making<'_> {
    Making { files, prefix: "/", compress: None, fallback: false }
}

fn found(place: &Place, name: &str, folder: bool) -> Found {
    load(&place.folder(), name, folder, &making(&place.files())).unwrap()
}

fn text(found: &Found) -> String {
    let Found::File(document) = found else { return format!("{found:?}") };
    String::from_utf8(document.plain.content.clone().unwrap().to_vec()).unwrap()
}

#[test]
fn files_and_folders_are_found() {
    let place = Place::new();
    assert_eq!(text(&found(&place, "a.css", false)), "body{}");
    assert_eq!(text(&found(&place, "docs/", true)), "docs");
    assert_eq!(text(&found(&place, "docs/index.html", false)), "docs");
    assert!(matches!(found(&place, "docs", false), Found::Folder));
    for (name, folder) in [("", true), ("none", false), ("a.css/", true), ("a.css/b", false)] {
        assert!(matches!(found(&place, name, folder), Found::Nothing), "{name}");
    }
}

#[test]
fn links_are_followed_inside_and_nowhere_else() {
    let place = Place::new();
    let base = place.0.clone();
    place.link("a.css", "inside");
    place.link("docs", "manual");
    place.link("../secret", "up");
    place.link(base.join("secret").to_str().unwrap(), "away");
    place.link(base.to_str().unwrap(), "base");
    place.link("/proc/self/root", "magic");
    place.link("loop", "loop");
    place.link("docs/../../secret", "around");
    for (folder, follows) in [(place.folder(), true), (place.folder().walking(), false)] {
        for name in ["inside", "manual/index.html"] {
            assert_eq!(folder.open(name).is_ok(), follows, "{name}");
        }
        for name in ["up", "away", "base/secret", "magic/etc/passwd", "loop", "around"] {
            let error = folder.open(name).unwrap_err();
            let absent = matches!(error, Errno::XDEV | Errno::LOOP | Errno::NOTDIR);
            assert!(absent, "{name}: {error}");
        }
        assert!(folder.open("a.css").is_ok() && folder.open("docs/index.html").is_ok());
    }
    assert!(matches!(found(&place, "up", false), Found::Nothing));
    assert!(matches!(found(&place, "base", false), Found::Nothing));
}

#[test]
fn only_plain_files_are_opened() {
    let place = Place::new();
    let pipe = std::process::Command::new("mkfifo").arg(place.path("pipe")).status().unwrap();
    assert!(pipe.success());
    let _socket = std::os::unix::net::UnixListener::bind(place.path("socket")).unwrap();
    for name in ["pipe", "socket", "docs"] {
        assert_eq!(place.folder().open(name).unwrap_err(), Errno::NOENT, "{name}");
    }
    assert!(matches!(found(&place, "pipe", false), Found::Nothing));
}

#[test]
fn what_changes_is_seen() {
    let place = Place::new();
    let (mut folder, files) = (place.folder(), place.files());
    let how = making(&files);
    let read = |folder: &Folder| match load(folder, "a.css", false, &how).unwrap() {
        Found::File(document) => document,
        other => panic!("{other:?}"),
    };
    let before = read(&folder);
    assert!(is_current(&folder, &before, &how));
    // Of the same length and date, in its place.
    let date = fs::metadata(place.path("a.css")).unwrap().modified().unwrap();
    place.write("new", "BODY{}");
    fs::File::options().write(true).open(place.path("new")).unwrap().set_modified(date).unwrap();
    fs::rename(place.path("new"), place.path("a.css")).unwrap();
    assert!(!is_current(&folder, &before, &how));
    let after = read(&folder);
    assert_eq!(after.plain.content.as_deref(), Some(&b"BODY{}"[..]));
    assert_ne!(before.plain.lines(), after.plain.lines(), "another entity tag");
    // An encoded form appears.
    place.write("a.css.gz", "z");
    assert!(!is_current(&folder, &after, &how));
    // Another folder takes the place of this one.
    assert!(!folder.refresh());
    fs::rename(place.path(""), place.0.join("old")).unwrap();
    assert!(folder.refresh() && !folder.refresh());
    assert_eq!(folder.look("a.css").unwrap_err(), Errno::NOENT);
    fs::rename(place.0.join("old"), place.path("")).unwrap();
    assert!(folder.refresh() && folder.look("a.css").is_ok());
}

#[test]
fn encoded_forms_count_unless_they_are_old() {
    let place = Place::new();
    for (ending, text) in [(".br", "b"), (".gz", "gzip"), (".zst", "zs")] {
        place.write(&format!("a.css{ending}"), text);
    }
    place.write("p.png", "png");
    place.write("p.png.gz", "no");
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(3_600);
    let file = fs::File::options().write(true).open(place.path("a.css.zst")).unwrap();
    file.set_modified(old).unwrap();
    let codings = |name: &str| match found(&place, name, false) {
        Found::File(document) => {
            document.beside.iter().map(|one| one.coding.unwrap()).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(codings("a.css"), [Coding::Brotli, Coding::Gzip], "the smallest first");
    assert_eq!(codings("p.png"), []);
    let off = Files { precompressed: false, ..place.files() };
    let Found::File(alone) = load(&place.folder(), "a.css", false, &making(&off)).unwrap() else {
        panic!()
    };
    assert!(alone.beside.is_empty());
    let lines = |one: &super::document::Variant| String::from_utf8(one.lines().to_vec()).unwrap();
    assert!(!lines(&alone.plain).contains("Vary"));
    let Found::File(all) = found(&place, "a.css", false) else { panic!() };
    assert!(lines(&all.plain).contains("Vary: Accept-Encoding\r\n"));
    assert!(lines(&all.beside[0]).contains("Content-Encoding: br\r\n"));
    assert!(lines(&all.beside[0]).contains("Content-Type: text/css; charset=utf-8\r\n"));
}

#[test]
fn a_file_that_may_not_be_read_is_no_missing_one() {
    let place = Place::new();
    fs::set_permissions(place.path("a.css"), fs::Permissions::from_mode(0o0)).unwrap();
    // Root may read everything.
    if fs::read(place.path("a.css")).is_err() {
        let denied = load(&place.folder(), "a.css", false, &making(&place.files()));
        assert_eq!(denied.unwrap_err(), Errno::ACCESS);
    }
}

#[test]
fn what_may_be_kept_goes_by_the_name() {
    let place = Place::new();
    let kept = |name: &str, files: &Files, fallback: bool| {
        place.write(name, "x");
        let how = Making { fallback, ..making(files) };
        let Found::File(document) = load(&place.folder(), name, false, &how).unwrap() else {
            panic!()
        };
        let lines = String::from_utf8(document.plain.lines().to_vec()).unwrap();
        let line = lines.lines().find_map(|line| line.strip_prefix("Cache-Control: "));
        line.unwrap().to_owned()
    };
    let files = place.files();
    assert_eq!(kept("b.js", &files, false), "no-cache");
    assert_eq!(kept("b.3f9a1c2b.js", &files, false), "public, max-age=31536000, immutable");
    assert_eq!(kept("b.3f9a1c2b.js", &files, true), "no-cache");
    let hour = Duration::from_secs(3_600);
    let files = Files { max_age: hour, immutable: false, ..place.files() };
    assert_eq!(kept("b.3f9a1c2b.js", &files, false), "public, max-age=3600");
    assert_eq!(kept("index.html", &files, true), "no-cache");
}
