//! Whole replies.

use super::site::{CODINGS, curl, decoded, start};
use trial::Project;

const COMPRESS: &str = "[edge]\ncompress = true\n";

#[test]
fn each_coding_by_each_http() {
    let project = Project::new();
    let running = start(&project, COMPRESS);
    let address = project.address();
    let plain = curl(address, "/json", &[]);
    assert_eq!(plain.one("content-encoding"), None);
    assert_eq!(plain.one("vary"), Some("Accept-Encoding"));
    for coding in CODINGS {
        for http in ["--http1.1", "--http2-prior-knowledge"] {
            let reply = decoded(address, "/json", coding, &[http]);
            assert_eq!(reply.one("content-encoding"), Some(coding), "{http}");
            assert_eq!(reply.body, plain.body, "{coding} {http}");
            assert_eq!(reply.one("vary"), Some("Accept-Encoding"), "{coding} {http}");
            let raw = curl(address, "/json", &[http, "-H", &format!("Accept-Encoding: {coding}")]);
            assert!(raw.body.len() * 3 < plain.body.len(), "{coding}: {}", raw.body.len());
        }
    }
    assert_eq!(
        decoded(address, "/json", "gzip, br, zstd", &[]).one("content-encoding"),
        Some("zstd")
    );
    let weighted = decoded(address, "/json", "zstd;q=0.1, br;q=0.9, gzip;q=0.5", &[]);
    assert_eq!(weighted.one("content-encoding"), Some("br"));
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn the_apps_own_middleware_has_nothing_to_do() {
    let project = Project::new();
    let running = start(&project, COMPRESS);
    let address = project.address();
    let asked = decoded(address, "/asked", "gzip", &[]).json();
    assert_eq!(asked.get("accept-encoding"), None, "{asked}");
    // Small replies are left as they are: it is the edge that decides, not the middleware.
    assert_eq!(
        curl(address, "/small", &["-H", "Accept-Encoding: gzip"]).one("content-encoding"),
        None
    );
    assert_eq!(
        curl(address, "/image", &["-H", "Accept-Encoding: gzip"]).one("content-encoding"),
        None
    );
    let varies = decoded(address, "/varies", "gzip", &[]);
    assert_eq!(varies.one("vary"), Some("Cookie, Accept-Encoding"));
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn without_the_edges_compression_the_middleware_works() {
    let project = Project::new();
    let running = start(&project, "");
    let address = project.address();
    assert_eq!(decoded(address, "/small", "gzip", &[]).one("content-encoding"), Some("gzip"));
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn conditional_requests_reach_a_304() {
    let project = Project::new();
    let running = start(&project, COMPRESS);
    let address = project.address();
    for path in ["/json", "/strong"] {
        for coding in CODINGS {
            let reply = decoded(address, path, coding, &[]);
            let tag = reply.one("etag").unwrap();
            assert!(tag.starts_with("W/\""), "{path} {coding}: {tag}");
            let held = format!("If-None-Match: {tag}");
            let again = decoded(address, path, coding, &["-H", &held]);
            assert_eq!((again.status, again.one("etag")), (304, Some(tag)), "{path} {coding}");
            assert_eq!(again.one("vary"), Some("Accept-Encoding"), "{path} {coding}");
            assert_eq!(again.one("content-encoding"), None);
            assert_eq!(decoded(address, path, coding, &["-H", "If-None-Match: \"y\""]).status, 200);
        }
    }
    assert_eq!(curl(address, "/strong", &[]).one("etag"), Some("\"v1\""));
    // A client that has a compressed copy may still change what it saw.
    let tag = decoded(address, "/strong", "gzip", &[]).one("etag").unwrap().to_owned();
    let held = format!("If-Match: {tag}");
    assert_eq!(curl(address, "/strong", &["-X", "PUT", "-H", &held]).status, 200);
    assert_eq!(curl(address, "/strong", &["-X", "PUT", "-H", &held]).status, 412);
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn head_says_what_get_says() {
    let project = Project::new();
    let running = start(&project, COMPRESS);
    let address = project.address();
    for coding in CODINGS {
        let get = decoded(address, "/json", coding, &[]);
        let head = decoded(address, "/json", coding, &["-I"]);
        for name in ["content-encoding", "content-type", "etag", "vary"] {
            assert_eq!(head.one(name), get.one(name), "{name}");
        }
        assert_eq!(head.one("content-length"), None);
    }
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_reload_turns_it_on_and_off_for_a_route() {
    let project = Project::new();
    let running = start(&project, "");
    let address = project.address();
    let zstd = |path: &str| {
        let reply = decoded(address, path, "zstd", &[]);
        reply.one("content-encoding").map(str::to_owned)
    };
    assert_eq!(zstd("/json"), None);
    let before = std::fs::read_to_string(project.folder().join("ostler.toml")).unwrap();
    let routes = "[route.'/*']\napp = 'web'\ncompress = { types = ['application/json'] }\n\
                  [route.'/strong']\napp = 'web'\n";
    project.write("ostler.toml", &format!("{before}{routes}"));
    assert_eq!(project.ostler(&["reload"]).code, Some(0));
    trial::until("the new settings hold", || zstd("/json").map(|_| ()));
    assert_eq!(zstd("/strong"), None, "a route without the word");
    assert_eq!(zstd("/varies"), None, "a type that is not in the list");
    project.write("ostler.toml", &format!("{before}[edge]\ncompress = {{ order = ['lzma'] }}\n"));
    let refused = project.ostler(&["reload"]);
    assert_ne!(refused.code, Some(0));
    assert!(refused.stderr.contains("there is no coding \"lzma\""), "{}", refused.stderr);
    assert!(zstd("/json").is_some(), "a refused reload changes nothing");
    assert_eq!(running.stop().code, Some(0));
}
