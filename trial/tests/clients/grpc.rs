//! gRPC: an unmodified server, of which Ostler finds out by itself that it speaks HTTP/2.

use super::program::{check, client, start};
use rcgen::generate_simple_self_signed;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;
use trial::{Project, project::finish};

const SERVER: &str = "grpc-server.cjs";
const CLIENT: &str = "grpc-client.mjs";

#[test]
fn every_kind_of_call_works() {
    let project = Project::new();
    let running = start(&project, SERVER, 1, "");
    for what in ["unary", "errors", "large", "streams", "chat", "deadlines"] {
        check(CLIENT, what, project.address());
    }
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn the_calls_of_one_channel_are_balanced() {
    let project = Project::new();
    let _running = start(&project, SERVER, 2, "");
    check(CLIENT, "balanced", project.address());
}

#[test]
fn calls_to_a_worker_that_dies_are_unavailable() {
    let project = Project::new();
    let _running = start(&project, SERVER, 2, "");
    check(CLIENT, "killed", project.address());
}

#[test]
fn calls_work_over_tls() {
    let project = Project::new();
    let made = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    project.write("cert.pem", &made.cert.pem());
    project.write("key.pem", &made.signing_key.serialize_pem());
    let tls = "[edge.tls]\nlisten = '127.0.0.1:0'\ncert = 'cert.pem'\nkey = 'key.pem'\n";
    let _running = start(&project, SERVER, 1, tls);
    let status = project.status().unwrap();
    let secure = status.listen.iter().find_map(|url| url.strip_prefix("https://")).unwrap();
    for what in ["unary", "large", "chat"] {
        let ca = project.folder().join("cert.pem");
        let finished = finish(client(CLIENT, what, secure).arg(ca));
        assert_eq!(finished.code, Some(0), "{what}: {}", finished.stderr);
    }
}

#[test]
fn a_rolling_reload_fails_no_call() {
    let project = Project::new();
    let _running = start(&project, SERVER, 2, "");
    let mut command = client(CLIENT, "load", &project.address().to_string());
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    assert_eq!(line, "started\n");
    for _ in 0..2 {
        let reload = project.ostler(&["reload"]);
        assert_eq!(reload.code, Some(0), "{}", reload.stderr);
    }
    drop(child.stdin.take());
    let mut told = String::new();
    output.read_to_string(&mut told).unwrap();
    let finished = child.wait_with_output().unwrap();
    let faults = String::from_utf8_lossy(&finished.stderr);
    assert!(finished.status.success(), "{told}{faults}");
}
