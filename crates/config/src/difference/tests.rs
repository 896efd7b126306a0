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
fn secrets_are_compared_but_not_told() {
    let token = |token: &str| format!("app.web.run = 'a.js'\nadmin.token = '{token}'");
    check(
        &token("0123456789abcdef"),
        &token("fedcba9876543210"),
        "admin.token: takes effect when Ostler is restarted\n",
    );
}
