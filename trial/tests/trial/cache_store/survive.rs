use super::{body, is_kept, project, purge};
use std::fs;
use trial::{Project, Running, until};

const DISK: &str = "memory = '8MB'\ndisk = '64MB'\nfolder = 'kept'";

/// Wait until so many replies are on disk, and all is known of what an earlier run left.
pub fn until_on_disk(project: &Project, count: u64) {
    until("so many replies are on disk", || {
        let disk = project.status()?.cache?.disk?;
        (disk.state == model::api::DiskState::Ready && disk.objects == count).then_some(())
    });
}

/// The app is other processes now: what is the same as before was kept.
fn check(project: &Project, before: &[(&str, String)], stays: impl Fn(&str) -> bool) {
    for (path, before) in before {
        assert_eq!(body(project.address(), path) == *before, stays(path), "{path}");
        assert!(is_kept(project.address(), path), "{path}");
    }
}

fn fill(project: &Project) -> Vec<(&'static str, String)> {
    let paths = ["/a?tag=red", "/b?tag=blue", "/c"];
    let bodies = paths.map(|path| (path, body(project.address(), path)));
    until_on_disk(project, 3);
    bodies.into()
}

fn kill(running: Running<'_>) {
    running.signal(rustix::process::Signal::KILL);
    running.wait();
}

#[test]
fn replies_survive_a_restart() {
    let project = project(DISK);
    let running = project.run(&[]);
    let before = fill(&project);
    assert_eq!(running.stop().code, Some(0));
    let running = project.run(&[]);
    until_on_disk(&project, 3);
    check(&project, &before, |_| true);
    let cache = project.ostler(&["cache"]).stdout;
    assert!(cache.contains("disk    3 replies"), "{cache}");
    assert!(cache.contains("9 requests, 9 of them answered out of the cache (100.0 %)"), "{cache}");
    assert!(project.folder().join("kept/CACHEDIR.TAG").exists());
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn replies_survive_a_kill_and_what_was_purged_does_not_come_back() {
    for (words, told) in [
        (["http://shop.example/a?tag=red"].as_slice(), "purged: 1 reply in memory, 1 on disk\n"),
        (&["--tag", "red"], "purged: 1 reply in memory, 1 on disk\n"),
        (&["--prefix", "http://shop.example/a"], "purged: 1 reply in memory, 1 on disk\n"),
        (&["--all"], "purged: 3 replies in memory, 3 on disk\n"),
    ] {
        let project = project(DISK);
        let running = project.run(&[]);
        let before = fill(&project);
        assert_eq!(purge(&project, words), told);
        kill(running);
        let running = project.run(&[]);
        let is_all = words == ["--all"];
        until_on_disk(&project, if is_all { 0 } else { 2 });
        check(&project, &before, |path| !is_all && path != "/a?tag=red");
        drop(running);
    }
}

#[test]
fn replies_survive_an_upgrade() {
    let project = project(DISK);
    assert_eq!(project.ostler(&["start"]).code, Some(0));
    let before = fill(&project);
    for _ in 0..2 {
        let pid = project.status().unwrap().pid;
        let upgraded = project.ostler(&["upgrade"]);
        assert_eq!(upgraded.code, Some(0), "{}", upgraded.stderr);
        until("the old process ends", || (!trial::project::alive(pid)).then_some(()));
        until_on_disk(&project, 3);
        check(&project, &before, |_| true);
    }
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
}

#[test]
fn a_changed_file_is_never_served() {
    let project = project(DISK);
    let running = project.run(&[]);
    let before = fill(&project);
    assert_eq!(running.stop().code, Some(0));
    let mut bent = 0;
    for folder in fs::read_dir(project.folder().join("kept/objects")).unwrap() {
        for file in fs::read_dir(folder.unwrap().path()).unwrap() {
            let file = file.unwrap().path();
            let mut bytes = fs::read(&file).unwrap();
            if let Some(at) = bytes.windows(8).rposition(|part| part == b"tag=blue") {
                bytes[at] ^= 1;
                fs::write(&file, bytes).unwrap();
                bent += 1;
            }
        }
    }
    assert_eq!(bent, 1);
    let running = project.run(&[]);
    until_on_disk(&project, 2);
    check(&project, &before, |path| path != "/b?tag=blue");
    let disk = project.status().unwrap().cache.unwrap().disk.unwrap();
    assert_eq!(disk.corrupt, 1);
    until("it is told", || running.stderr().contains("wrong checksum of the body").then_some(()));
    assert_eq!(running.stderr().matches("not as written").count(), 1);
}

#[test]
fn memory_can_be_changed_by_a_reload_and_the_disk_cannot() {
    let project = project(DISK);
    let running = project.run(&[]);
    let config = fs::read_to_string(project.folder().join("ostler.toml")).unwrap();
    project.write("ostler.toml", &config.replace("8MB", "16MB"));
    assert_eq!(project.ostler(&["reload"]).code, Some(0));
    assert_eq!(project.status().unwrap().cache.unwrap().memory.bytes_max, 16_000_000);
    project.write("ostler.toml", &config.replace("64MB", "128MB"));
    let refused = project.ostler(&["reload"]);
    assert_eq!(refused.code, Some(9));
    assert!(refused.stderr.contains("edge.cache.disk"), "{}", refused.stderr);
    drop(running);
}
