//! Rate limits through the real binary.

use std::net::SocketAddr;
use std::thread::sleep;
use std::time::Duration;
use trial::{Connection, Project, Reply, Running, get, post, until};

const APP: &str = "\
const http = require('http');
let open = 0;
http.createServer((request, response) => {
  if (request.url.startsWith('/slow')) {
    open += 1;
    return setTimeout(() => { response.end(String(open)); open -= 1; }, 400);
  }
  if (request.url === '/events') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    return response.write('data: 1\\n\\n');
  }
  response.setHeader('X-RateLimit-Limit', 'of the app');
  request.resume().on('end', () => response.end('ok'));
}).listen(3000);
";

fn project(settings: &str) -> Project {
    let project = Project::with_server(APP);
    write(&project, settings);
    project
}

fn write(project: &Project, settings: &str) {
    let app = "[app.web]\nrun = 'server.js'\nworkers = 1\n";
    let trust = "[edge]\ntrusted_proxies = ['127.0.0.0/8']\n";
    project.write("ostler.toml", &format!("{app}{trust}{settings}"));
}

/// A GET with these header lines.
fn asked(address: SocketAddr, path: &str, lines: &str) -> Reply {
    let mut connection = Connection::open(address).unwrap();
    connection.send(format!("GET {path} HTTP/1.1\r\nHost: a\r\n{lines}\r\n").as_bytes()).unwrap();
    connection.reply(false).unwrap()
}

/// As a client at `client`, told by a trusted proxy.
fn from(address: SocketAddr, client: &str, path: &str) -> Reply {
    asked(address, path, &format!("X-Forwarded-For: {client}\r\n"))
}

/// As `Project::run`, with the admin API on a free port.
fn run(project: &Project) -> Running<'_> {
    let words = ["run", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"];
    let running = project.spawn(&mut project.command(&words));
    running.online();
    running
}

/// The value of the metric that `line` begins with.
fn metric(project: &Project, line: &str) -> Option<f64> {
    let admin = project.status()?.admin?;
    let admin = admin.trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
    let page = get(admin, "/metrics").unwrap().body;
    page.lines().find_map(|one| one.strip_prefix(line)?.trim().parse().ok())
}

#[test]
fn a_burst_passes_and_the_rest_is_told_when_to_come_back() {
    let project = project("limit = { rate = '2/s', burst = 3 }\n");
    let running = project.run(&[]);
    let address = project.address();
    let mut connection = Connection::open(address).unwrap();
    let replies: Vec<Reply> =
        (0..4).map(|_| connection.request("POST", "/", "a body").unwrap()).collect();
    let statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    assert_eq!(statuses, [200, 200, 200, 429], "and the connection goes on");
    let told: Vec<&str> = replies.iter().filter_map(|reply| reply.header("ratelimit")).collect();
    assert_eq!(
        told,
        [
            "\"2-in-1s\";r=2;t=1",
            "\"2-in-1s\";r=1;t=1",
            "\"2-in-1s\";r=0;t=2",
            "\"2-in-1s\";r=0;t=1"
        ]
    );
    assert_eq!(replies[3].header("ratelimit-policy"), Some("\"2-in-1s\";q=2;w=1"));
    assert_eq!(replies[3].header("retry-after"), Some("1"));
    assert!(replies[3].body.contains("too many requests: try again in a second"));
    assert_eq!(replies[0].header("x-ratelimit-limit"), None, "the app's own says otherwise");
    sleep(Duration::from_millis(600));
    assert_eq!(connection.request("GET", "/", "").unwrap().status, 200, "one came back");
    let finished = running.stop();
    let (code, errors) = (finished.code, finished.stderr);
    assert_eq!(code, Some(0));
    assert!(errors.contains("too many requests") && errors.contains("rate_limited"), "{errors}");
}

#[test]
fn clients_are_told_apart_as_the_config_says() {
    let project = project(
        "[route.'/client/*']\nlimit = { rate = '1/min' }\n\
         [route.'/key/*']\nlimit = { rate = '1/min', per = 'header:X-Key' }\n\
         [route.'/sid/*']\nlimit = { rate = '1/min', per = 'cookie:sid', status = 503 }\n\
         [route.'/all/*']\nlimit = { rate = '1/min', per = 'route', except = ['10.0.0.0/8'] }\n\
         [route.'/post/*']\nlimit = { rate = '1/min', methods = ['POST'] }\n\
         [route.'/wide/*']\nlimit = { rate = '1/min', ipv6_prefix = 48, headers = false }\n\
         [route.'/*']\n",
    );
    let running = run(&project);
    let address = project.address();
    let status = |client: &str, path: &str| from(address, client, path).status;
    // IPv4 each, IPv6 by network.
    assert_eq!(status("192.0.2.1", "/client/"), 200);
    assert_eq!(status("192.0.2.1", "/client/"), 429);
    assert_eq!(status("192.0.2.2", "/client/"), 200);
    assert_eq!(status("::ffff:192.0.2.2", "/client/"), 429);
    assert_eq!(status("2001:db8:0:1::1", "/client/"), 200);
    assert_eq!(status("2001:db8:0:1:ffff::2", "/client/"), 429);
    assert_eq!(status("2001:db8:0:2::1", "/client/"), 200);
    assert_eq!(status("2001:db8:0:1::1", "/wide/"), 200);
    assert_eq!(status("2001:db8:0:2::1", "/wide/"), 429);
    assert_eq!(status("2001:db8:1::1", "/wide/"), 200);
    // What is not trusted is not believed: all of these are 127.0.0.1.
    assert_eq!(get(address, "/client/").unwrap().status, 200);
    assert_eq!(get(address, "/client/x").unwrap().status, 429);
    let key = |key: &str, client: &str| {
        asked(address, "/key/", &format!("{key}X-Forwarded-For: {client}\r\n")).status
    };
    assert_eq!(key("X-Key: a\r\n", "192.0.2.1"), 200);
    assert_eq!(key("x-key:  a \r\n", "192.0.2.9"), 429);
    assert_eq!(key("X-Key: b\r\n", "192.0.2.1"), 200);
    // Without it, or with an empty one, the client counts.
    assert_eq!(key("", "192.0.2.1"), 200);
    assert_eq!(key("X-Key: \r\n", "192.0.2.1"), 429);
    let sid = |value: &str| asked(address, "/sid/", &format!("Cookie: x=1; sid={value}\r\n"));
    assert_eq!((sid("1").status, sid("1").status, sid("2").status), (200, 503, 200));
    assert_eq!(sid("1").header("ratelimit-policy"), Some("\"1-in-1min-sid\";q=1;w=60"));
    assert_eq!(status("192.0.2.1", "/all/"), 200);
    assert_eq!(status("192.0.2.2", "/all/"), 429);
    assert_eq!(status("10.1.2.3", "/all/"), 200);
    assert_eq!(status("192.0.2.1", "/post/"), 200);
    assert_eq!(status("192.0.2.1", "/post/"), 200);
    assert_eq!(post(address, "/post/", "x").unwrap().status, 200);
    assert_eq!(post(address, "/post/", "x").unwrap().status, 429);
    assert_eq!(from(address, "192.0.2.1", "/wide/").header("ratelimit"), None);
    assert_eq!(status("192.0.2.1", "/"), 200);
    let refused = "ostler_edge_limit_refused_total{route=\"/all/*\",limit=\"1-in-1min-route\"}";
    assert_eq!(metric(&project, refused), Some(1.0));
    let keys = "ostler_edge_limit_keys{route=\"/client/*\",limit=\"1-in-1min\"}";
    assert_eq!(metric(&project, keys), Some(5.0));
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn several_limits_must_all_let_a_request_pass() {
    let project = project(
        "limit = [{ rate = '3/min', name = 'burst' }, { rate = '5/min', per = 'route', \
         algorithm = 'window', name = 'all' }]\n",
    );
    let running = project.run(&[]);
    let address = project.address();
    for left in [2, 1, 0] {
        let reply = from(address, "192.0.2.1", "/");
        let told = reply.header("ratelimit").unwrap();
        assert!(told.starts_with(&format!("\"burst\";r={left};")), "{told}");
        assert!(told.contains(&format!(", \"all\";r={};", left + 2)), "{told}");
    }
    assert_eq!(from(address, "192.0.2.1", "/").status, 429);
    // What was refused counted for neither: two are left for others.
    assert_eq!(from(address, "192.0.2.2", "/").status, 200);
    assert_eq!(from(address, "192.0.2.2", "/").status, 200);
    let refused = from(address, "192.0.2.3", "/");
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("ratelimit-policy"), Some("\"burst\";q=3;w=60, \"all\";q=5;w=60"));
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn older_forms_of_the_headers() {
    let project = project(
        "[route.'/7']\nlimit = { rate = '9/15min', headers = 'draft-7' }\n\
         [route.'/6']\nlimit = { rate = '9/15min', headers = 'draft-6' }\n\
         [route.'/x']\nlimit = { rate = '9/15min', headers = 'legacy', algorithm = 'window' }\n",
    );
    let running = project.run(&[]);
    let address = project.address();
    let seven = get(address, "/7").unwrap();
    assert_eq!(seven.header("ratelimit"), Some("limit=9, remaining=8, reset=100"));
    assert_eq!(seven.header("ratelimit-policy"), Some("9;w=900"));
    let six = get(address, "/6").unwrap();
    assert_eq!(six.header("ratelimit-limit"), Some("9"));
    assert_eq!(six.header("ratelimit-remaining"), Some("8"));
    assert_eq!(six.header("ratelimit-reset"), Some("100"));
    let legacy = get(address, "/x").unwrap();
    assert_eq!(legacy.header("x-ratelimit-limit"), Some("9"));
    assert_eq!(legacy.header("x-ratelimit-remaining"), Some("8"));
    let reset: u64 = legacy.header("x-ratelimit-reset").unwrap().parse().unwrap();
    let now = base::clock::wall().as_secs();
    assert!((now..=now + 1_801).contains(&reset), "{reset} at {now}");
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_reload_keeps_what_was_counted() {
    let before = "limit = { rate = '2/h' }\n[route.'/own/*']\nlimit = { rate = '1/h' }\n\
                  [route.'/*']\n";
    let project = project(before);
    let running = project.run(&[]);
    let address = project.address();
    let status = |path: &str| get(address, path).unwrap().status;
    assert_eq!((status("/own/"), status("/own/"), status("/")), (200, 429, 200));
    // Another route, which goes by the same limit of [edge]; the route of its own has another one.
    write(
        &project,
        &before
            .replace("1/h", "2/h' , name = 'x")
            .replace("[route.'/*']", "[route.'/new/*']\n[route.'/*']"),
    );
    assert_eq!(project.ostler(&["reload"]).code, Some(0));
    assert_eq!((status("/new/"), status("/new/"), status("/")), (200, 429, 429));
    assert_eq!((status("/own/"), status("/own/"), status("/own/")), (200, 200, 429));
    // What is wrong changes nothing.
    write(&project, "limit = { rate = 'often' }\n");
    let refused = project.ostler(&["reload"]);
    assert_ne!(refused.code, Some(0));
    assert!(refused.stderr.contains("write for example \"100/min\""), "{}", refused.stderr);
    assert_eq!(status("/own/"), 429);
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn only_so_many_are_answered_at_once() {
    let project = project("limit = { at_once = 2 }\n");
    let running = run(&project);
    let address = project.address();
    let mut streams: Vec<Connection> = (0..2)
        .map(|_| {
            let mut stream = Connection::open(address).unwrap();
            stream.send(b"GET /events HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
            assert_eq!(stream.head().unwrap().status, 200);
            stream
        })
        .collect();
    let refused = get(address, "/").unwrap();
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("1")));
    assert_eq!(from(address, "192.0.2.1", "/").status, 200, "others are not meant");
    let keys = "ostler_edge_limit_keys{route=\"*\",limit=\"2-at-once\"}";
    assert_eq!(metric(&project, keys), Some(1.0));
    streams.pop();
    until("the place is free again", || (get(address, "/").ok()?.status == 200).then_some(()));
    drop(streams);
    until("nobody is counted", || (metric(&project, keys)? == 0.0).then_some(()));
    // Many at once, on many connections: never more than two of them at the app.
    let at_once: Vec<Reply> = std::thread::scope(|scope| {
        let ask = || get(address, "/slow").unwrap();
        let asked: Vec<_> = (0..12).map(|_| scope.spawn(ask)).collect();
        asked.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let passed = at_once.iter().filter(|reply| reply.status == 200);
    assert!(passed.clone().count() >= 2);
    assert!(passed.clone().all(|reply| matches!(reply.body.as_str(), "1" | "2")), "{at_once:?}");
    assert_eq!(running.stop().code, Some(0));
}
