//! Ostler in front of Node servers that it does not run.

use model::api::ServerState;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use trial::load::Manner;
use trial::{Load, Project, Running, get, until};

/// Answers with its name, its `Host` header and nothing else; tells its port on stdout.
const SERVER: &str = r#"
const fs = require('node:fs');
const [name, port, certificate, version] = process.argv.slice(2);
const create = (answer) => {
  const plain = require(version === '2' ? 'node:http2' : 'node:http');
  if (!certificate) return plain.createServer(answer);
  const [cert, key] = ['crt', 'key'].map((end) => fs.readFileSync(`${certificate}.${end}`));
  if (version === '2') return plain.createSecureServer({ cert, key }, answer);
  return require('node:https').createServer({ cert, key }, answer);
};
let fit = true;
const server = create((req, res) => {
  if (req.url === '/unfit') fit = false;
  if (req.url === '/health') res.statusCode = fit ? 204 : 503;
  res.end(`${name} ${req.authority ?? req.headers.host}`);
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
        Self::run(project, &[name, &port.to_string()])
    }

    /// Over TLS, with `NAME.crt` and `NAME.key`.
    fn secure(project: &Project, name: &str) -> Node {
        Self::run(project, &[name, "0", name])
    }

    fn run(project: &Project, arguments: &[&str]) -> Node {
        let path: PathBuf = project.folder().join("far.js");
        std::fs::write(&path, SERVER).unwrap();
        let mut command = Command::new("node");
        command.current_dir(project.folder()).arg(path).args(arguments).stdout(Stdio::piped());
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

/// Write `ca.pem`, and certificates of it for localhost: a good one, one that has expired, one for
/// another name; and one that vouches for itself.
fn certificates(project: &Project) {
    let key = KeyPair::generate().unwrap();
    let mut ca = CertificateParams::new(Vec::new()).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.distinguished_name.push(DnType::CommonName, "an authority for a trial");
    project.write("ca.pem", &ca.self_signed(&key).unwrap().pem());
    let issuer = Issuer::new(ca, key);
    for name in ["good", "expired", "wrong", "own"] {
        let host = if name == "wrong" { "elsewhere.example" } else { "localhost" };
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        if name == "expired" {
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(2021, 1, 1);
        }
        let key = KeyPair::generate().unwrap();
        let certificate = match name {
            "own" => params.self_signed(&key),
            _ => params.signed_by(&key, &issuer),
        };
        project.write(&format!("{name}.crt"), &certificate.unwrap().pem());
        project.write(&format!("{name}.key"), &key.serialize_pem());
    }
}

#[test]
fn a_node_server_with_tls_answers() {
    let project = Project::new();
    certificates(&project);
    let node = Node::secure(&project, "good");
    let keys = format!(
        "url = 'https://localhost:{}'\nca = 'ca.pem'\nhealth = {{ path = '/health', interval = '100ms' }}",
        node.port
    );
    let running = run(&project, &keys);
    let address = project.address();
    let mut connection = trial::Connection::open(address).unwrap();
    for _ in 0..20 {
        let reply = connection.request("GET", "/", "").unwrap();
        assert_eq!((reply.status, reply.body), (200, format!("good {address}")));
    }
    // Node closes idle connections after 5 s; what comes then must not meet a closed one.
    std::thread::sleep(std::time::Duration::from_millis(5_100));
    let reply = connection.request("POST", "/", "x").unwrap();
    assert_eq!(reply.status, 200);
    assert!(!running.stderr().contains("is not healthy: TLS"), "{}", running.stderr());
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn certificates_that_are_not_trusted_are_a_502_that_the_log_explains() {
    let project = Project::new();
    certificates(&project);
    for (name, why) in [
        ("expired", "its certificate has expired"),
        ("wrong", "its certificate is not for localhost, but for"),
        ("own", "its certificate is signed by nobody who is trusted"),
    ] {
        let node = Node::secure(&project, name);
        let running =
            run(&project, &format!("url = 'https://localhost:{}'\nca = 'ca.pem'", node.port));
        let reply = get(project.address(), "/").unwrap();
        assert_eq!(reply.status, 502, "{name}: {}", reply.body);
        until_said(&running, why);
        let line =
            format!("upstream far: https://localhost:{} (127.0.0.1) is not healthy: ", node.port);
        assert!(running.stderr().contains(&line), "{name}: {}", running.stderr());
        assert_eq!(running.stop().code, Some(0));
    }
}

#[test]
fn authorities_that_cannot_be_read_are_a_mistake() {
    let project = Project::new();
    let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    project.write("ca.pem", pem);
    project.write("ostler.toml", &config("url = 'https://localhost:1'\nca = 'ca.pem'"));
    for command in ["check", "run"] {
        let finished = project.ostler(&[command]);
        assert_ne!(finished.code, Some(0), "{command}");
        assert!(finished.stderr.contains("It is a `ca` of the config"), "{}", finished.stderr);
    }
}

#[test]
fn a_node_server_that_speaks_http2_answers_and_is_checked() {
    let project = Project::new();
    certificates(&project);
    for (scheme, certificate) in [("http", ""), ("https", "good")] {
        let node = Node::run(&project, &["two", "0", certificate, "2"]);
        let keys = format!(
            "url = '{scheme}://localhost:{}'\nca = 'ca.pem'\nprotocol = 'h2'\n\
             health = {{ path = '/health', interval = '100ms' }}",
            node.port
        );
        let keys = if certificate.is_empty() { keys.replace("ca = 'ca.pem'\n", "") } else { keys };
        let running = run(&project, &keys);
        let address = project.address();
        let mut connection = trial::Connection::open(address).unwrap();
        for _ in 0..20 {
            let reply = connection.request("GET", "/", "").unwrap();
            assert_eq!((reply.status, reply.body), (200, format!("two {address}")), "{scheme}");
        }
        until("it is healthy", || {
            let servers = project.status()?.upstreams.remove(0).servers;
            servers.iter().any(|one| one.state == ServerState::Healthy).then_some(())
        });
        connection.request("GET", "/unfit", "").unwrap();
        until_said(&running, "is not healthy: GET /health answered 503");
        assert_eq!(running.stop().code, Some(0));
    }
}

/// A server that is killed, a reload that changes the list, and an upgrade, all under load.
#[test]
fn no_request_fails_while_servers_and_ostler_itself_change() {
    let project = Project::new();
    certificates(&project);
    let (one, two) = (Node::secure(&project, "good"), Node::secure(&project, "good"));
    let url = |node: &Node| format!("'https://localhost:{}'", node.port);
    let keys = |urls: &[String]| {
        let urls = urls.join(", ");
        config(&format!(
            "url = [{urls}]\nca = 'ca.pem'\nhealth = {{ path = '/health', interval = '100ms' }}"
        ))
    };
    project.write("ostler.toml", &keys(&[url(&one), url(&two)]));
    assert_eq!(project.ostler(&["start"]).code, Some(0));
    let address = project.address();
    until("it answers", || (get(address, "/").ok()?.status == 200).then_some(()));
    let fresh = Load::start(address, "/", 2, Manner::Fresh);
    let kept = Load::start(address, "/", 2, Manner::KeepAlive);
    drop(two);
    let healthy = |count: usize| {
        let servers = project.status()?.upstreams.remove(0).servers;
        let healthy = servers.iter().filter(|one| one.state == ServerState::Healthy).count();
        (healthy == count).then_some(())
    };
    until("one is left", || healthy(1));
    let three = Node::secure(&project, "good");
    project.write("ostler.toml", &keys(&[url(&three), url(&one)]));
    assert_eq!(project.ostler(&["reload"]).code, Some(0));
    until("the new one is there", || healthy(2));
    let pid = project.status().unwrap().pid;
    let upgraded = project.ostler(&["upgrade"]);
    assert_eq!(upgraded.code, Some(0), "{}", upgraded.stderr);
    until("the old process ends", || (!trial::project::alive(pid)).then_some(()));
    until("the new one knows both", || healthy(2));
    let (fresh, kept) = (fresh.finish(), kept.finish());
    assert!(fresh.failures.is_empty(), "{:?}", fresh.failures);
    assert!(kept.failures.is_empty(), "{:?}", kept.failures);
    assert!(fresh.answered > 50 && kept.answered > 50, "{fresh:?} {kept:?}");
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
}
