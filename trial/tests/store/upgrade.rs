//! `ostler upgrade` hands the store on under load.

use super::jobs::Jobs;
use super::site::project;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use trial::project::alive;
use trial::{Project, Wire, get, until};

fn url(project: &Project) -> String {
    get(project.address(), "/env").unwrap().body
}

/// The same, in the background.
fn start() -> Project {
    let project = project("[edge]\nlisten = '127.0.0.1:0'\n[admin]\nlisten = false");
    let started = project.ostler(&["start"]);
    assert_eq!(started.code, Some(0), "{}", started.stderr);
    project
}

#[test]
fn an_upgrade_loses_no_job_and_keeps_the_address() {
    let project = start();
    let url = url(&project);
    let mut jobs = Jobs::begin(&url);
    let mut wire = Wire::open(&url).unwrap();
    assert_eq!(wire.say(&["SET", "before", "it"]).unwrap(), "OK");
    for _ in 0..3 {
        jobs.go_on();
        let pid = project.status().unwrap().pid;
        let upgraded = project.ostler(&["upgrade"]);
        assert_eq!(upgraded.code, Some(0), "{}", upgraded.stderr);
        assert_eq!(get(project.address(), "/env").unwrap().body, url);
        until("the old process ends", || (!alive(pid)).then_some(()));
    }
    jobs.go_on();
    let mut wire = Wire::open(&url).unwrap();
    assert_eq!(wire.say(&["GET", "before"]).unwrap(), "it");
    let verdict = jobs.check();
    assert!(verdict.added > 80);
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
    assert!(Wire::open(&url).is_err());
}

/// The sockets' descriptors are not taken: they are closed.
#[test]
fn a_successor_that_fails_late_gives_the_store_back() {
    let project = start();
    let url = url(&project);
    let mut wire = Wire::open(&url).unwrap();
    assert_eq!(wire.say(&["SET", "kept", "1"]).unwrap(), "OK");
    let mut jobs = Jobs::begin(&url);
    jobs.go_on();
    let places = std::fs::read_dir(project.run_folder()).unwrap().flatten();
    let sockets = places.map(|place| place.path().join("handover.sock"));
    let mut successor =
        UnixStream::connect(sockets.into_iter().find(|path| path.exists()).unwrap()).unwrap();
    let mut header = [0; 8_192];
    assert!(successor.read(&mut header).unwrap() > 0);
    successor.write_all(b"store\n").unwrap();
    let mut answer = [0; 6];
    successor.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"yours\n");
    // The store has ended: who was connected is not any more, and who comes now waits.
    assert!(wire.say(&["GET", "kept"]).is_err());
    let (login, address) = url.rsplit_once('@').unwrap();
    let mut waiting = Wire::open(&format!("redis://{address}")).unwrap();
    waiting.send(&["AUTH", login.rsplit_once(':').unwrap().1]).unwrap();
    waiting.send(&["GET", "kept"]).unwrap();
    drop(successor);
    assert_eq!(waiting.reply().unwrap(), "OK");
    assert_eq!(waiting.reply().unwrap(), "1");
    jobs.go_on();
    jobs.check();
}

#[test]
fn what_would_separate_old_and_new_workers_is_refused() {
    let project = start();
    let (address, url) = (project.address(), url(&project));
    let text = std::fs::read_to_string(project.folder().join("ostler.toml")).unwrap();
    for (more, what) in [
        ("password = 'another one'", "[store] password changed"),
        ("folder = 'elsewhere'", "[store] folder changed"),
        ("listen = 1", "[store] listen changed"),
    ] {
        project.write("ostler.toml", &format!("{text}\n[store]\n{more}\n"));
        let upgraded = project.ostler(&["upgrade"]);
        assert_eq!(upgraded.code, Some(9), "{}", upgraded.stdout);
        assert!(upgraded.stderr.contains(what), "{}", upgraded.stderr);
        assert_eq!(get(address, "/env").unwrap().body, url);
    }
    assert_eq!(Wire::open(&url).unwrap().say(&["PING"]).unwrap(), "PONG");
}
