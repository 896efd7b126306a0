use super::{Difference, difference};
use crate::{Config, Machine, parse};
use std::path::Path;

fn config(text: &str) -> Config {
    parse(text, Path::new("/srv/shop"), None, &Machine { cores: 4 }).unwrap()
}

/// The difference between two files, as people see it.
fn check(old: &str, new: &str, expected: &str) -> Difference {
    let difference = difference(&config(old), &config(new));
    assert_eq!(difference.to_string(), expected);
    difference
}

#[test]
fn the_same_file_changes_nothing() {
    let file = "app.web = { run = 'a.js', env = { A = 'x' } }\nedge.listen = ':80'";
    assert!(check(file, file, "nothing changed\n").is_empty());
}

#[test]
fn apps_come_go_and_change() {
    let routes = "route.'/*'.app = 'web'\n";
    check(
        &format!("{routes}app.web = {{ run = 'a.js' }}\napp.old = {{ run = 'b.js' }}"),
        &format!(
            "{routes}app.web = {{ run = 'a.js', workers = 2, env = {{ A = '1' }} }}\n\
             app.new = {{ run = 'b.js' }}"
        ),
        "app new: new\napp old: removed\n\
         app web: env, workers changed; its workers are replaced one by one\n",
    );
}

#[test]
fn what_a_reload_can_and_cannot_change_of_the_edge() {
    let app = "app.web.run = 'a.js'\n";
    check(app, &format!("{app}edge.limits.waiting = 5"), "edge: changed\n");
    check(app, &format!("{app}route.'/api/*'.app = 'web'"), "routes: changed\n");
    let difference = check(
        app,
        &format!(
            "{app}edge = {{ listen = ':81', threads = 1 }}\nadmin.listen = false\nlog.keep = 2"
        ),
        "edge.listen from [\"0.0.0.0:8080\"] to [\"0.0.0.0:81\"]: takes effect when Ostler is \
         restarted\n\
         edge.threads from 4 to 1: takes effect when Ostler is restarted\n\
         admin.listen from \"127.0.0.1:7700\" to false: takes effect when Ostler is restarted\n\
         log.keep from 7 to 2: takes effect when Ostler is restarted\n",
    );
    assert!(!difference.edge && difference.changed.is_empty());
}

#[test]
fn how_requests_are_shared_out_replaces_no_worker() {
    let app = "app.web = { run = 'a.js' }";
    let difference = check(
        app,
        "app.web = { run = 'a.js', balance = 'two-choices', sticky = true, slow_start = '0s' }",
        "app web: balance, sticky, slow_start changed, for the workers that are there\n",
    );
    assert!(difference.changed.is_empty() && !difference.is_empty());
    check(
        app,
        "app.web = { run = 'b.js', eject = false }",
        "app web: run changed; its workers are replaced one by one\n\
         app web: eject changed, for the workers that are there\n",
    );
}

#[test]
fn upstreams_come_go_and_change() {
    let routes = "app.web.run = 'a.js'\nroute.'/*'.app = 'web'\n";
    check(
        &format!("{routes}[upstream]\na = {{ url = 'http://a' }}\nb = {{ url = 'http://b' }}"),
        &format!(
            "{routes}[upstream]\nb = {{ url = 'http://c', resolve = '1s' }}\n\
             new = {{ url = 'http://a' }}"
        ),
        "upstream new: new\nupstream a: removed\nupstream b: url, resolve changed\n",
    );
}

#[test]
fn certificates_and_the_access_log_change_at_reload_and_addresses_do_not() {
    let file = |edge: &str| format!("app.web.run = 'a.js'\nedge = {{ {edge} }}");
    let tls = |cert: &str, port: &str| {
        file(&format!("tls = {{ cert = '{cert}', listen = '{port}' }}, http2 = true"))
    };
    check(&tls("a.pem", "443"), &tls("b.pem", "443"), "edge: changed\n");
    check(&file(""), &file("access_log = true, limits.streams = 1"), "edge: changed\n");
    check(
        &tls("a.pem", "443"),
        &tls("a.pem", "444"),
        "edge.tls.listen from [\"0.0.0.0:443\"] to [\"0.0.0.0:444\"]: takes effect when Ostler is \
         restarted\n",
    );
    let difference = difference(&config(&file("")), &config(&tls("a.pem", "443")));
    assert_eq!(difference.needs_restart, ["edge.tls.listen from none to [\"0.0.0.0:443\"]"]);
}

#[test]
fn what_a_reload_can_and_cannot_change_of_the_store() {
    let file = |store: &str| format!("app.web.run = 'a.js'\nstore = {{ {store} }}");
    check(
        &file(""),
        &file("memory_max = '1GB', eviction = 'allkeys-lru', durability = 'off'"),
        "store: changed\n",
    );
    check(
        &file(""),
        &file("listen = '6379', folder = false, password = 'a secret one'"),
        "store.listen from none to [\"127.0.0.1:6379\"]: takes effect when Ostler is restarted\n\
         store.password: takes effect when Ostler is restarted\n\
         store.folder from none to false: takes effect when Ostler is restarted\n",
    );
    check(
        &file(""),
        &file("enabled = false"),
        "store.enabled from true to false: takes effect when Ostler is restarted\n",
    );
}

#[test]
fn secrets_are_compared_but_not_told() {
    let token = |token: &str| format!("app.web.run = 'a.js'\nadmin.token = '{token}'");
    check(
        &token("0123456789abcdef"),
        &token("fedcba9876543210"),
        "admin.token: takes effect when Ostler is restarted\n",
    );
    check(
        "app.web.run = 'a.js'",
        &token("fedcba9876543210"),
        "admin.token: takes effect when Ostler is restarted\n",
    );
}
