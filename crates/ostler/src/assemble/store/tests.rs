//! What is claimed.

use super::claim::*;
use crate::handover::PassedStore;
use config::{Config, Machine, parse};
use control::place::{Environment, Held, Place};
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

/// A project's folder, and its place.
struct Site(PathBuf);

impl Site {
    fn new(name: &str) -> Self {
        let base = std::env::temp_dir().join(format!("ostler-store-{name}-{}", std::process::id()));
        fs::create_dir_all(base.join("app")).unwrap();
        Site(base)
    }

    fn held(&self) -> Held {
        self.held_with(self.0.join("state"))
    }

    fn held_with(&self, state: PathBuf) -> Held {
        let environment = Environment {
            run: Some(self.0.join("run")),
            state: Some(state),
            ..Environment::read()
        };
        Place::of(&self.0.join("app"), &environment).unwrap().take().unwrap()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn config(store: &str) -> Config {
    let text = format!("app.web.run = 'a.js'\nstore = {{ {store} }}");
    parse(&text, Path::new("/srv/shop"), None, &Machine { cores: 2 }).unwrap()
}

fn here(store: &str, held: &Held, passed: Option<PassedStore>) -> Result<Here, String> {
    match Claimed::claim(&config(store), held, passed).map_err(|failure| failure.text)? {
        Claimed::Here(here) => Ok(*here),
        other => panic!("{other:?}"),
    }
}

fn passed(here: Here) -> PassedStore {
    PassedStore { tcp: here.tcp, unix: here.unix, url: here.url, folder: here.folder }
}

#[test]
fn without_a_word_it_has_a_free_port_a_secret_and_a_folder() {
    let site = Site::new("plain");
    let held = site.held();
    let one = here("", &held, None).unwrap();
    let port = one.tcp[0].local_addr().unwrap().port();
    let password = one.password.clone().unwrap();
    assert!(password.len() >= 32 && one.url == format!("redis://:{password}@127.0.0.1:{port}"));
    assert_eq!(one.folder.as_deref(), Some(&*held.place().state_folder().join("store")));
    let socket = held.place().run_folder().join("store.sock");
    assert_eq!(fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
    let file = held.place().state_folder().join("store-password");
    assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    drop(one);
    let again = here("", &held, None).unwrap();
    assert_eq!(again.password, Some(password), "the same after a restart");
}

#[test]
fn what_the_config_says_is_what_workers_are_told() {
    let site = Site::new("said");
    let held = site.held();
    let told = |store: &str| {
        let claimed = Claimed::claim(&config(store), &held, None).unwrap();
        claimed.variables().into_iter().map(|(_, value)| value).next()
    };
    assert_eq!(told("enabled = false"), None);
    assert_eq!(told("url = 'rediss://u:p@h/1?x=y'").as_deref(), Some("rediss://u:p@h/1?x=y"));
    let open = told("listen = '0.0.0.0:0', password = 'p@ss/word'").unwrap();
    assert!(open.starts_with("redis://:p%40ss%2Fword@127.0.0.1:"), "{open}");
    let bare = told("password = false, folder = false").unwrap();
    assert!(bare.starts_with("redis://127.0.0.1:"), "{bare}");
}

#[test]
fn a_taken_address_is_told_with_its_cure() {
    let site = Site::new("taken");
    let held = site.held();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let error = here(&format!("listen = '{address}'"), &held, None).unwrap_err();
    assert!(error.contains("is in use") && error.contains("[store] url"), "{error}");
    let file = site.0.join("file");
    fs::write(&file, "x").unwrap();
    let listen = format!("listen = ['127.0.0.1:0', 'unix:{}']", file.display());
    let error = here(&listen, &held, None).unwrap_err();
    assert!(error.contains("no socket") && fs::read(&file).unwrap() == b"x", "{error}");
    let socket = site.0.join("socket");
    let listener = UnixListener::bind(&socket).unwrap();
    let listen = format!("listen = ['127.0.0.1:0', 'unix:{}']", socket.display());
    assert!(here(&listen, &held, None).unwrap_err().contains("somebody listens"));
    drop(listener);
    assert_eq!(here(&listen, &held, None).unwrap().unix.len(), 2, "a left one is replaced");
}

#[test]
fn what_is_passed_on_must_be_what_is_wanted() {
    let site = Site::new("passed");
    let held = site.held();
    let old = here("", &held, None).unwrap();
    let (url, port) = (old.url.clone(), old.tcp[0].local_addr().unwrap().port());
    let new = here("", &held, Some(passed(old))).unwrap();
    assert!(new.is_passed && new.url == url);
    let new = here(&format!("listen = {port}"), &held, Some(passed(new))).unwrap();
    let error = here("listen = 1", &held, Some(passed(new))).unwrap_err();
    assert!(error.contains("listen changed") && error.contains("ostler stop"), "{error}");
    for (keys, what) in [
        ("password = 'another one'", "password changed"),
        ("folder = '/elsewhere'", "folder changed"),
        ("folder = false", "folder changed"),
    ] {
        let old = here("", &held, None).unwrap();
        let error = here(keys, &held, Some(passed(old))).unwrap_err();
        assert!(error.contains(what), "{error}");
    }
}

#[test]
fn where_nothing_can_be_kept_only_who_wants_a_store_is_refused() {
    let site = Site::new("unkept");
    let held = site.held_with("/dev/null/state".into());
    let claimed = |store: &str| Claimed::claim(&config(store), &held, None);
    assert!(matches!(claimed(""), Ok(Claimed::Off)));
    let error = claimed("memory_max = '1GB'").unwrap_err().text;
    assert!(error.contains("OSTLER_STATE") && error.contains("enabled = false"), "{error}");
    let Ok(Claimed::Here(here)) = claimed("password = 'a good one', folder = false") else {
        panic!("it needs nothing that is kept")
    };
    assert_eq!(here.folder, None);
}
