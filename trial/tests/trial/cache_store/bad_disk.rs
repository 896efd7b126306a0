use super::survive::until_on_disk;
use super::{body, is_kept, project};
use model::api::DiskState;
use std::fs;
use std::process::Command;
use trial::{Project, until};

/// A command that sees a disk of 1 MB at the project's folder `small`, mounted as `options` say. None
/// where users may not mount anything.
fn with_small_disk(project: &Project, options: &str, words: &[&str]) -> Option<Command> {
    let small = project.folder().join("small");
    fs::create_dir_all(&small).unwrap();
    let alone = ["--user", "--map-root-user", "--mount"];
    let mount = format!("mount -t tmpfs -o size=1m{options} none {}", small.display());
    let may = Command::new("unshare").args(alone).args(["sh", "-c", &mount]).output().ok()?;
    if !may.status.success() {
        eprintln!("not tried: no disk can be mounted here");
        return None;
    }
    let inner = project.command(words);
    let mut command = Command::new("unshare");
    command.args(alone).args(["sh", "-c", &format!("{mount} && exec \"$@\""), "sh"]);
    command.arg(inner.get_program()).args(inner.get_args());
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.current_dir(inner.get_current_dir().unwrap_or(project.folder()));
    Some(command)
}

fn fails(project: &Project, command: &mut Command, words: &[&str]) {
    let finished = project.spawn(command).wait();
    assert_eq!(finished.code, Some(4), "{}", finished.stderr);
    for word in words {
        assert!(finished.stderr.contains(word), "no {word:?} in: {}", finished.stderr);
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error_at_the_start() {
    let project = project("disk = '64MB'\nfolder = 'server.js/cache'");
    let words = ["the cache cannot use its folder", "server.js/cache"];
    fails(&project, &mut project.command(&["run"]), &words);
}

#[test]
fn a_folder_that_cannot_be_written_to_is_an_error_at_the_start() {
    let project = project("disk = '64MB'\nfolder = 'small'");
    let Some(mut command) = with_small_disk(&project, ",ro", &["run"]) else { return };
    fails(&project, &mut command, &["small", "Read-only", "name a folder in edge.cache.folder"]);
}

#[test]
fn a_disk_without_room_is_an_error_at_the_start() {
    let project = project("disk = '64MB'\nfolder = 'small'");
    let Some(mut command) = with_small_disk(&project, ",nr_inodes=20", &["run"]) else { return };
    fails(&project, &mut command, &["small", "No space left", "make room", "edge.cache.disk"]);
}

#[test]
fn a_folder_in_use_is_an_error_at_the_start() {
    let first = project("disk = '64MB'\nfolder = 'kept'");
    let running = first.run(&[]);
    let kept = first.folder().join("kept");
    let second = project(&format!("disk = '64MB'\nfolder = '{}'", kept.display()));
    fails(&second, &mut second.command(&["run"]), &["in use by another Ostler"]);
    assert!(is_kept(first.address(), "/a"));
    drop(running);
}

#[test]
fn somebody_elses_folder_is_left_alone() {
    let project = project("disk = '64MB'\nfolder = 'theirs'");
    fs::create_dir_all(project.folder().join("theirs/objects")).unwrap();
    fails(&project, &mut project.command(&["run"]), &["is not empty", "name another one"]);
}

#[test]
fn a_disk_that_fills_up_pauses_and_goes_on() {
    let project = project("disk = '64MB'\nfolder = 'small'");
    let words = ["run", "--listen", "127.0.0.1:0"];
    let Some(mut command) = with_small_disk(&project, "", &words) else { return };
    let running = project.spawn(&mut command);
    running.online();
    let address = project.address();
    let before = body(address, "/before");
    until_on_disk(&project, 1);
    // Below the process's own root, since nobody else sees the disk.
    let small = project.folder().join("small");
    let ballast = format!("/proc/{}/root{}/ballast", running.pid(), small.display());
    let mut room = fs::File::create(&ballast).unwrap();
    while std::io::Write::write_all(&mut room, &[0; 4_096]).is_ok() {}
    let state = || project.status().unwrap().cache.unwrap().disk.unwrap().state;
    let mut number = 0;
    until("it is noticed", || {
        number += 1;
        assert!(is_kept(address, &format!("/{number}")), "memory goes on");
        (state() == DiskState::Paused).then_some(())
    });
    assert_eq!(body(address, "/before"), before);
    until("it is told", || running.stderr().contains("make room").then_some(()));
    drop(room);
    fs::remove_file(ballast).unwrap();
    until("it goes on", || {
        number += 1;
        body(address, &format!("/{number}"));
        (state() == DiskState::Ready).then_some(())
    });
    until("that is told", || running.stderr().contains("writes to disk again").then_some(()));
    assert_eq!(running.stderr().matches("make room").count(), 1, "{}", running.stderr());
    assert_eq!(running.stop().code, Some(0));
}
