use super::command::of_config;
use super::finding::{Finding, Severity};
use super::show;
use config::{Machine, parse};
use std::path::Path;

fn found(text: &str) -> Vec<Finding> {
    let config = parse(text, Path::new("/srv/shop"), None, &Machine { cores: 1 });
    of_config(&config.unwrap())
}

/// The findings about routes and the edge as `WORD@PLACE`, sorted.
fn check(text: &str, want: &[&str]) {
    let mut told: Vec<String> = found(text)
        .iter()
        .map(|finding| format!("{}@{}", finding.lacks, finding.places.join("+")))
        .collect();
    told.sort();
    assert_eq!(told, want, "{text}");
}

/// With everything that there is.
const GOOD: &str = "[edge]\nlisten = []\nheaders = true\nhosts = ['example.org']\nhttps = 'redirect'\n\
    access_log = true\ncompress = true\nlimit = { rate = '1000/min' }\ntls = { cert = 'a.pem' }\nlimits = { body_bytes = '10MB' }\n\
    [app.web]\nrun = 'a.js'\n";

#[test]
fn nothing_is_found_where_everything_is_closed() {
    check(GOOD, &[]);
    assert_eq!(show::text(&[], &[], true), "nothing was found\n");
}

#[test]
fn what_a_plain_config_lacks() {
    let text = "[app.web]\nrun = 'a.js'";
    let want = [
        "access_log@edge",
        "body_bytes@route /*",
        "compress@route /*",
        "headers@route /*",
        "hosts@route /*",
        "limit@route /*",
        "tls@edge",
    ];
    check(text, &want);
    let cures: Vec<String> = found(text).into_iter().map(|finding| finding.cure).collect();
    for cure in ["[edge] headers = true", "[edge.limits] body_bytes = \"10MB\""] {
        assert!(cures.iter().any(|one| one == cure), "{cures:?}");
    }
    // Nobody else can reach it.
    check(
        "edge.listen = '127.0.0.1:1'\nedge.access_log = true\napp.web.run = 'a.js'",
        &[
            "body_bytes@route /*",
            "compress@route /*",
            "headers@route /*",
            "hosts@route /*",
            "limit@route /*",
        ],
    );
}

#[test]
fn each_route_is_looked_at() {
    let text = format!(
        "{GOOD}[route.'/*']\n[route.'/a/*']\nheaders = {{ helmet = false, set = {{ X-A = 'a' }} }}\n\
         [route.'/b/*']\nhttps = 'optional'\nbody_bytes = 0\ncors = true\n\
         [route.'h.example/*']\nhosts = 'any'\nheaders = {{ content_security_policy = false }}\n\
         [route.'/old/*']\nredirect = '/a/*'\nheaders = false\n"
    )
    .replace("listen = []", "listen = ':80'");
    check(
        &text,
        &[
            "body_bytes@route /b/*",
            "cors@route /b/*",
            "csp@route h.example/*+route /a/*",
            "frames@route /a/*",
            "hsts@route /old/*+route /a/*",
            "https@route /b/*",
            "nosniff@route /a/*",
            "referrer@route /a/*",
        ],
    );
    let cure = |lacks| found(&text).into_iter().find(|one| one.lacks == lacks).unwrap().cure;
    assert_eq!(cure("https"), "[route.\"/b/*\"] https = \"redirect\"");
    assert!(cure("csp").starts_with("in each of these routes: headers = "));
}

#[test]
fn policies_that_let_every_script_run() {
    let with = |sources: &str| {
        let old = "headers = true";
        let new = format!(
            "headers = {{ content_security_policy = {{ directives = {{ script-src = {sources} }} }} }}"
        );
        GOOD.replace(old, &new)
    };
    check(&with(r#"["'self'", "'unsafe-inline'"]"#), &["csp@route /*"]);
    check(&with(r#"["*"]"#), &["csp@route /*"]);
    check(&with(r#"["https:"]"#), &["csp@route /*"]);
    check(&with(r#"["'unsafe-inline'", "'sha256-x'"]"#), &[]);
    check(&with(r#"["https:", "'strict-dynamic'", "'nonce-x'"]"#), &[]);
    check(&with(r#"["'none'"]"#), &[]);
}

#[test]
fn paths_are_no_walls() {
    let text = format!("{GOOD}[route.'/*']\n[route.'/admin/*']\nallow = ['10.0.0.0/8']\n");
    check(&text, &["path@route /admin/*"]);
    let host =
        format!("{GOOD}[route.'/*']\n[route.'admin.example.org/*']\nallow = ['10.0.0.0/8']\n");
    check(&host, &[]);
    let all = format!("{GOOD}[route.'/*']\nallow = ['10.0.0.0/8']\n[route.'/open']\n");
    check(&all, &[]);
    let other = format!(
        "{GOOD}[app.admin]\nrun = 'b.js'\n[route.'/*']\napp = 'web'\n\
         [route.'/admin/*']\napp = 'admin'\nallow = ['10.0.0.0/8']\n"
    );
    check(&other, &[]);
}

#[test]
fn files_that_are_not_meant_for_everybody() {
    let with = |files: &str| format!("{GOOD}[route.'/*']\n[route.'/assets/*']\nfiles = {files}\n");
    check(&with("'public'"), &[]);
    check(&with("{ folder = 'public', dotfiles = true }"), &["dotfiles@route /assets/*"]);
    check(&with("'.'"), &["files@route /assets/*"]);
    check(&with("'/srv'"), &["files@route /assets/*"]);
}

#[test]
fn a_cache_that_hands_out_what_was_meant_for_one() {
    let with = |cache: &str| format!("{GOOD}[route.'/*']\ncache = {cache}\n");
    check(&with("true"), &[]);
    check(&with("{ set_cookie = 'public' }"), &["cache_set_cookie@route /*"]);
    check(&with("{ cookies = 'ignore' }"), &["cache_cookies@route /*"]);
    check(&with("{ cookies = 'ignore', key = { cookies = ['lang'] } }"), &[]);
}

#[test]
fn the_edge_and_what_is_around_it() {
    let worst = |text: &str, lacks: &str| {
        let all = found(text);
        all.into_iter().find(|one| one.lacks == lacks).map(|one| one.severity)
    };
    let proxies = |list: &str| GOOD.replace("[edge]", &format!("[edge]\ntrusted_proxies = {list}"));
    assert_eq!(worst(&proxies("['0.0.0.0/0']"), "trusted_proxies"), Some(Severity::High));
    assert_eq!(worst(&proxies("['::/0']"), "trusted_proxies"), Some(Severity::High));
    assert_eq!(worst(&proxies("['64.0.0.0/3']"), "trusted_proxies"), Some(Severity::Medium));
    assert_eq!(worst(&proxies("['10.0.0.0/8']"), "trusted_proxies"), None);
    let admin =
        format!("admin = {{ listen = '0.0.0.0:7700', token = '0123456789abcdef' }}\n{GOOD}");
    assert_eq!(worst(&admin, "admin"), Some(Severity::Medium));
    let slow = GOOD.replace("body_bytes = '10MB'", "body_bytes = '10MB', client_rate = 0");
    assert_eq!(worst(&slow, "client_rate"), Some(Severity::Medium));
    let far = |url: &str| format!("{GOOD}[upstream.x]\nurl = '{url}'\n[route.'/*']\napp = 'web'\n");
    assert_eq!(worst(&far("http://api.example.org"), "upstream_tls"), Some(Severity::Low));
    assert_eq!(worst(&far("https://api.example.org"), "upstream_tls"), None);
    assert_eq!(worst(&far("http://10.0.0.5:80"), "upstream_tls"), None);
}

#[test]
fn findings_as_people_and_programs_see_them() {
    let all = found("[app.web]\nrun = 'a.js'");
    let text = show::text(&all, &[], false);
    assert!(text.contains("medium  route /*: any Host is served\n        why   "), "{text}");
    assert!(text.ends_with("0 high, 3 medium, 4 low\n"), "{text}");
    assert!(show::text(&all, &[], true).contains("\x1b[33mmedium \x1b[0m"));
    let json = show::json(&all, &[]);
    assert_eq!(json["findings"].as_array().unwrap().len(), 7);
    assert!(json["findings"].to_string().contains(r#""severity":"medium""#));
}

#[test]
fn what_the_store_leaves_open() {
    let check = |store: &str, want: &[&str]| check(&format!("{GOOD}[store]\n{store}\n"), want);
    check("listen = 6379", &[]);
    check("password = false", &["store_password@store"]);
    check(
        "listen = ['127.0.0.1:6379', '10.0.0.1:6379']\npassword = 'a good one'",
        &["store_listen@store"],
    );
    check("url = 'redis://10.0.0.7'", &["store_tls@store"]);
    for url in ["redis://127.0.0.1:6379", "redis://localhost", "rediss://10.0.0.7"] {
        check(&format!("url = '{url}'"), &[]);
    }
}
