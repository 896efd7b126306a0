//! The access log: what a user of morgan or of nginx's log expects.

use rustix::process::Signal;
use std::fs;
use trial::{Connection, Project, get, until};

const SERVER: &str = "
const http = require('node:http');
http.createServer((request, response) => response.end('hello ' + request.url)).listen(3000);
";

fn project(access_log: &str) -> Project {
    let project = Project::with_server(SERVER);
    let text =
        format!("[edge]\naccess_log = {access_log}\n[app.web]\nrun = \"server.js\"\nworkers = 1\n");
    project.write("ostler.toml", &text);
    project
}

/// The lines of a file of the project, once there are so many.
fn lines(project: &Project, name: &str, count: usize) -> Vec<String> {
    until("the lines are written", || {
        let text = fs::read_to_string(project.folder().join(name)).ok()?;
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        (lines.len() >= count).then_some(lines)
    })
}

#[test]
fn a_combined_line_is_what_analysers_read() {
    let project = project("{ to = \"access.log\", format = \"combined\" }");
    let running = project.run(&[]);
    let mut connection = Connection::open(project.address()).unwrap();
    connection
        .send(
            b"GET /a?b=%22 HTTP/1.1\r\nHost: x\r\nReferer: http://r/\"\r\n\
              User-Agent: evil\xff \x41\\\r\n\r\n",
        )
        .unwrap();
    assert_eq!(connection.reply(false).unwrap().status, 200);
    let lines = lines(&project, "access.log", 1);
    let (start, rest) = lines[0].split_once(" [").unwrap();
    let (time, rest) = rest.split_once("] ").unwrap();
    assert_eq!(start, "127.0.0.1 - -");
    assert_eq!(rest, "\"GET /a?b=%22 HTTP/1.1\" 200 14 \"http://r/\\x22\" \"evil\\xFF A\\x5C\"");
    let shape: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let month = &time[3..6];
    assert_eq!(shape.replace(month, "Mon"), "00/Mon/0000:00:00:00 +0000");
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn json_lines_on_stdout_stand_between_the_app_s_own() {
    let project = project("true");
    let running = project.run(&[]);
    let address = project.address();
    assert_eq!(get(address, "/one").unwrap().status, 200);
    let mut connection = Connection::open(address).unwrap();
    connection.send(b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n").unwrap();
    assert_eq!(connection.reply(false).unwrap().status, 400);
    let lines = until("both are told", || {
        let text = running.stdout();
        let lines: Vec<serde_json::Value> = text
            .lines()
            .filter(|line| line.starts_with('{'))
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        (lines.len() == 2).then_some(lines)
    });
    assert_eq!((&lines[0]["target"], &lines[0]["app"]), (&"/one".into(), &"web".into()));
    assert_eq!((&lines[0]["status"], &lines[0]["bytes"]), (&200.into(), &10.into()));
    assert_eq!(
        (&lines[1]["status"], &lines[1]["request"]),
        (&400.into(), &"GET / HTTP/1.1".into())
    );
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_hangup_writes_to_a_new_file_when_the_old_one_was_moved_away() {
    let project = project("\"access.log\"");
    let running = project.run(&[]);
    let address = project.address();
    get(address, "/before").unwrap();
    lines(&project, "access.log", 1);
    let path = project.folder().join("access.log");
    fs::rename(&path, project.folder().join("kept.log")).unwrap();
    running.signal(Signal::HUP);
    until("the file is there again", || path.exists().then_some(()));
    until("it is written to", || {
        get(address, "/after").unwrap();
        fs::read_to_string(&path).ok()?.contains("/after").then_some(())
    });
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn what_is_in_flight_at_the_end_is_written() {
    let project = project("\"access.log\"");
    let running = project.run(&[]);
    let address = project.address();
    for number in 0..50 {
        get(address, &format!("/{number}")).unwrap();
    }
    assert_eq!(running.stop().code, Some(0));
    assert_eq!(lines(&project, "access.log", 50).len(), 50);
}

#[test]
fn a_file_that_cannot_be_opened_is_an_error_with_its_cure() {
    let project = project("\"access.log\"");
    fs::create_dir(project.folder().join("access.log")).unwrap();
    let finished = project.ostler(&["run", "--listen", "127.0.0.1:0"]);
    assert_eq!(finished.code, Some(3), "{}", finished.stderr);
    assert!(finished.stderr.contains("access.log"), "{}", finished.stderr);
}

#[test]
fn a_full_disk_is_told_and_requests_go_on() {
    let project = project("\"access.log\"");
    std::os::unix::fs::symlink("/dev/full", project.folder().join("access.log")).unwrap();
    let running = project.run(&[]);
    let address = project.address();
    until("it is told", || {
        assert_eq!(get(address, "/").unwrap().status, 200);
        running.stderr().contains("access log lines are lost").then_some(())
    });
    let told = running.stderr();
    assert!(told.contains("access.log") && told.contains("No space left"), "{told}");
    assert_eq!(told.matches("access log lines are lost").count(), 1, "{told}");
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_refusal_is_told_with_the_client_and_the_rule() {
    let project = project("false");
    let running = project.run(&[]);
    let mut connection = Connection::open(project.address()).unwrap();
    connection
        .send(b"GET /x?token=1 HTTP/1.1\r\nHost: a\r\nCookie: secret\r\nContent-Length: +1\r\n\r\n")
        .unwrap();
    let reply = connection.reply(false).unwrap();
    assert_eq!(reply.status, 400);
    let id = reply.header("x-request-id").unwrap();
    let told = until("it is told", || {
        let text = running.stderr();
        text.lines().find(|line| line.contains("refused ")).map(str::to_owned)
    });
    assert_eq!(
        told,
        format!(
            "ostler │ refused 127.0.0.1: the Content-Length header is malformed (RFC 9110 8.6, \
             length) with 400, request id {id}: \"GET /x?...\", \"Content-Length: +1\""
        )
    );
    assert!(!running.stderr().contains("secret") && !running.stderr().contains("token"));
    assert_eq!(running.stop().code, Some(0));
}
