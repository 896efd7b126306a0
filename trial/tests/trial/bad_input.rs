//! The mistakes people make: each gets a message that says what happened and what to do.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use trial::{Finished, Project, apps, until};

fn check(finished: &Finished, code: i32, words: &[&str]) {
    assert_eq!(finished.code, Some(code), "{}", finished.stderr);
    for word in words {
        assert!(finished.stderr.contains(word), "no {word:?} in: {}", finished.stderr);
    }
}

fn run(project: &Project, arguments: &[&str]) -> Finished {
    project.begin(arguments).wait()
}

#[test]
fn a_missing_script() {
    let project = Project::with_server("");
    check(&run(&project, &["servr.js"]), 4, &["servr.js", "there is no script", "server.js"]);
}

#[test]
fn nothing_to_run() {
    let project = Project::new();
    check(&project.ostler(&["run"]), 3, &["ostler run server.js"]);
}

#[test]
fn a_syntax_error_in_the_app() {
    let project = Project::with_server("const x = ;");
    check(&run(&project, &["server.js"]), 6, &["SyntaxError", "exit code 1", "server.js:1"]);
}

#[test]
fn a_port_in_use() {
    let project = Project::with_server(apps::SERVER);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let finished = project.ostler(&["run", "--admin", "off", "--listen", &address, "server.js"]);
    check(&finished, 5, &[&address, "in use", "--listen"]);
}

#[test]
fn the_admin_port_in_use() {
    let project = Project::with_server(apps::SERVER);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let finished =
        project.ostler(&["run", "--admin", &address, "--listen", "127.0.0.1:0", "server.js"]);
    check(&finished, 5, &[&address, "in use", "--admin"]);
}

#[test]
fn no_node_on_the_path() {
    let project = Project::with_server(apps::SERVER);
    let mut command =
        project.command(&["run", "--listen", "127.0.0.1:0", "--admin", "off", "server.js"]);
    check(
        &project.spawn(command.env("PATH", "/nonexistent")).wait(),
        4,
        &["node", "path", "install"],
    );
}

#[test]
fn a_node_that_is_too_old() {
    let project = Project::with_server(apps::SERVER);
    project.write("old/node", "#!/bin/sh\necho v16.20.2\n");
    let node = project.folder().join("old/node");
    fs::set_permissions(&node, fs::Permissions::from_mode(0o755)).unwrap();
    project.write("ostler.toml", &format!("[app.web]\nrun = 'server.js'\nnode = {node:?}\n"));
    check(&run(&project, &[]), 4, &["v16.20.2", "20"]);
}

#[test]
fn an_app_that_never_listens() {
    let project = Project::with_server(apps::DEAF);
    project.write("ostler.toml", "[app.web]\nrun = 'server.js'\nworkers = 1\nready_timeout = '1s'\n[app.web.restart]\ncrash_loop_after = 2\n");
    check(&run(&project, &[]), 6, &["listen", "I am up, but deaf"]);
}

#[test]
fn an_app_that_listens_twice() {
    let second = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let project = Project::with_server(&format!(
        "const http = require('node:http');
         http.createServer((q, s) => s.end('one')).listen(3000);
         http.createServer((q, s) => s.end('two')).on('error', () => {{}}).listen({second}, '127.0.0.1');"
    ));
    let running = project.run(&["--workers", "2", "server.js"]);
    until("the advice is given", || {
        let text = running.stdout() + &running.stderr();
        (text.contains(&second.to_string()) && text.contains("OSTLER_WORKER")).then_some(())
    });
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_typo_in_the_config() {
    let project = Project::with_server(apps::SERVER);
    project.write("ostler.toml", "[app.web]\nrun = 'server.js'\nworker = 2\nmemory_max = 512\n");
    let finished = project.ostler(&["run"]);
    check(&finished, 3, &["ostler.toml:3", "worker", "workers", "ostler.toml:4", "512MB"]);
    check(&project.ostler(&["check"]), 3, &["ostler.toml:3", "ostler.toml:4"]);
}

#[test]
fn a_socket_path_that_is_too_long() {
    let project = Project::with_server(apps::SERVER);
    let long = project.state_folder().join("x".repeat(120));
    let mut command = project.command(&["run", "--listen", "127.0.0.1:0", "server.js"]);
    check(&project.spawn(command.env("OSTLER_RUN", &long)).wait(), 4, &["too long", "OSTLER_RUN"]);
}

#[test]
fn a_full_disk_for_logs() {
    let project = Project::with_server(
        "setInterval(() => console.log('a line'), 5);
         require('node:http').createServer((q, s) => s.end('fine')).listen(3000);",
    );
    fs::create_dir_all(project.folder().join("logs")).unwrap();
    std::os::unix::fs::symlink("/dev/full", project.folder().join("logs/web.log")).unwrap();
    project.write("ostler.toml", "[edge]\nlisten = '127.0.0.1:0'\n[admin]\nlisten = false\n[log]\nfolder = 'logs'\n[app.web]\nrun = 'server.js'\n");
    let started = project.ostler(&["start"]);
    assert_eq!(started.code, Some(0), "{}{}", started.stdout, started.stderr);
    assert_eq!(trial::get(project.address(), "/").unwrap().body, "fine");
    until("the lines that could not be written are told", || {
        let text = project.ostler(&["logs", "-n", "200"]);
        let text = text.stdout + &text.stderr + &daemon_log(&project);
        (text.contains("No space left") || text.contains("disk is full")).then_some(())
    });
    assert_eq!(trial::get(project.address(), "/").unwrap().body, "fine");
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
}

fn daemon_log(project: &Project) -> String {
    let state = fs::read_dir(project.state_folder()).into_iter().flatten().flatten();
    let logs = state.map(|entry| entry.path().join("daemon.log"));
    logs.map(|path| fs::read_to_string(path).unwrap_or_default()).collect()
}

#[test]
fn commands_without_a_running_ostler() {
    let project = Project::with_server(apps::SERVER);
    for command in
        [&["status"][..], &["reload"], &["scale", "web", "2"], &["stop"], &["top", "--once"]]
    {
        check(&project.ostler(command), 7, &["not running", "ostler start"]);
    }
}

#[test]
fn commands_that_cannot_be() {
    let project = Project::with_server(apps::SERVER);
    project.write("version", "1");
    let running = project.run(&["--workers", "1", "server.js"]);
    check(&project.ostler(&["reload", "wbe"]), 9, &["wbe", "web"]);
    check(&project.ostler(&["scale", "web", "0"]), 9, &["1"]);
    check(&project.ostler(&["restart", "web", "7"]), 9, &["7"]);
    check(&run(&project, &["server.js"]), 8, &["already", &running.pid().to_string()]);
    assert_eq!(project.ostler(&["explain", "app.worker"]).code, Some(2));
    assert_eq!(running.stop().code, Some(0));
}
