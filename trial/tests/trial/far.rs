//! Ostler in front of Node servers that it does not run.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use trial::{Project, Running, get, until};

/// Answers with its name, its `Host` header and nothing else; tells its port on stdout.
const SERVER: &str = r#"
const http = require('node:http');
const [name, port] = process.argv.slice(2);
let fit = true;
const server = http.createServer((req, res) => {
  if (req.url === '/unfit') fit = false;
  if (req.url === '/health') res.statusCode = fit ? 204 : 503;
  res.end(`${name} ${req.headers.host}`);
});
server.listen(Number(port), '127.0.0.1', () => console.log(server.address().port));
"#;

/// A Node server beside Ostler; killed when dropped.
struct Node {
    child: Child,
    port: u16,
}

impl Node {
    fn start(project: &Project, name: &str, port: u16) -> Node {
        let path: PathBuf = project.folder().join("far.js");
        std::fs::write(&path, SERVER).unwrap();
        let port = port.to_string();
        let mut command = Command::new("node");
        command.arg(path).args([name, &port]).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Node { child, port: line.trim().parse().unwrap() }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn config(keys: &str) -> String {
    format!(
        "[edge]\nlisten = '127.0.0.1:0'\n[admin]\nlisten = false\n[upstream.far]\n{keys}\n\
         [route.'/*']\nupstream = 'far'\n"
    )
}

fn run<'a>(project: &'a Project, keys: &str) -> Running<'a> {
    project.write("ostler.toml", &config(keys));
    let running = project.spawn(&mut project.command(&["run"]));
    until("it serves", || running.stderr().contains("serving after").then_some(()));
    running
}

fn until_said(running: &Running<'_>, part: &str) {
    until(part, || running.stderr().contains(part).then_some(()));
}

#[test]
fn a_node_server_on_another_port_answers() {
    let project = Project::new();
    let node = Node::start(&project, "one", 0);
    let running = run(&project, &format!("url = 'http://localhost:{}'", node.port));
    let address = project.address();
    let reply = get(address, "/").unwrap();
    assert_eq!((reply.status, reply.body), (200, format!("one {address}")));
    until_said(&running, "upstream far: localhost is ");
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn servers_come_and_go_without_an_error() {
    let project = Project::new();
    let (one, two) = (Node::start(&project, "one", 0), Node::start(&project, "two", 0));
    let keys = format!(
        "url = ['http://127.0.0.1:{}', 'http://127.0.0.1:{}']\n\
         health = {{ path = '/health', interval = '200ms', timeout = '1s' }}",
        one.port, two.port
    );
    let running = run(&project, &keys);
    let address = project.address();
    let ask = || {
        let reply = get(address, "/").unwrap();
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.body.split(' ').next().unwrap().to_owned()
    };
    let both = || (ask() == "one").then(|| until("the other", || (ask() == "two").then_some(())));
    until("both answer", both);
    let port = two.port;
    drop(two);
    let out = format!("upstream far: http://127.0.0.1:{port} is not healthy: ");
    until("it is out", || {
        ask();
        running.stderr().contains(&out).then_some(())
    });
    assert!((0..10).all(|_| ask() == "one"));
    let _two = Node::start(&project, "two", port);
    until("it is in again", || (ask() == "two").then_some(()));

    // A server that says it is unfit is left alone, and a reload can take it away.
    get(address, "/unfit").unwrap();
    until_said(&running, "is not healthy: GET /health answered 503");
    let status = project.status().unwrap();
    let servers = &status.upstreams[0].servers;
    assert_eq!(servers.len(), 2);
    assert!(servers.iter().any(|one| one.reason.as_deref() == Some("GET /health answered 503")));
    project.write("ostler.toml", &config(&format!("url = 'http://127.0.0.1:{port}'")));
    let reloaded = project.ostler(&["reload"]);
    assert_eq!(reloaded.code, Some(0), "{}", reloaded.stderr);
    until("only one is left", || (project.status()?.upstreams[0].servers.len() == 1).then_some(()));
    assert_eq!(ask(), "two");
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn nobody_there_is_a_502_that_the_log_explains() {
    let project = Project::new();
    let running = run(&project, "url = ['http://127.0.0.1:9', 'http://no-such-name.invalid']");
    let reply = get(project.address(), "/").unwrap();
    assert_eq!(reply.status, 502, "{}", reply.body);
    until_said(&running, "upstream far: http://127.0.0.1:9 is not healthy: ");
    until_said(&running, "upstream far: cannot resolve no-such-name.invalid: ");
    assert_eq!(running.stop().code, Some(0));
}
