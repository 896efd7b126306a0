//! The same options as helmet gives the same headers, byte for byte.

use super::site::{Reply, ask, config, peer, start, tls};
use serde_json::{Value, json};
use trial::Project;

/// Options as Ostler's config writes them, and as helmet takes them.
fn cases() -> Vec<(&'static str, Value)> {
    policies().into_iter().chain(others_of_helmet()).collect()
}

fn policies() -> Vec<(&'static str, Value)> {
    vec![
        ("true", json!({})),
        ("'helmet'", json!({})),
        (
            "{ content_security_policy = { directives = { img-src = ['https:', 'data:'], \
             script-src = [\"'self'\", 'cdn.example.org'], upgrade-insecure-requests = false, \
             worker-src = \"'none'\" } } }",
            json!({ "contentSecurityPolicy": { "directives": { "imgSrc": ["https:", "data:"],
                "scriptSrc": ["'self'", "cdn.example.org"], "upgradeInsecureRequests": null,
                "workerSrc": "'none'" } } }),
        ),
        (
            "{ content_security_policy = { use_defaults = false, report_only = true, \
             directives = { default-src = \"'none'\", sandbox = [] } } }",
            json!({ "contentSecurityPolicy": { "useDefaults": false, "reportOnly": true,
                "directives": { "defaultSrc": "'none'", "sandbox": [] } } }),
        ),
        (
            "{ content_security_policy = false, cross_origin_embedder_policy = true }",
            json!({ "contentSecurityPolicy": false, "crossOriginEmbedderPolicy": true }),
        ),
    ]
}

fn others_of_helmet() -> Vec<(&'static str, Value)> {
    vec![
        (
            "{ cross_origin_embedder_policy = 'credentialless', \
             cross_origin_opener_policy = 'same-origin-allow-popups', \
             cross_origin_resource_policy = 'cross-origin' }",
            json!({ "crossOriginEmbedderPolicy": { "policy": "credentialless" },
                "crossOriginOpenerPolicy": { "policy": "same-origin-allow-popups" },
                "crossOriginResourcePolicy": { "policy": "cross-origin" } }),
        ),
        (
            "{ cross_origin_opener_policy = false, cross_origin_resource_policy = false, \
             origin_agent_cluster = false, referrer_policy = false }",
            json!({ "crossOriginOpenerPolicy": false, "crossOriginResourcePolicy": false,
                "originAgentCluster": false, "referrerPolicy": false }),
        ),
        (
            "{ referrer_policy = 'strict-origin-when-cross-origin' }",
            json!({ "referrerPolicy": { "policy": "strict-origin-when-cross-origin" } }),
        ),
        (
            "{ referrer_policy = ['origin', 'unsafe-url'] }",
            json!({ "referrerPolicy": { "policy": ["origin", "unsafe-url"] } }),
        ),
        (
            "{ strict_transport_security = { max_age = '730d', preload = true } }",
            json!({ "strictTransportSecurity": { "maxAge": 63_072_000, "preload": true } }),
        ),
        (
            "{ strict_transport_security = { max_age = 123456, include_sub_domains = false } }",
            json!({ "strictTransportSecurity": { "maxAge": 123_456, "includeSubDomains": false } }),
        ),
        ("{ strict_transport_security = false }", json!({ "strictTransportSecurity": false })),
        (
            "{ x_content_type_options = false, x_dns_prefetch_control = 'on', \
             x_download_options = false }",
            json!({ "xContentTypeOptions": false, "xDnsPrefetchControl": { "allow": true },
                "xDownloadOptions": false }),
        ),
        ("{ x_frame_options = 'deny' }", json!({ "xFrameOptions": { "action": "deny" } })),
        (
            "{ x_frame_options = false, x_dns_prefetch_control = false, \
             x_permitted_cross_domain_policies = 'by-content-type' }",
            json!({ "xFrameOptions": false, "xDnsPrefetchControl": false,
                "xPermittedCrossDomainPolicies": { "permittedPolicies": "by-content-type" } }),
        ),
        (
            "{ x_permitted_cross_domain_policies = false, x_powered_by = false, \
             x_xss_protection = false }",
            json!({ "xPermittedCrossDomainPolicies": false, "xPoweredBy": false,
                "xXssProtection": false }),
        ),
    ]
}

/// What the message itself needs, and what either side adds of its own.
const ELSE: &[&str] = &[
    "date",
    "connection",
    "keep-alive",
    "content-length",
    "transfer-encoding",
    "x-request-id",
    "content-type",
];

/// Name in small letters and value of every other header.
fn others(reply: &Reply) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = reply
        .headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
        .filter(|(name, _)| !ELSE.contains(&name.as_str()))
        .collect();
    all.sort();
    all
}

fn routes() -> String {
    let route = |(at, (options, _)): (usize, (&str, Value))| {
        format!("[route.'/{at}/*']\napp = 'web'\nheaders = {options}\n")
    };
    cases().into_iter().enumerate().map(route).collect()
}

#[test]
fn the_edge_sends_what_helmet_sends() {
    let project = Project::new();
    let (secure, section) = tls(&project);
    let running = start(&project, &(section + &routes()));
    let options: Vec<Value> =
        cases().into_iter().map(|(_, options)| json!({ "options": options })).collect();
    let peers = peer("helmet", &json!(options));
    assert!(peers.iter().all(|reply| reply.status == 200));
    let requests: Vec<Value> =
        (0..options.len()).map(|at| json!({ "path": format!("/{at}/x") })).collect();
    let plain = project.address();
    for (scheme, address) in [("h1", plain), ("h2", plain), ("h1s", secure), ("h2s", secure)] {
        let replies = ask(scheme, address, &json!(requests));
        for ((reply, peer), (case, _)) in replies.iter().zip(&peers).zip(cases()) {
            let mut expected = others(peer);
            if !scheme.ends_with('s') {
                expected.retain(|(name, _)| name != "strict-transport-security");
            }
            assert_eq!(others(reply), expected, "{scheme} {case}");
        }
    }
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn what_the_app_sends_is_kept_unless_the_config_overrides() {
    let project = Project::new();
    let running = start(
        &project,
        "[edge]\nheaders = true\n[route.'/*']\n\
         [route.'/mine/*']\nheaders = { override = true, set = { X-Own = ['a', 'b'] }, remove = ['Server'] }\n\
         [route.'/off/*']\nheaders = false\n",
    );
    let own =
        "?h=X-Frame-Options:DENY&h=Content-Security-Policy:default-src%20*&h=Server:app&h=X-Own:c";
    let asked = ["/", "/mine/", "/off/"].map(|path| json!({ "path": format!("{path}{own}") }));
    for scheme in ["h1", "h2"] {
        let [kept, mine, off] = ask(scheme, project.address(), &json!(asked)).try_into().unwrap();
        assert_eq!(kept.one("x-frame-options"), Some("DENY"));
        assert_eq!(kept.one("content-security-policy"), Some("default-src *"));
        assert_eq!(kept.one("x-content-type-options"), Some("nosniff"));
        assert_eq!((kept.one("server"), kept.one("x-powered-by")), (Some("app"), None));
        assert_eq!(mine.one("x-frame-options"), Some("SAMEORIGIN"));
        assert!(mine.one("content-security-policy").unwrap().starts_with("default-src 'self';"));
        assert_eq!((mine.all("x-own").join(", "), mine.one("server")), ("a, b".into(), None));
        assert_eq!(off.one("x-frame-options"), Some("DENY"));
        assert_eq!((off.one("x-powered-by"), off.one("referrer-policy")), (Some("Express"), None));
    }
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn replies_of_the_edge_itself_have_them_too() {
    let project = Project::new();
    let running = start(
        &project,
        "[edge]\nheaders = { set = { Cache-Control = 'public' } }\n[route.'/web/*']\n\
         [route.'/off/*']\nheaders = false\nmethods = ['GET']\n\
         [route.'/old/*']\nredirect = '/web/*'\n",
    );
    let requests = json!([
        { "path": "/nowhere" },
        { "path": "/old/x" },
        { "path": "/off/", "method": "DELETE" },
    ]);
    for scheme in ["h1", "h2"] {
        let [none, old, off] = ask(scheme, project.address(), &requests).try_into().unwrap();
        assert_eq!((none.status, none.one("cache-control")), (404, Some("no-store")));
        assert_eq!(none.one("x-frame-options"), Some("SAMEORIGIN"));
        assert_eq!((old.status, old.one("location")), (308, Some("/web/x")));
        assert_eq!(old.one("x-content-type-options"), Some("nosniff"));
        assert_eq!((off.status, off.one("x-frame-options")), (405, None));
        assert_eq!(off.one("allow"), Some("GET, HEAD"));
    }
    // A head that is not understood is answered by the rules of `[edge]`.
    let mut connection = trial::Connection::open(project.address()).unwrap();
    connection.send(b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n").unwrap();
    let refused = connection.reply(false).unwrap();
    assert_eq!((refused.status, refused.header("x-frame-options")), (400, Some("SAMEORIGIN")));
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn files_that_the_edge_sends_have_them_too() {
    let project = Project::new();
    project.write("public/a.html", "<p>a</p>");
    let running = start(
        &project,
        "[edge]\nheaders = { content_security_policy = { nonce = true } }\n\
         cors = { origins = ['https://a.example'] }\n[route.'/*']\n\
         [route.'/files/*']\nfiles = 'public'\ndeny = ['192.0.2.0/24']\n\
         [route.'/mine/*']\nfiles = 'public'\n\
         headers = { override = true, set = { Cache-Control = 'no-cache' } }\n",
    );
    let origin = json!({ "origin": "https://a.example" });
    let requests = json!([
        { "path": "/files/a.html", "headers": origin },
        { "path": "/mine/a.html" },
    ]);
    for scheme in ["h1", "h2"] {
        let [file, mine] = ask(scheme, project.address(), &requests).try_into().unwrap();
        assert_eq!((file.status, file.body.as_str()), (200, "<p>a</p>"));
        assert_eq!(file.one("x-content-type-options"), Some("nosniff"));
        assert_eq!(file.one("access-control-allow-origin"), Some("https://a.example"));
        // Nobody could put a nonce into a file.
        let policy = file.one("content-security-policy").unwrap();
        assert!(policy.contains("script-src 'self';") && !policy.contains("nonce"), "{policy}");
        assert_eq!((mine.status, mine.one("cache-control")), (200, Some("no-cache")));
    }
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_reload_changes_them_at_once() {
    let project = Project::new();
    let listen = "[edge]\nlisten = '127.0.0.1:0'\n[admin]\nlisten = false\n";
    project.write("ostler.toml", &config(listen));
    assert_eq!(project.ostler(&["start"]).code, Some(0));
    let address = project.address();
    let get = || trial::get(address, "/").unwrap();
    assert_eq!(get().header("x-frame-options"), None);
    let with = listen.replace("[admin]", "headers = { x_frame_options = 'deny' }\n[admin]");
    project.write("ostler.toml", &config(&with));
    let reloaded = project.ostler(&["reload"]);
    assert_eq!(reloaded.code, Some(0), "{}", reloaded.stderr);
    assert_eq!(get().header("x-frame-options"), Some("DENY"));
    project.write("ostler.toml", &config(&with.replace("'deny'", "'never'")));
    let refused = project.ostler(&["reload"]);
    assert!(refused.code == Some(9) && refused.stderr.contains("sameorigin"), "{}", refused.stderr);
    assert_eq!(get().header("x-frame-options"), Some("DENY"));
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
}
