use super::{show, values};
use crate::catalogue::{self, Form};
use crate::{Config, Machine, parse};
use std::collections::BTreeSet;
use std::path::Path;

fn config(text: &str) -> Config {
    parse(text, Path::new("/srv/shop"), None, &Machine { cores: 4 }).unwrap()
}

#[test]
fn every_key_of_the_catalogue_has_a_value() {
    let text = "app.web.run = 'a.js'\nupstream.far.url = 'http://x'\nroute.'/*'.app = 'web'\n\
        admin.user.ann.password = '$argon2id$v=19$m=7168,t=5,p=1$c2FsdHNhbHRzYWx0$Mx4QiqnMBcNHFZGpZbWmYQ'\n\
        observe.export.far = { to = 'loki', url = 'http://x' }";
    let all = values(&config(text));
    let listed: BTreeSet<String> =
        all.iter().map(|setting| catalogue::pattern(&setting.key())).collect();
    // Keys below one that has other forms too are part of its value.
    let inner = |path: &str| {
        ["workers", "health", "watch", "restart", "scale"]
            .iter()
            .any(|outer| path.starts_with(&format!("app.*.{outer}.")))
            || [
                "edge.access_log.",
                "edge.compress.",
                "route.*.compress.",
                "upstream.*.health.",
                "edge.headers.",
                "route.*.headers.",
                "edge.cors.",
                "route.*.cors.",
                "route.*.cache.",
                "route.*.redirect.",
                "edge.limit.",
                "route.*.limit.",
                "route.*.files.",
            ]
            .iter()
            .any(|o| path.starts_with(o))
    };
    let declared: BTreeSet<String> = catalogue::keys()
        .filter(|key| key.forms != [Form::Section] || key.path.starts_with("app.*."))
        .filter(|key| key.path != "version" && !inner(key.path))
        .map(|key| key.path.to_owned())
        .collect();
    assert_eq!(listed, declared);
}

#[test]
fn a_shown_config_read_again_is_the_same() {
    let text = "log.format = 'json'\nstore = { url = 'rediss://a.b/2?family=6' }\n\
        [edge]\nlisten = [':80']\nlimits = { body_bytes = '10MB', idle_timeout = '1500ms' }\n\
        tls = { cert = ['a.pem', 'b.pem'], key = ['/k.pem', 'b.pem'], listen = ':443' }\n\
        access_log = { to = 'a.log', format = 'combined' }\ncompress = true\n\
        headers = { override = true, content_security_policy = { nonce = true }, set = { Link = ['a', 'b'] } }\n\
        hosts = ['example.org', '*.example.org', '[::1]']\ndeny = ['10.0.0.0/8']\nhttps = 'redirect'\n\
        limit_store = { url = 'rediss://a.b:1/2', failure = 'closed', ca = 'r.pem' }\n\
        limit = { rate = '10/s', per = 'header:X-Key', except = ['10.0.0.0/8'] }\n\
        [app]\napi = { command = ['x'], cwd = 'api', health = '/up', memory_max = '1GB' }\n\
        [app.web]\nrun = 'a.js'\nworkers = { min = 1, max = 3 }\nwatch = ['src']\n\
        balance = 'hash'\nhash_by = 'cookie:sid'\nsticky = 'x'\neject = false\n\
        [observe.export]\nloki = { to = 'loki', url = 'https://x/a/' }\n\
        es = { to = 'elasticsearch', url = 'http://x:9200', index = 'i', level = 'warn', compress = false }\n\
        otel = { to = 'otlp', url = 'http://x', signals = ['metrics'], labels = { 'a.b' = 'c' }, every = '60s' }\n\
        prom = { to = 'prometheus', url = 'http://x/api/v1/push', queue_max = '1MB' }\n\
        fluent = { to = 'fluent', url = 'tls://[::1]', tag = 't', ca = 'r.pem' }\n\
        file = { to = 'file', file = 'a.ndjson', keep = 1, rotate_size = '1MB', delay = '5s' }\n\
        [upstream.far]\nurl = ['https://A', 'https://[fd00::5]:1']\nca = 'ca.pem'\n\
        protocol = 'h2'\nhealth = '/up'\nresolve = '5s'\n\
        [route]\n'example.org/*' = { app = 'api' }\n'/*' = { app = 'web' }\n\
        '/far/*' = { upstream = 'far', compress = { order = ['br'], min = '2KB', breach = 'off' }, headers = false, hosts = 'any', methods = ['GET'], \
         target_bytes = '2KiB', cors = { origins = ['https://*.example.org'], max_age = 600 } }\n\
        '/cached/*' = { app = 'web', cache = { for = '1s', stale_if_error = '2s', statuses = ['404'], \
         client = 'obey', key = { cookies = ['lang'] }, bypass = { headers = ['X-A'] }, report = 'key' } }\n\
        '/old/*' = { redirect = { to = '/new/*', status = 301 } }\n\
        '/near/*' = { upstream = 'far', limit = [{ per = 'route', rate = '5/15min', burst = 2, \
         headers = false }, { at_once = 3, per = 'cookie:sid' }, { rate = '7/2h', \
         algorithm = 'window', headers = 'legacy', methods = ['POST'] }] }\n\
        '/a/*' = { files = 'public' }\n\
        '/b/*' = { files = { folder = 'b', index = false, fallback = 'x.html', max_age = '1h', \
        types = { glsl = 'text/plain' } }, app = 'web' }";
    let config = config(text);
    let mut shown = show(&config);
    // What has no value is absent in a file. A scale of an app that cannot scale is refused.
    fn prune(value: &mut serde_json::Value) {
        if let serde_json::Value::Object(map) = value {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(prune);
        }
    }
    prune(&mut shown);
    shown["app"]["api"].as_object_mut().unwrap().remove("scale");
    for name in ["node", "node_args", "args", "ready"] {
        shown["app"]["api"].as_object_mut().unwrap().remove(name);
    }
    let again = toml::to_string(&shown).unwrap();
    let read = parse(&again, Path::new("/srv/shop"), None, &Machine { cores: 4 });
    assert_eq!(read.unwrap(), config, "{again}");
}

#[test]
fn secrets_are_hidden() {
    let text =
        "admin.token = '0123456789abcdef'\napp.web = { run = 'a.js', env = { KEY = 'x1y2' } }";
    let shown = show(&config(text)).to_string();
    assert!(!shown.contains("0123456789abcdef") && !shown.contains("x1y2"));
    assert!(shown.contains(r#""env":{"KEY":"(hidden)"}"#), "{shown}");
}
