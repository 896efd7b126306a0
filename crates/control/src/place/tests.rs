use super::folders::{NAME_CHARS_MAX, fnv1a, leaf};
use super::*;
use std::fs;
use std::os::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// A folder that is removed at the end of a test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ostler-place-{}-{name}", std::process::id()));
        fs::create_dir_all(path.join("shop")).unwrap();
        Scratch(fs::canonicalize(path).unwrap())
    }

    /// An environment in which everything lies below this folder.
    fn environment(&self) -> Environment {
        let uid = rustix::process::geteuid().as_raw();
        let (run, state) = (Some(self.0.join("r")), Some(self.0.join("s")));
        Environment { uid, run, state, ..Environment::default() }
    }

    fn place(&self) -> Place {
        Place::of(&self.0.join("shop"), &self.environment()).unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn folders_follow_from_user_and_environment() {
    let path = |text: &str| Some(PathBuf::from(text));
    let check = |environment: Environment, run: &str, state: Option<&str>| {
        assert_eq!(environment.run_base().0, Path::new(run), "{environment:?}");
        assert_eq!(environment.state_base(), state.map(PathBuf::from), "{environment:?}");
    };
    let root = Environment { home: path("/root"), ..Environment::default() };
    check(root.clone(), "/run/ostler", Some("/var/lib/ostler"));
    let named = Environment { run: path("/a"), state: path("/b"), ..root };
    check(named, "/a", Some("/b"));
    let user = Environment { uid: 1000, home: path("/home/x"), ..Environment::default() };
    check(user.clone(), "/tmp/ostler-1000", Some("/home/x/.local/state/ostler"));
    let xdg = Environment { xdg_runtime: path("/run/user/1000"), xdg_state: path("/st"), ..user };
    check(xdg, "/run/user/1000/ostler", Some("/st/ostler"));
    check(Environment { uid: 7, ..Environment::default() }, "/tmp/ostler-7", None);
}

#[test]
fn the_name_of_a_project_never_changes() {
    assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c, "as published with the hash");
    assert_eq!(leaf(Path::new("/srv/shop")), "shop-1adbdaa0");
    assert_eq!(leaf(Path::new("/")), "root-29622bb2");
    assert_ne!(leaf(Path::new("/srv/a/shop")), leaf(Path::new("/srv/b/shop")));
    let long = leaf(Path::new("/srv/ein langer Name mit Leerzeichen und Ümlaut"));
    assert!(long.starts_with("ein_langer_Name_mit_Leer-") && long.len() == NAME_CHARS_MAX + 9);
}

#[test]
fn too_long_a_path_is_told_with_its_cure() {
    let scratch = Scratch::new("long");
    let run = Some(scratch.0.join("x".repeat(80)));
    let environment = Environment { run, ..scratch.environment() };
    let error = Place::of(&scratch.0.join("shop"), &environment).unwrap_err();
    assert!(matches!(error, PlaceError::TooLong { most: 85, .. }), "{error:?}");
    assert!(error.to_string().contains("Set OSTLER_RUN to a shorter folder"), "{error}");
    let error = Place::of(&scratch.0.join("none"), &environment).unwrap_err();
    assert!(matches!(error, PlaceError::Project { .. }), "{error:?}");
}

#[test]
fn one_ostler_a_project() {
    let scratch = Scratch::new("one");
    let held = scratch.place().take().unwrap();
    let error = scratch.place().take().unwrap_err();
    let pid = std::process::id();
    assert!(
        matches!(error, TakeError::Running { pid: Some(found), .. } if found == pid),
        "{error:?}"
    );
    assert!(error.to_string().contains(&format!("(process {pid})")), "{error}");

    let passed_on = held.as_fd().try_clone_to_owned().unwrap();
    drop(held);
    assert!(scratch.place().take().is_err(), "the lock was passed on, not let go");
    let heir = scratch.place().inherit(passed_on);
    heir.sign().unwrap();
    heir.release();
    scratch.place().take().unwrap();
}

#[test]
fn the_socket_is_the_owners_and_replaces_a_stale_one() {
    let scratch = Scratch::new("stale");
    let held = scratch.place().take().unwrap();
    drop(held.bind().unwrap());
    assert!(held.place().socket().exists(), "left behind, as by a killed process");
    let _listener = held.bind().unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&held.place().socket()), 0o600);
    assert_eq!(mode(held.place().run_folder()), 0o700);
    assert_eq!(sockets(&scratch.environment()), [held.place().socket()]);
    let socket = held.place().socket();
    held.release();
    assert!(!socket.exists());
}

#[test]
fn a_folder_that_others_may_write_to_is_refused() {
    let scratch = Scratch::new("foreign");
    let place = scratch.place();
    fs::create_dir_all(place.run_folder()).unwrap();
    fs::set_permissions(place.run_folder(), fs::Permissions::from_mode(0o777)).unwrap();
    let error = place.clone().take().unwrap_err();
    assert!(matches!(error, TakeError::Foreign { .. }), "{error:?}");
    // A link, even to a folder of one's own, may be moved by whoever made it.
    fs::remove_dir(place.run_folder()).unwrap();
    std::os::unix::fs::symlink(scratch.0.join("shop"), place.run_folder()).unwrap();
    assert!(matches!(place.take(), Err(TakeError::Foreign { .. })));
}

#[test]
fn a_lock_whose_owner_has_ended_is_waited_for() {
    let scratch = Scratch::new("left");
    drop(scratch.place().take().unwrap());
    let left = fs::File::options().write(true).open(scratch.place().lock_file()).unwrap();
    left.try_lock().unwrap();
    // No process has such an id.
    fs::write(scratch.place().lock_file(), "999999999\n").unwrap();
    let place = scratch.place();
    let next = std::thread::spawn(move || place.take().map(drop));
    std::thread::sleep(std::time::Duration::from_millis(50));
    assert!(!next.is_finished());
    drop(left);
    next.join().unwrap().unwrap();
}

#[test]
fn the_token_is_made_once_and_private() {
    let scratch = Scratch::new("token");
    let held = scratch.place().take().unwrap();
    held.token().unwrap();
    let file = held.place().state_folder().join("token");
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text.trim().len(), 64);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(held.token().unwrap().matches(text.trim()));
    fs::write(&file, "short").unwrap();
    assert!(!held.token().unwrap().matches("short"), "a torn file is made anew");
}
