//! A new binary, and sockets from outside.

use std::net::TcpListener;
use std::process::{Command, Stdio};
use trial::load::Manner;
use trial::{Load, Project, apps, get, until};

#[test]
fn an_upgrade_refuses_no_connection() {
    let project = Project::with_server(apps::SERVER);
    project.write("version", "1");
    project.write(
        "ostler.toml",
        "[edge]\nlisten = '127.0.0.1:0'\n[admin]\nlisten = '127.0.0.1:0'\n[app.web]\nrun = 'server.js'\nworkers = 2\n",
    );
    assert_eq!(project.ostler(&["start"]).code, Some(0));
    let (address, before) = (project.address(), project.status().unwrap());
    let fresh = Load::start(address, "/", 3, Manner::Fresh);
    let kept = Load::start(address, "/", 2, Manner::KeepAlive);
    for _ in 0..2 {
        let pid = project.status().unwrap().pid;
        let upgraded = project.ostler(&["upgrade"]);
        assert_eq!(upgraded.code, Some(0), "{}", upgraded.stderr);
        let status = project.status().unwrap();
        assert_ne!(status.pid, pid);
        assert_eq!(project.address(), address);
        until("the old process ends", || (!trial::project::alive(pid)).then_some(()));
    }
    let (fresh, kept) = (fresh.finish(), kept.finish());
    assert!(fresh.failures.is_empty(), "{:?}", fresh.failures);
    assert!(kept.failures.is_empty(), "{:?}", kept.failures);
    assert!(fresh.answered > 50 && kept.answered > 50);
    assert_eq!(project.status().unwrap().admin, before.admin);
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
    assert!(project.worker_processes().is_empty());
}

#[test]
fn an_upgrade_to_a_broken_app_changes_nothing() {
    let project = Project::with_server(apps::SERVER);
    project.write("version", "1");
    project.write("ostler.toml", "[edge]\nlisten = '127.0.0.1:0'\n[admin]\nlisten = false\n[app.web]\nrun = 'server.js'\nworkers = 1\n");
    assert_eq!(project.ostler(&["start"]).code, Some(0));
    let (address, pid) = (project.address(), project.status().unwrap().pid);
    project.write("server.js", "throw new Error('broken upgrade');");
    let upgraded = project.ostler(&["upgrade"]);
    assert_eq!(upgraded.code, Some(9), "{}", upgraded.stdout);
    assert!(upgraded.stderr.contains("broken upgrade"), "{}", upgraded.stderr);
    assert_eq!(project.status().unwrap().pid, pid);
    assert!(get(address, "/").unwrap().body.ends_with("version 1"));
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
}

#[test]
fn an_upgrade_in_the_foreground_is_refused_in_plain_words() {
    let project = Project::with_server(apps::SERVER);
    project.write("version", "1");
    let running = project.run(&["-w", "1", "server.js"]);
    let upgraded = project.ostler(&["upgrade"]);
    assert_eq!(upgraded.code, Some(9));
    assert!(upgraded.stderr.contains("ostler start"), "{}", upgraded.stderr);
    assert_eq!(running.stop().code, Some(0));
}

/// systemd's protocol: sockets from descriptor 3 on, `LISTEN_PID` and `LISTEN_FDS`.
const ACTIVATE: &str = "use POSIX; POSIX::dup2(0, 3); POSIX::dup2(POSIX::open('/dev/null'), 0);
                        $ENV{LISTEN_FDS} = 1; $ENV{LISTEN_PID} = $$; exec @ARGV;";

#[test]
fn systemd_socket_activation() {
    let project = Project::with_server(apps::SERVER);
    project.write("version", "1");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let listen = address.to_string();
    let ostler = project.command(&["run", "--listen", &listen, "--admin", "off", "server.js"]);
    let mut perl = Command::new("perl");
    perl.args(["-e", ACTIVATE]).arg(ostler.get_program()).args(ostler.get_args());
    perl.current_dir(project.folder()).stdin(Stdio::from(std::os::fd::OwnedFd::from(listener)));
    perl.envs(ostler.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let running = project.spawn(&mut perl);
    assert_eq!(get(address, "/").unwrap().status, 200, "a client that came first is served");
    assert_eq!(running.stop().code, Some(0));
}
