//! `[store] url`: a real redis-server. What passes here is what the store inside Ostler is measured by.

use super::site::{ALL, check, project};
use trial::{Redis, get};

#[test]
fn every_package_reaches_the_server_that_the_config_names() {
    let redis = Redis::start(&["--requirepass", "p@ss/word"]);
    let url = format!("redis://:p%40ss%2Fword@127.0.0.1:{}", redis.port);
    let project = project(&format!("[store]\nurl = '{url}'"));
    let _running = project.run(&[]);
    assert_eq!(get(project.address(), "/env").unwrap().body, url);
    for suite in ALL {
        check(&project, *suite);
    }
    let status = project.ostler(&["status"]).stdout;
    let shown = format!("store redis://127.0.0.1:{}", redis.port);
    assert!(status.contains(&shown) && !status.contains("p%40ss"), "{status}");
}

#[test]
fn an_environment_that_has_a_url_keeps_it() {
    let project =
        project("env = { REDIS_URL = 'redis://mine' }\n[store]\nurl = 'redis://10.0.0.9'");
    let _running = project.run(&[]);
    assert_eq!(get(project.address(), "/env").unwrap().body, "redis://mine");
}

#[test]
fn a_changed_url_needs_an_upgrade_and_is_refused_in_words() {
    let project = project("[store]\nurl = 'redis://:secret-word@10.0.0.9'");
    let _running = project.run(&[]);
    let text = std::fs::read_to_string(project.folder().join("ostler.toml")).unwrap();
    project.write("ostler.toml", &text.replace("10.0.0.9", "10.0.0.8"));
    let refused = project.ostler(&["reload"]);
    assert_ne!(refused.code, Some(0));
    assert!(refused.stderr.contains("store.url"), "{}", refused.stderr);
    assert!(!refused.stderr.contains("secret-word"), "{}", refused.stderr);
    assert_eq!(get(project.address(), "/env").unwrap().body, "redis://:secret-word@10.0.0.9");
}
