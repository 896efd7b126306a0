//! What can be wrong with a store's folder and its sockets: a clear error each, and nothing lost.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use trial::{Finished, Project, Wire, until};

/// A project with nothing but a store in the folder `data`, and its URL.
fn project() -> (Project, String) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let project = Project::new();
    write(&project, port, "data");
    (project, format!("redis://127.0.0.1:{port}"))
}

fn write(project: &Project, port: u16, folder: &str) {
    let text = format!(
        "upstream.far.url = 'http://127.0.0.1:1'\nroute.\"/*\".upstream = 'far'\n\
         [store]\nlisten = {port}\npassword = false\nfolder = '{folder}'\n"
    );
    project.write("ostler.toml", &text);
}

fn open(url: &str) -> Wire {
    until("the store answers", || {
        let mut wire = Wire::open(url).ok()?;
        (wire.say(&["PING"]).ok()? == "PONG").then_some(wire)
    })
}

/// Keys in it, then it is stopped; its log.
fn filled(project: &Project, url: &str) -> PathBuf {
    let running = project.begin(&[]);
    let mut wire = open(url);
    for n in 0..100 {
        assert_eq!(wire.say(&["SET", &format!("key{n}"), "value"]).unwrap(), "OK");
    }
    assert_eq!(running.stop().code, Some(0));
    let files = fs::read_dir(project.folder().join("data")).unwrap().flatten();
    let logs = files
        .map(|file| file.path())
        .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("log-"));
    logs.max_by_key(|path| fs::read(path).unwrap().iter().filter(|byte| **byte != 0).count())
        .unwrap()
}

fn refused(project: &Project) -> Finished {
    let finished = project.begin(&[]).wait();
    assert_eq!(finished.code, Some(4), "{}", finished.stderr);
    finished
}

#[test]
fn a_second_owner_of_the_folder_is_refused() {
    let (first, url) = project();
    let running = first.begin(&[]);
    let mut wire = open(&url);
    assert_eq!(wire.say(&["SET", "mine", "1"]).unwrap(), "OK");
    let (second, _) = project();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    write(&second, port, &first.folder().join("data").display().to_string());
    let told = refused(&second).stderr;
    let owner = format!("process {}", running.pid());
    assert!(told.contains(&owner) && told.contains("[store] folder"), "{told}");
    assert_eq!(wire.say(&["GET", "mine"]).unwrap(), "1");
}

#[test]
fn a_log_that_is_damaged_in_the_middle_stops_the_start() {
    let (project, url) = project();
    let log = filled(&project, &url);
    let whole = fs::read(&log).unwrap();
    let middle = whole.windows(5).position(|bytes| bytes == b"key50").unwrap();
    let mut damaged = whole.clone();
    damaged[middle] ^= 1;
    fs::write(&log, &damaged).unwrap();
    let told = refused(&project).stderr;
    assert!(told.contains("is damaged at byte") && told.contains("truncate -s"), "{told}");
    assert_eq!(fs::read(&log).unwrap(), damaged, "nothing was changed");
    // Brought back, all is there.
    fs::write(&log, &whole).unwrap();
    let _running = project.begin(&[]);
    let mut wire = open(&url);
    assert_eq!(wire.say(&["DBSIZE"]).unwrap(), "100");
    assert_eq!(wire.say(&["GET", "key99"]).unwrap(), "value");
}

#[test]
fn a_log_of_a_later_version_stops_the_start() {
    let (project, url) = project();
    let log = filled(&project, &url);
    let whole = fs::read(&log).unwrap();
    let mut newer = whole.clone();
    // Behind the eight bytes that say what kind of file it is.
    newer[8] = 99;
    fs::write(&log, &newer).unwrap();
    let told = refused(&project).stderr;
    assert!(told.contains("version 99") && told.contains("later one"), "{told}");
    assert_eq!(fs::read(&log).unwrap(), newer);
}

#[test]
fn an_address_that_is_taken_is_told_with_both_cures() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let project = Project::new();
    write(&project, taken.local_addr().unwrap().port(), "data");
    let finished = project.begin(&[]).wait();
    assert_eq!(finished.code, Some(5), "{}", finished.stderr);
    let told = &finished.stderr;
    assert!(told.contains("[store] listen") && told.contains("[store] url"), "{told}");
}

#[test]
fn a_folder_that_cannot_be_written_is_told() {
    let (project, url) = project();
    project.write("data", "this is a file");
    let told = refused(&project).stderr;
    assert!(told.contains("data") && told.contains("[store] folder"), "{told}");
    assert!(Wire::open(&url).is_err());
}
