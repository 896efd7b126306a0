//! What the reader takes. What it refuses is in tests/mistakes.

use super::parse;
use crate::catalogue::{self, Form, Key};
use crate::{AccessLogFormat, AccessLogTo, Balance, HashKey, Policy, Protocol};
use crate::{Config, Machine, Mistake, ReadyOn, Run, Store, StoreHere, Workers};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

fn read(text: &str) -> Result<Config, Vec<Mistake>> {
    parse(text, Path::new("/srv/shop"), Some(Path::new("ostler.toml")), &Machine { cores: 4 })
}

fn good(text: &str) -> Config {
    read(text).unwrap_or_else(|mistakes| {
        panic!("{text}\n{}", mistakes.iter().map(|m| format!("{m}\n")).collect::<String>())
    })
}

const HASH: &str = "$argon2id$v=19$m=7168,t=5,p=1$c2FsdHNhbHRzYWx0$Mx4QiqnMBcNHFZGpZbWmYQ";

/// A file in which only this key is written, with what else it needs to stand.
fn file_with(key: &Key, value: &str) -> String {
    let route = if key.path.starts_with("route.*.redirect") { "/x/*" } else { "/x" };
    let path = key.path.replace("route.*", &format!("route.{route:?}"));
    let path = path.replace("app.*", "app.web");
    let path = path.replace("upstream.*", "upstream.far").replace("user.*", "user.ann");
    let around = match key.path {
        "app" | "app.*" | "version" => return format!("{path} = {value}\n"),
        "app.*.run" | "app.*.command" => "",
        "app.*.scale.in_flight"
        | "app.*.scale.utilisation"
        | "app.*.scale.up_after"
        | "app.*.scale.down_after"
        | "app.*.scale" => "app.web.run = 'a.js'\napp.web.workers = { min = 1, max = 4 }\n",
        "app.*.health.timeout" | "app.*.health.interval" => {
            "app.web.run = 'a.js'\napp.web.health.path = '/up'\n"
        }
        "upstream" | "upstream.*" => return format!("{path} = {value}\n"),
        "upstream.*.url" => "",
        "upstream.*.health.timeout" | "upstream.*.health.interval" => {
            "upstream.far.url = 'https://x'\nupstream.far.health.path = '/up'\n"
        }
        "app.*.hash_by" => "app.web.run = 'a.js'\napp.web.balance = 'hash'\n",
        "upstream.*.hash_by" => "upstream.far.url = 'https://x'\nupstream.far.balance = 'hash'\n",
        "store" => return format!("{path} = {value}\napp.web.run = 'a.js'\n"),
        "store.enabled" | "store.url" | "store.listen" => "app.web.run = 'a.js'\n",
        "store.eviction" => "app.web.run = 'a.js'\nstore.memory_max = '1GB'\n",
        "edge.limit_store.ca" => "app.web.run = 'a.js'\nedge.limit_store.url = 'rediss://x'\n",
        "edge.limit_store.url" => "app.web.run = 'a.js'\n",
        path if path.starts_with("edge.limit_store.") => {
            "app.web.run = 'a.js'\nedge.limit_store.url = 'redis://x'\n"
        }
        "edge.limit.rate" | "route.*.limit.rate" => {
            return format!("app.web.run = 'a.js'\n{path} = {value}\n");
        }
        "edge.limit.at_once" | "route.*.limit.at_once" => "app.web.run = 'a.js'\n",
        path if path.starts_with("edge.limit.") => {
            "app.web.run = 'a.js'\nedge.limit.rate = '1/s'\n"
        }
        path if path.starts_with("route.*.limit.") => {
            "app.web.run = 'a.js'\nroute.\"/x\".limit.rate = '1/s'\n"
        }
        path if path.starts_with("observe.export") => {
            let (place, before) = export(key);
            let path = path.replace("export.*", "export.far");
            let at = if key.path == "observe.export.*.to" { "" } else { &place };
            return format!("app.web.run = 'a.js'\n{at}{before}{path} = {value}\n");
        }
        path if path.starts_with("upstream.*.") => "upstream.far.url = 'https://x'\n",
        "edge.cache.folder" => "app.web.run = 'a.js'\nedge.cache.disk = '1GB'\n",
        "edge.tls.listen" => "app.web.run = 'a.js'\nedge.tls.cert = 'a.pem'\n",
        "edge.tls.key" => "app.web.run = 'a.js'\nedge.tls.cert = '/b.pem'\n",
        "edge.proxy_protocol" => "app.web.run = 'a.js'\nedge.trusted_proxies = ['10.0.0.0/8']\n",
        path if path.starts_with("route.*.files.") && key.name() != "folder" => {
            "app.web.run = 'a.js'\nroute.\"/x\".files.folder = 'public'\n"
        }
        "route.*.upstream" => {
            "app.web.run = 'a.js'\nupstream.billing.url = 'http://x'\nroute.\"/y\".app = 'web'\n"
        }
        "route.*.app" => "app.web.run = 'a.js'\napp.api.run = 'b.js'\nroute.\"/y\".app = 'web'\n",
        "edge.cors.credentials" => "app.web.run = 'a.js'\nedge.cors.origins = ['https://x']\n",
        "route.*.cors.credentials" => {
            "app.web.run = 'a.js'\nroute.\"/x\".cors.origins = ['https://x']\n"
        }
        path if path.ends_with("content_security_policy.use_defaults") => {
            let section = key.section().replace("route.*", "route.\"/x\"");
            return format!(
                "app.web.run = 'a.js'\n{section}.directives = {{ default-src = \"'none'\" }}\n\
                 {section}.use_defaults = {value}\n"
            );
        }
        "route.*.cache.statuses" => "app.web.run = 'a.js'\nroute.\"/x\".cache.for = '1s'\n",
        "edge.https" | "route.*.https" => {
            "app.web.run = 'a.js'\nedge.trusted_proxies = ['10.0.0.0/8']\n"
        }
        "admin.user.*.role" => {
            return format!(
                "app.web.run = 'a.js'\nadmin.user.ann.password = '{HASH}'\n{path} = {value}\n"
            );
        }
        "route.*.redirect.status" => "app.web.run = 'a.js'\nroute.\"/x/*\".redirect.to = '/y'\n",
        _ => "app.web.run = 'a.js'\n",
    };
    format!("{around}{path} = {value}\n")
}

/// An export that knows this key, up to its name, and what else the key needs.
fn export(key: &Key) -> (String, &'static str) {
    let to = |to: &str, url: &str| format!("observe.export.far.to = '{to}'\n{url}");
    let url = "observe.export.far.url = 'https://x'\n";
    match key.name() {
        "export" | "*" => (String::new(), ""),
        "to" => (String::new(), url),
        "url" => (to("loki", ""), ""),
        "file" => (to("file", ""), ""),
        "rotate_size" | "keep" => (to("file", "observe.export.far.file = 'a'\n"), ""),
        "index" => (to("elasticsearch", url), ""),
        "tag" | "shared_key" => (to("fluent", "observe.export.far.url = 'tcp://x'\n"), ""),
        "user" => (to("otlp", url), "observe.export.far.password = 'p'\n"),
        "password" => (to("otlp", url), "observe.export.far.user = 'p'\n"),
        _ => (to("otlp", url), ""),
    }
}

/// The same file without that key. A table with one key is compared with an empty one, since the
/// absence of the table means another thing.
fn file_without(key: &Key, with: &str) -> String {
    if matches!(key.path, "app" | "app.*" | "app.*.run" | "app.*.command") {
        return "app.web.run = 'other.js'".into();
    }
    if key.path == "store" {
        return "app.web.run = 'a.js'".into();
    }
    match key.path {
        "observe.export" | "observe.export.*" => return "app.web.run = 'a.js'\n".into(),
        "observe.export.*.to" => {
            return "app.web.run = 'a.js'\nobserve.export.far = { to = 'otlp', url = 'https://x' }"
                .into();
        }
        "observe.export.*.url" => return with.replace("logs.example.com", "other"),
        "observe.export.*.file" => return with.replace("all", "other"),
        "observe.export.*.user" => return with.replace("user = \"shop\"", "user = \"other\""),
        "observe.export.*.password" => return with.replace("3f0c", "0000"),
        _ => {}
    }
    if matches!(key.path, "upstream" | "upstream.*" | "upstream.*.url") {
        return "upstream.far.url = 'http://other'".into();
    }
    let mut lines: Vec<&str> = with.lines().collect();
    lines.pop();
    let table = match key.section() {
        "route.*.files" if key.name() == "folder" => "route.\"/x\".files = 'other'",
        "app.*.workers" => "app.web.workers = {}",
        "app.*.watch" => "app.web.watch = {}",
        "edge.access_log" => "edge.access_log = {}",
        "edge.compress" => "edge.compress = {}",
        "route.*.compress" => "route.\"/x\".compress = {}",
        "edge.tls" if key.name() == "cert" => "edge.tls.cert = 'other.pem'",
        "upstream.*.health" if key.name() == "path" => "upstream.far.health = '/other'",
        "app.*" if key.name() == "hash_by" => "app.web.hash_by = 'client'",
        "upstream.*" if key.name() == "hash_by" => "upstream.far.hash_by = 'client'",
        "app.*.health" if key.name() == "path" => "app.web.health = '/other'",
        "route.*.redirect" if key.name() == "to" => "route.\"/x/*\".redirect = '/other'",
        "route.*" if key.name() == "priority" => "route.\"/x\" = {}",
        "edge.limit_store" if key.name() == "url" => "edge.limit_store.url = 'redis://other'",
        "edge.limit" if matches!(key.name(), "rate" | "at_once") => "edge.limit.rate = '9/s'",
        "route.*.limit" if matches!(key.name(), "rate" | "at_once") => {
            "route.\"/x\".limit.rate = '9/s'"
        }
        section => &empty(section, &lines),
    };
    format!("{}\n{table}\n", lines.join("\n"))
}

/// The table of `headers`, `cors` or `cache` that a key stands in, empty; the tables around it are there, too.
fn empty(section: &str, lines: &[&str]) -> String {
    let inside = |word: &str| section.ends_with(word) || section.contains(&format!("{word}."));
    let path = section.replace("route.*", "route.\"/x\"");
    let is_there = lines.iter().any(|line| line.starts_with(&path));
    if !is_there && (inside(".headers") || inside(".cors") || inside(".cache")) {
        format!("{path} = {{}}")
    } else {
        String::new()
    }
}

#[test]
fn each_key_of_the_catalogue_is_read() {
    // These two say what holds in any case.
    let says = |key: &&Key| !matches!(key.path, "version" | "route.*.cache.respect");
    for key in catalogue::keys().filter(says) {
        let with = file_with(key, key.example);
        let without = file_without(key, &with);
        assert_ne!(good(&with), good(&without), "{} changes nothing", key.path);
    }
}

#[test]
fn each_default_of_the_catalogue_is_the_one_that_an_empty_file_gives() {
    for key in catalogue::keys() {
        let Some(default) = key.default else { continue };
        let with = file_with(key, default);
        let without = file_without(key, &with);
        assert_eq!(good(&with), good(&without), "{}", key.path);
    }
}

#[test]
fn users_of_the_dashboard() {
    let with = |user: &str| format!("app.web.run = 'a.js'\n[admin.user]\n{user}\n");
    let users = good(&with(&format!("ann = {{ password = '{HASH}' }}"))).admin.users;
    assert_eq!((users[0].name.as_str(), users[0].role), ("ann", crate::AdminRole::Viewer));
    for (user, text) in [
        ("ann = { password = 'secret' }", "this is no Argon2 hash"),
        ("ann = { role = 'admin' }", "the user ann has no password"),
        (&format!("token = {{ password = '{HASH}' }}"), "stands for those who come without"),
        (&format!("'a b' = {{ password = '{HASH}' }}"), "is no user's name"),
        (
            &format!("ann = {{ password = '{}' }}", HASH.replace("7168", "99999999")),
            "no Argon2 hash",
        ),
    ] {
        let mistakes = parse(&with(user), Path::new("/srv/shop"), None, &Machine { cores: 4 });
        let mistakes = mistakes.unwrap_err();
        assert!(mistakes.iter().any(|mistake| mistake.text.contains(text)), "{user}: {mistakes:?}");
    }
}

#[test]
fn the_defaults_that_others_rely_on() {
    let config = good("app.web.run = 'server.js'");
    assert_eq!(config.edge.listen, ["0.0.0.0:8080".parse().unwrap()]);
    assert_eq!(config.edge.threads, 4);
    assert_eq!(config.edge.limits.head_bytes_max, 32_768);
    assert_eq!(config.edge.limits.body_bytes_max, 0);
    assert_eq!(config.edge.limits.idle_timeout, Duration::from_secs(75));
    assert_eq!(config.admin.listen, Some("127.0.0.1:7700".parse().unwrap()));
    assert_eq!(config.store, Store::Here(StoreHere::default()));
    let app = &config.apps[0];
    assert_eq!(app.run, Run::Script("/srv/shop/server.js".into()));
    assert_eq!(app.workers, Workers { min: 4, max: 4 });
    assert_eq!(app.ready, ReadyOn::Listening);
    assert_eq!(app.folder, Path::new("/srv/shop"));
    assert_eq!(config.routes[0].pattern, "/*");
    assert_eq!((config.routes[0].path.as_str(), config.routes[0].prefix), ("/", true));
}

#[test]
fn catalogue_is_consistent() {
    let mut paths = BTreeSet::new();
    for key in catalogue::keys() {
        assert!(paths.insert(key.path), "{} is declared twice", key.path);
        let section = key.section();
        let parent = catalogue::find(section);
        assert!(section.is_empty() || parent.is_some_and(Key::is_section), "{}", key.path);
        assert!(key.text.ends_with('.'), "{} is not described in sentences", key.path);
        assert!(catalogue::later(key.path).is_none(), "{} is there and planned", key.path);
        assert!(!key.forms.contains(&Form::Off) || key.forms.len() > 1);
    }
}

#[test]
fn addresses_as_people_write_them() {
    let listen = |value: &str| good(&format!("edge.listen = {value}")).edge.listen;
    let all = ["0.0.0.0:3000".parse().unwrap()];
    for value in ["3000", "'3000'", "':3000'", "'0.0.0.0:3000'", "[':3000']"] {
        assert_eq!(listen(value), all, "{value}");
    }
    assert_eq!(listen("'[::]:3000'"), ["[::]:3000".parse().unwrap()]);
    assert_eq!(listen("[':0', ':0']").len(), 2);
}

#[test]
fn what_is_run() {
    let run = |text: &str| good(&format!("app.web = {{ {text} }}")).apps[0].run.clone();
    assert_eq!(run("run = 'npm start'"), Run::Npm("start".into()));
    assert_eq!(run("run = 'npm  run serve'"), Run::Npm("serve".into()));
    assert_eq!(run("run = 'a b.js'"), Run::Script("/srv/shop/a b.js".into()));
    assert_eq!(run("run = './a.js', cwd = 'api'"), Run::Script("/srv/shop/api/a.js".into()));
    assert_eq!(run("run = '/opt/a.js'"), Run::Script("/opt/a.js".into()));
    assert_eq!(run("command = ['deno', 'x']"), Run::Command(vec!["deno".into(), "x".into()]));
}

#[test]
fn environment_values_become_text() {
    let text =
        "app.web = { run = 'a.js', env = { A = 1, B = true, C = 'x', D = 1.50, E = 'a=${B}' } }";
    let env = &good(text).apps[0].env;
    let pairs: Vec<String> = env.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(pairs, ["A=1", "B=true", "C=x", "D=1.50", "E=a=${B}"]);
}

#[test]
fn tls_and_its_certificates() {
    let tls = |text: &str| good(&format!("app.web.run = 'a.js'\nedge.tls = {{ {text} }}")).edge.tls;
    let one = tls("cert = 'a.pem', key = '/etc/b.pem'").unwrap();
    assert_eq!(one.listen, ["0.0.0.0:8443".parse().unwrap()]);
    assert_eq!(one.certificates[0].cert, Path::new("/srv/shop/a.pem"));
    assert_eq!(one.certificates[0].key, Path::new("/etc/b.pem"));
    let two = tls("cert = ['a.pem', 'b.pem'], listen = ['443', '[::]:443']").unwrap();
    assert_eq!(two.listen.len(), 2);
    assert_eq!(two.certificates[1].cert, two.certificates[1].key);
    assert_eq!(tls("cert = ['a', 'b'], key = ['k', 'k']").unwrap().certificates.len(), 2);
    let only = good("app.web.run = 'a.js'\nedge = { listen = [], tls.cert = 'a.pem' }").edge;
    assert!(only.listen.is_empty() && only.tls.is_some());
}

#[test]
fn access_lines() {
    let log = |value: &str| {
        let text = format!("app.web.run = 'a.js'\nedge.access_log = {value}");
        good(&text).edge.access_log.map(|log| (log.to, log.format))
    };
    let (json, combined) = (AccessLogFormat::Json, AccessLogFormat::Combined);
    let file = AccessLogTo::File("/srv/shop/logs/a".into());
    assert_eq!(log("false"), None);
    assert_eq!(log("true"), Some((AccessLogTo::Stdout, json)));
    assert_eq!(log("'stdout'"), Some((AccessLogTo::Stdout, json)));
    assert_eq!(log("{}"), Some((AccessLogTo::Stdout, json)));
    assert_eq!(log("'logs/a'"), Some((file.clone(), json)));
    assert_eq!(log("{ to = 'logs/a', format = 'combined' }"), Some((file, combined)));
}

#[test]
fn balancing() {
    let app = |text: &str| {
        good(&format!("app.web = {{ run = 'a.js', {text} }}")).serving.remove(0).balance
    };
    assert_eq!(app("eject = true"), Balance::default(), "a Balance's default is that of a file");
    let hash = |by: &str| app(&format!("balance = 'hash', hash_by = '{by}'")).policy;
    assert_eq!(hash("client"), Policy::Hash(HashKey::Client));
    assert_eq!(hash("path"), Policy::Hash(HashKey::Path));
    assert_eq!(hash("header:X-Tenant"), Policy::Hash(HashKey::Header("x-tenant".into())));
    assert_eq!(hash("cookie: Sid"), Policy::Hash(HashKey::Cookie("Sid".into())));
    let cookie = |value: &str| app(&format!("sticky = {value}")).sticky.map(|s| s.cookie);
    assert_eq!(cookie("false"), None);
    assert_eq!(cookie("true").as_deref(), Some("ostler"));
    assert_eq!(cookie("'a_b'").as_deref(), Some("a_b"));
}

#[test]
fn upstreams_without_an_app() {
    let text = "[upstream.far]\nurl = ['https://a.example', 'https://[fd00::5]:8443']\n\
                protocol = 'h2'\nca = 'ca.pem'\nhealth = { path = '/up', interval = '1s' }";
    let config = good(text);
    assert!(config.apps.is_empty() && config.serving.is_empty());
    let far = &config.upstreams[0];
    let hosts: Vec<_> = far.servers.iter().map(|s| (s.tls, s.host.as_str(), s.port)).collect();
    assert_eq!(hosts, [(true, "a.example", 443), (true, "fd00::5", 8443)]);
    assert_eq!(far.ca.as_deref(), Some(Path::new("/srv/shop/ca.pem")));
    assert_eq!(far.resolve_every, Duration::from_secs(30));
    assert_eq!(far.health.as_ref().unwrap().timeout, Duration::from_secs(5));
    assert_eq!(far.protocol, Protocol::Http2);
    assert_eq!(
        (config.routes[0].pattern.as_str(), config.routes[0].app.as_ref().unwrap().as_str()),
        ("/*", "far")
    );
    let both = "app.web.run = 'a.js'\nupstream.far.url = 'http://x'\n\
                route.'/far/*'.upstream = 'far'\nroute.'/*'.app = 'web'";
    let to: Vec<String> =
        good(both).routes.iter().map(|r| r.app.as_ref().unwrap().to_string()).collect();
    assert_eq!(to, ["far", "web"]);
}

#[test]
fn routes_are_most_specific_first() {
    let patterns = [
        "/*",
        "/api/*",
        "/api/v2/*",
        "/api",
        "*.Example.org/*",
        "a.example.org/*",
        "*.b.example.org/*",
        "example.org/x/*",
        "example.org/x",
    ];
    let routes: String = patterns.iter().map(|p| format!("route.\"{p}\".app = 'web'\n")).collect();
    let config = good(&format!("app.web.run = 'a.js'\n{routes}"));
    let order: Vec<&str> = config.routes.iter().map(|route| route.pattern.as_str()).collect();
    assert_eq!(
        order,
        [
            "a.example.org/*",
            "example.org/x",
            "example.org/x/*",
            "*.b.example.org/*",
            "*.Example.org/*",
            "/api",
            "/api/v2/*",
            "/api/*",
            "/*",
        ]
    );
    assert_eq!(config.routes[4].host.as_deref(), Some(".example.org"));
}

#[test]
fn watching() {
    let watch =
        |text: &str| good(&format!("app.web = {{ run = 'a.js', {text} }}")).apps[0].watch.clone();
    assert_eq!(watch("watch = false"), None);
    assert_eq!(watch("watch = true").unwrap().paths, [PathBuf::from("/srv/shop")]);
    assert_eq!(watch("watch = ['src']").unwrap().paths, [PathBuf::from("/srv/shop/src")]);
    assert_eq!(watch("watch = { ignore = ['x'] }").unwrap().paths, [PathBuf::from("/srv/shop")]);
}

#[test]
fn places_in_the_text_are_right() {
    let at = |text: &str| {
        let mistakes = read(text).unwrap_err();
        let [one] = mistakes.as_slice() else { panic!("{mistakes:?}") };
        (one.line, one.column, one.width, one.quoted.clone())
    };
    // A byte order mark is no column, CRLF no part of the line, a letter of several bytes is one.
    assert_eq!(at("\u{feff}foo = 1\r\n"), (1, 1, 3, "foo = 1".into()));
    assert_eq!(at("# 1\r\n[edge]\r\n  foo = 1\r\n"), (3, 3, 3, "  foo = 1".into()));
    assert_eq!(at("log = { \"ключ\" = 1 }"), (1, 9, 6, "log = { \"ключ\" = 1 }".into()));
    assert_eq!(
        at("log.folder = '日本'\nlog.keep = '日本語'"),
        (2, 12, 5, "log.keep = '日本語'".into())
    );
    assert_eq!(at("app.web = { run = 'é.js', workers = 0 }").1, 37);
    // A value over several lines is pointed at in its first.
    assert_eq!(at("log.keep = '''\nabc\n'''\n"), (1, 12, 3, "log.keep = '''".into()));
}
