//! Who is let in: networks, hosts, methods, TLS, sizes; and redirects.

use super::site::{ask, start, tls};
use serde_json::json;
use std::io::Write;
use std::time::Duration;
use trial::{Connection, Project, until};

#[test]
fn clients_are_told_by_trusted_proxies_only() {
    let project = Project::new();
    let running = start(
        &project,
        "[edge]\ntrusted_proxies = ['127.0.0.1']\ndeny = ['203.0.113.0/24']\n[route.'/*']\n\
         [route.'/office/*']\nallow = ['10.0.0.0/8', '2001:db8::/32']\n\
         [route.'/open/*']\ndeny = []\n",
    );
    let check = |path: &str, client: &str| json!({ "path": path, "headers": { "x-forwarded-for": client, "accept": "application/json" } });
    let requests = json!([
        check("/", "192.0.2.1"),
        check("/", "203.0.113.9"),
        check("/", "203.0.113.9, 192.0.2.1"),
        check("/", "192.0.2.1, 203.0.113.9"),
        check("/open/", "203.0.113.9"),
        check("/office/", "10.1.2.3"),
        check("/office/", "2001:db8::7"),
        check("/office/", "192.0.2.1"),
        check("/office/", "10.1.2.3, unknown"),
    ]);
    for scheme in ["h1", "h2"] {
        let replies = ask(scheme, project.address(), &requests);
        let statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
        assert_eq!(statuses, [200, 403, 200, 403, 200, 200, 200, 403, 403], "{scheme}");
        assert!(replies[1].body.contains("access from this address is not allowed"));
    }
    until("it is told", || running.stderr().contains("(denied) with 403").then_some(()));
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_client_cannot_make_up_its_address() {
    let project = Project::new();
    let running = start(&project, "[edge]\nallow = ['10.0.0.0/8']\n");
    let request = json!([{ "path": "/", "headers": { "x-forwarded-for": "10.1.2.3", "forwarded": "for=10.1.2.3" } }]);
    assert_eq!(ask("h1", project.address(), &request)[0].status, 403);
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn hosts_methods_and_targets() {
    let project = Project::new();
    let running = start(
        &project,
        "[edge]\nhosts = ['example.org', '*.example.com']\n[route.'/*']\nmethods = ['GET', 'POST']\n\
         target_bytes = '32B'\n[route.'/healthz']\nhosts = 'any'\n",
    );
    let at = |host: &str, path: &str, method: &str| json!({ "path": path, "method": method, "headers": { "host": host } });
    let requests = json!([
        at("example.org", "/", "GET"),
        at("EXAMPLE.org:8080", "/", "HEAD"),
        at("a.b.example.com", "/", "POST"),
        at("example.com", "/", "GET"),
        at("evil.test", "/", "GET"),
        at("10.0.0.7", "/healthz", "GET"),
        at("example.org", "/", "DELETE"),
        at("example.org", "/?23456789012345678901234567890", "GET"),
        at("example.org", "/?234567890123456789012345678901x", "GET"),
    ]);
    for scheme in ["h1", "h2"] {
        let replies = ask(scheme, project.address(), &requests);
        let statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
        assert_eq!(statuses, [200, 200, 200, 421, 421, 200, 405, 200, 414], "{scheme}");
        assert_eq!(replies[6].one("allow"), Some("GET, POST, HEAD"));
        assert!(replies[4].body.contains("this host is not served here"), "{}", replies[4].body);
    }
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn without_tls_clients_are_sent_to_it_or_refused() {
    let project = Project::new();
    let (secure, section) = tls(&project);
    let running = start(
        &project,
        &format!(
            "[edge]\nhttps = 'redirect'\nheaders = true\n[route.'/*']\n\
             [route.'/api/*']\nhttps = 'required'\n[route.'/healthz']\nhttps = 'optional'\n{section}"
        ),
    );
    let plain = project.address();
    let requests = json!([
        { "path": "/a/%2e?b=c", "headers": { "host": "example.org:8080" } },
        { "path": "/a", "method": "POST", "headers": { "host": "example.org" } },
        { "path": "/api/x" },
        { "path": "/healthz" },
        // Nobody is believed who is no trusted proxy.
        { "path": "/api/x", "headers": { "x-forwarded-proto": "https" } },
    ]);
    for scheme in ["h1", "h2"] {
        let replies = ask(scheme, plain, &requests);
        let statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
        assert_eq!(statuses, [308, 308, 403, 200, 403], "{scheme}");
        let to = format!("https://example.org:{}/a/%2e?b=c", secure.port());
        assert_eq!(replies[0].one("location"), Some(to.as_str()));
        assert_eq!(replies[1].one("location"), Some("https://example.org/a"));
        assert_eq!(replies[0].one("strict-transport-security"), None);
    }
    for scheme in ["h1s", "h2s"] {
        for reply in ask(scheme, secure, &requests) {
            assert_eq!(reply.status, 200, "{scheme}");
            assert!(reply.one("strict-transport-security").is_some());
        }
    }
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn behind_a_proxy_that_speaks_tls() {
    let project = Project::new();
    let running = start(
        &project,
        "[edge]\nhttps = 'redirect'\nheaders = true\ntrusted_proxies = ['127.0.0.1']\n",
    );
    let asked = |scheme: &str| json!({ "path": "/a", "headers": { "host": "example.org", "x-forwarded-proto": scheme } });
    let replies = ask("h1", project.address(), &json!([asked("http"), asked("https")]));
    assert_eq!(
        (replies[0].status, replies[0].one("location")),
        (308, Some("https://example.org/a"))
    );
    assert_eq!(replies[1].status, 200);
    assert!(replies[1].one("strict-transport-security").is_some());
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_route_that_sends_its_clients_elsewhere() {
    let project = Project::new();
    let running = start(
        &project,
        "[route.'/*']\napp = 'web'\n[route.'/old/*']\nredirect = '/new/*'\n\
         [route.'old.example/*']\nredirect = { to = 'https://new.example/*', status = 302 }\n",
    );
    let requests = json!([
        { "path": "/old/a?b=c" },
        { "path": "/old//evil.test/x" },
        { "path": "/x", "headers": { "host": "old.example" } },
    ]);
    for scheme in ["h1", "h2"] {
        let replies = ask(scheme, project.address(), &requests);
        let told: Vec<(u16, &str)> =
            replies.iter().map(|reply| (reply.status, reply.one("location").unwrap())).collect();
        let expected =
            [(308, "/new/a?b=c"), (308, "/new/evil.test/x"), (302, "https://new.example/x")];
        assert_eq!(told, expected);
    }
    assert_eq!(running.stop().code, Some(0));
}

/// Send chunks until the edge answers, then see what the app made of them.
#[test]
fn a_body_that_grows_beyond_the_limit_is_never_whole() {
    let project = Project::new();
    let running = start(
        &project,
        "[edge]\nheaders = true\n[route.'/*']\nbody_bytes = '100KB'\n[route.'/large/*']\nbody_bytes = '1MB'\n",
    );
    let address = project.address();
    let mut connection = Connection::open(address).unwrap();
    connection.send(b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\n\r\n").unwrap();
    let told = connection.reply(false).unwrap();
    assert_eq!((told.status, told.header("connection")), (413, Some("close")));
    assert_eq!(told.header("x-frame-options"), Some("SAMEORIGIN"));

    let mut connection = Connection::open(address).unwrap();
    connection.send(b"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n").unwrap();
    let chunk = [b"2000\r\n".as_slice(), &[b'x'; 0x2000], b"\r\n"].concat();
    connection.stream().set_write_timeout(Some(Duration::from_secs(5))).unwrap();
    for _ in 0..20 {
        let _ = connection.stream().write_all(&chunk);
        std::thread::sleep(Duration::from_millis(5));
    }
    let told = connection.reply(false).unwrap();
    assert_eq!((told.status, told.header("connection")), (413, Some("close")));
    until("the app saw it torn", || {
        let bodies = trial::get(address, "/bodies").unwrap().body;
        assert!(bodies.contains("\"whole\":0"), "{bodies}");
        bodies.contains("\"torn\":1").then_some(())
    });
    let body = "x".repeat(500_000);
    assert_eq!(trial::post(address, "/large/a", &body).unwrap().body, "500000");
    assert_eq!(trial::post(address, "/a", &body[..100_000]).unwrap().body, "100000");
    assert_eq!(running.stop().code, Some(0));
}
