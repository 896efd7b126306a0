//! Nonces: fresh for every page, known to the app, and never kept.

use super::site::{Reply, ask, start};
use serde_json::json;
use std::collections::BTreeSet;
use trial::Project;

const SETTINGS: &str = "[edge]\nheaders = { content_security_policy = { nonce = true } }\n[route.'/*']\n\
     [route.'/off/*']\nheaders = false\n";

/// The nonce in a reply's policy.
fn nonce(reply: &Reply) -> Option<String> {
    let policy = reply.one("content-security-policy")?;
    let from = policy.find("'nonce-")? + "'nonce-".len();
    let to = policy[from..].find('\'')? + from;
    Some(policy[from..to].to_owned())
}

#[test]
fn each_page_has_a_nonce_that_the_app_was_told() {
    let project = Project::new();
    let running = start(&project, SETTINGS);
    let forged =
        json!({ "x-nonce": "forged", "content-security-policy": "script-src 'nonce-forged'" });
    let mut seen = BTreeSet::new();
    for scheme in ["h1", "h2"] {
        let page = json!({ "path": "/page?h=Cache-Control:public", "headers": forged });
        for reply in ask(scheme, project.address(), &json!(vec![page; 40])) {
            let nonce = nonce(&reply).unwrap();
            assert!(nonce.len() == 24 && !reply.body.contains("forged"), "{}", reply.body);
            assert!(
                reply.body.starts_with(&format!("<script nonce=\"{nonce}\">")),
                "{}",
                reply.body
            );
            let told = format!("script-src 'self' 'nonce-{nonce}'");
            assert!(reply.one("content-security-policy").unwrap().contains(&told));
            assert!(reply.body.contains(&told), "the app sees the policy: {}", reply.body);
            assert_eq!(reply.one("cache-control"), Some("no-store"));
            assert!(seen.insert(nonce), "a nonce came twice");
        }
    }
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn what_is_no_page_has_the_policy_without_a_nonce() {
    let project = Project::new();
    let running = start(&project, SETTINGS);
    let requests = json!([
        { "path": "/data?h=Cache-Control:public" },
        { "path": "/page?status=304" },
        { "path": "/off/page" },
        { "path": "/page?h=Content-Security-Policy:default-src%20*&h=Cache-Control:public" },
    ]);
    for scheme in ["h1", "h2"] {
        let replies = ask(scheme, project.address(), &requests);
        let [data, kept, off, own] = replies.try_into().unwrap();
        let policy = data.one("content-security-policy").unwrap();
        assert!(policy.contains("script-src 'self';") && !policy.contains("nonce"), "{policy}");
        assert_eq!(data.one("cache-control"), Some("public"));
        // Its client has the page, and the policy that came with it.
        assert_eq!((kept.status, kept.one("content-security-policy")), (304, None));
        assert_eq!(kept.one("x-frame-options"), Some("SAMEORIGIN"));
        assert!(off.body.starts_with("<script nonce=\"undefined\">"), "{}", off.body);
        assert_eq!(own.one("content-security-policy"), Some("default-src *"));
        assert_eq!(own.one("cache-control"), Some("public"));
    }
    assert_eq!(running.stop().code, Some(0));
}
