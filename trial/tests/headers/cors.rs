//! CORS: the headers of the npm package cors, but only for those who may, and preflights at the edge.

use super::site::{Reply, ask, peer, start};
use serde_json::{Value, json};
use trial::Project;

/// Options as Ostler's config writes them, and as cors takes them.
fn cases() -> Vec<(&'static str, Value)> {
    vec![
        ("true", json!({})),
        ("{ origins = ['https://a.example'] }", json!({ "origin": ["https://a.example"] })),
        (
            "{ origins = ['https://a.example', 'http://localhost:3000'], credentials = true, \
             expose = ['X-Total', 'X-Page'], methods = ['GET', 'POST'], headers = ['X-A', 'X-B'], \
             max_age = '10m' }",
            json!({ "origin": ["https://a.example", "http://localhost:3000"], "credentials": true,
                "exposedHeaders": ["X-Total", "X-Page"], "methods": ["GET", "POST"],
                "allowedHeaders": ["X-A", "X-B"], "maxAge": 600 }),
        ),
        (
            "{ max_age = 0, expose = ['X-Total'] }",
            json!({ "maxAge": 0, "exposedHeaders": "X-Total" }),
        ),
    ]
}

/// The headers that are about CORS; what a reply varies by as a list.
fn about(reply: &Reply) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = reply
        .headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
        .filter(|(name, _)| name.starts_with("access-control-") || name == "vary")
        .collect();
    all.sort();
    all
}

fn asked(origin: &str, preflight: bool) -> Value {
    let mut headers = json!({ "origin": origin });
    if preflight {
        headers["access-control-request-method"] = json!("PUT");
        headers["access-control-request-headers"] = json!("x-a, content-type");
    }
    let method = if preflight { "OPTIONS" } else { "GET" };
    json!({ "method": method, "headers": headers })
}

#[test]
fn the_edge_answers_as_cors_does_whom_it_allows() {
    let project = Project::new();
    let route = |(at, (options, _)): (usize, (&str, Value))| {
        format!("[route.'/{at}/*']\napp = 'web'\ncors = {options}\n")
    };
    let running = start(&project, &cases().into_iter().enumerate().map(route).collect::<String>());
    for preflight in [false, true] {
        let with = |(_, options): (&str, Value)| {
            let mut case = asked("https://a.example", preflight);
            case["options"] = options;
            case
        };
        let peers = peer("cors", &cases().into_iter().map(with).collect());
        let request = |at: usize| {
            let mut request = asked("https://a.example", preflight);
            request["path"] = json!(format!("/{at}/x"));
            request
        };
        let requests: Value = (0..peers.len()).map(request).collect();
        for scheme in ["h1", "h2"] {
            let replies = ask(scheme, project.address(), &requests);
            for ((reply, peer), (case, _)) in replies.iter().zip(&peers).zip(cases()) {
                let mut expected = about(peer);
                // The package sends this with preflights too, where browsers do not look at it.
                expected.retain(|(name, _)| !preflight || name != "access-control-expose-headers");
                assert_eq!(about(reply), expected, "{scheme} {preflight} {case}");
                assert_eq!(reply.status, peer.status, "{scheme} {preflight} {case}");
            }
        }
    }
    assert_eq!(running.stop().code, Some(0));
}

const SETTINGS: &str = "[edge]\nheaders = true\n\
     cors = { origins = ['https://*.example.org'], credentials = true }\n[route.'/*']\n\
     methods = ['GET', 'POST']\n[route.'/open/*']\ncors = false\n";

#[test]
fn others_get_nothing_and_the_app_s_own_headers_are_left_out() {
    let project = Project::new();
    let running = start(&project, SETTINGS);
    let own = "?h=Access-Control-Allow-Origin:*&h=access-control-max-age:1&h=Vary:Accept";
    let mut requests = Vec::new();
    for origin in
        ["https://a.example.org", "https://evil.test", "https://example.org.evil.test", "null"]
    {
        let mut request = asked(origin, false);
        request["path"] = json!(format!("/{own}"));
        requests.push(request);
    }
    requests.push(json!({ "path": format!("/{own}") }));
    requests.push(
        json!({ "path": format!("/open/{own}"), "headers": { "origin": "https://evil.test" } }),
    );
    for scheme in ["h1", "h2"] {
        let mut replies = ask(scheme, project.address(), &json!(requests));
        let open = replies.pop().unwrap();
        assert_eq!(open.one("access-control-allow-origin"), Some("*"));
        assert_eq!(
            (open.one("vary"), open.one("access-control-max-age")),
            (Some("Accept"), Some("1"))
        );
        let good = replies.remove(0);
        assert_eq!(good.one("access-control-allow-origin"), Some("https://a.example.org"));
        assert_eq!(good.one("access-control-allow-credentials"), Some("true"));
        assert_eq!(good.one("access-control-max-age"), None);
        assert_eq!(good.all("vary").join(", "), "Accept, Origin");
        for reply in replies {
            assert_eq!(reply.status, 200);
            assert_eq!(about(&reply).len(), reply.all("vary").len(), "{:?}", about(&reply));
            assert_eq!(reply.all("vary").join(", "), "Accept, Origin");
        }
    }
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn preflights_never_reach_the_app() {
    let project = Project::new();
    let running = start(&project, SETTINGS);
    let mut requests =
        ["https://a.example.org", "https://evil.test"].map(|origin| asked(origin, true));
    requests.iter_mut().for_each(|request| request["path"] = json!("/x"));
    let [good, evil] = requests;
    let other =
        json!({ "method": "OPTIONS", "path": "/open/x", "headers": { "origin": "https://a" } });
    let late = json!({ "method": "DELETE", "path": "/x", "headers": { "origin": "https://a.example.org" } });
    for scheme in ["h1", "h2"] {
        let requests = json!([good, evil, other, late]);
        let [good, evil, other, late] =
            ask(scheme, project.address(), &requests).try_into().unwrap();
        assert_eq!((good.status, good.body.as_str()), (204, ""));
        assert_eq!(good.one("access-control-allow-headers"), Some("x-a, content-type"));
        assert_eq!(good.one("vary"), Some("Origin, Access-Control-Request-Headers"));
        assert_eq!(good.one("x-frame-options"), Some("SAMEORIGIN"));
        assert_eq!(good.one("content-length"), None);
        assert_eq!((evil.status, about(&evil).len()), (204, 1));
        assert!(other.status == 200 && other.body.contains("\"method\":\"OPTIONS\""));
        // A page that may ask can read why it was refused.
        assert_eq!(late.status, 405);
        assert_eq!(late.one("access-control-allow-origin"), Some("https://a.example.org"));
    }
    assert_eq!(running.stop().code, Some(0));
}
