use super::{explain, keys, nearest, reference_markdown, schema};
use crate::catalogue;

#[test]
fn a_key_is_found_as_people_write_it() {
    let paths = ["app.web.workers", "app.NAME.workers", "app.*.workers", "[app.web.workers]"];
    for path in paths.into_iter().chain(["workers", "app.workers"]) {
        assert_eq!(explain(path).unwrap().key, "app.NAME.workers", "{path}");
    }
    assert_eq!(explain("route.\"/a.b/*\".app").unwrap().key, "route.\"PATTERN\".app");
    assert_eq!(explain("[edge.limits]").unwrap().keys.len(), 15);
    assert_eq!(explain("upstream.billing.url").unwrap().key, "upstream.NAME.url");
    assert_eq!(explain("balance").unwrap().key, "app.NAME.balance");
    assert_eq!(explain("upstream.sticky").unwrap().change, "at reload");
    assert_eq!(explain("drain_timeout").unwrap().key, "app.NAME.drain_timeout");
    assert!(explain("app.web.wrkers").is_none() && explain("app.worker").is_none());
    assert!(explain("app.shop").is_some() && explain("").is_none());
}

#[test]
fn an_unknown_key_has_a_nearest_one() {
    assert_eq!(nearest("app.web.wrkers").as_deref(), Some("app.NAME.workers"));
    assert_eq!(nearest("app.worker").as_deref(), Some("app.NAME.workers"));
    assert_eq!(nearest("instances").as_deref(), Some("app.NAME.workers"));
    assert_eq!(nearest("head_byte").as_deref(), Some("edge.limits.head_bytes"));
    assert_eq!(nearest("edge.port").as_deref(), Some("edge.listen"));
    assert_eq!(nearest("ssl_certificate").as_deref(), Some("edge.tls.cert"));
    assert_eq!(nearest("proxy_pass").as_deref(), Some("upstream.NAME.url"));
    assert_eq!(nearest("colour"), None);
}

#[test]
fn an_explanation_for_people() {
    let expected = "\
app.NAME.stall_max: a duration such as \"10s\"

An event loop that is stuck for longer gets no new requests, and its worker is replaced when it \
recovers. Stuck for three times as long, the worker is killed.

default  \"10s\"
range    250ms to 1h
example  \"30s\"
changes  at reload, which replaces the workers one by one
since    0.1
";
    assert_eq!(explain("stall_max").unwrap().to_string(), expected);
}

#[test]
fn the_reference_has_every_key() {
    let page = reference_markdown();
    for key in catalogue::keys() {
        let told = if key.forms == [catalogue::Form::Section] {
            format!("\n## [{}]\n", explain(key.path).unwrap().key)
        } else {
            format!("\n| `{}` | ", key.name())
        };
        assert!(page.contains(&told), "no {told:?}");
    }
    assert_eq!(keys().len(), catalogue::keys().count());
}

#[test]
fn the_schema_has_every_key() {
    let schema = schema();
    for key in catalogue::keys() {
        let mut at = &schema;
        for part in key.path.split('.') {
            let table = at["anyOf"].as_array().and_then(|forms| forms.last()).unwrap_or(at);
            at = if part == "*" {
                &table["additionalProperties"]
            } else {
                &table["properties"][part]
            };
        }
        assert_eq!(at["description"], key.text, "{}", key.path);
    }
    assert_eq!(schema["properties"]["edge"]["properties"]["threads"]["default"], "cores");
    assert_eq!(schema["properties"]["edge"]["additionalProperties"], false);
}
