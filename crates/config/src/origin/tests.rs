use super::origins;
use crate::{Machine, parse};
use std::path::Path;

const TEXT: &str = "# A shop.\n\
    [edge]\n\
    listen = [\"127.0.0.1:1\"]\n\
    compress = true\n\
    [admin]\n\
    token = '0123456789abcdef'\n\
    [app.web]\n\
    run = 'a.js'\n\
    [app.web.workers]\n\
    min = 1\n\
    max = 2\n\
    [route]\n\
    '/api/*' = { app = 'web' }\n\
    '/plain/*' = { app = 'web', compress = false }\n";

#[test]
fn each_value_says_where_it_comes_from() {
    let file = Path::new("/srv/shop/ostler.toml");
    let config = parse(TEXT, Path::new("/srv/shop"), Some(file), &Machine { cores: 4 }).unwrap();
    let all = origins(&config, &[("admin.listen".into(), "--admin")]);
    let from = |key: &str| {
        let found = all.iter().find(|origin| origin.key == key);
        found.unwrap_or_else(|| panic!("no {key}")).origin.clone()
    };
    for (key, origin) in [
        ("edge.listen", "ostler.toml:3"),
        ("edge.compress", "ostler.toml:4"),
        ("edge.threads", "default"),
        ("admin.listen", "argument --admin"),
        ("admin.token", "ostler.toml:6"),
        ("app.web.run", "ostler.toml:8"),
        ("app.web.workers", "ostler.toml:9"),
        ("app.web.ready", "default"),
        ("route.\"/api/*\".app", "ostler.toml:13"),
        ("route.\"/api/*\".compress", "ostler.toml:4 (edge.compress)"),
        ("route.\"/plain/*\".compress", "ostler.toml:14"),
    ] {
        assert_eq!(from(key), origin, "{key}");
    }
    let told = serde_json::to_string(&all).unwrap();
    assert!(!told.contains("0123456789abcdef"), "secrets are left out");
    assert!(all.iter().all(|origin| !origin.help.is_empty() && !origin.change.is_empty()));
}
