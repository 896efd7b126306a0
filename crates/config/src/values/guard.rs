//! The part of the list that is about who is let in, and about headers.

use super::list::{List, bytes, time};
use crate::checked::{Headers, Https, Network, Origins, Redirect};
use crate::{Cors, Rules};
use serde_json::{Value, json};
use std::time::Duration;

impl List {
    /// What may stand in `[edge]` as well as in a route.
    pub(super) fn guard(&mut self, rules: &Rules) {
        let guard = &rules.guard;
        let any = |list: Option<Value>| list.unwrap_or_else(|| json!("any"));
        self.add("allow", any(guard.allow.as_deref().map(networks)));
        self.add("deny", networks(&guard.deny));
        let host = |host: &String| {
            json!(if host.starts_with('.') { format!("*{host}") } else { host.clone() })
        };
        self.add("hosts", any(guard.hosts.as_ref().map(|hosts| hosts.iter().map(host).collect())));
        self.add("methods", any(guard.methods.as_ref().map(|methods| json!(methods))));
        let https = match guard.https {
            Https::Optional => "optional",
            Https::Redirect => "redirect",
            Https::Required => "required",
        };
        self.add("https", json!(https));
        let target = guard.target_bytes_max;
        self.add("target_bytes", if target == 0 { json!(0) } else { bytes(target.into()) });
        self.add("headers", headers(&rules.headers));
        self.add("cors", rules.cors.as_ref().map_or(json!(false), cors));
    }

    pub(super) fn redirect(&mut self, redirect: Option<&Redirect>) {
        let shown = redirect.map_or(Value::Null, |Redirect { to, rest, status }| {
            json!({ "to": format!("{to}{}", if *rest { "*" } else { "" }), "status": status })
        });
        self.add("redirect", shown);
    }
}

fn networks(networks: &[Network]) -> Value {
    networks.iter().map(|(address, length)| json!(format!("{address}/{length}"))).collect()
}

/// Helmet's options are told as the lines that they become.
fn headers(headers: &Headers) -> Value {
    if headers.is_empty() {
        return json!(false);
    }
    let mut set = json!({});
    for (name, values) in &headers.set {
        set[name] = match values.as_slice() {
            [only] => json!(only),
            several => json!(several),
        };
    }
    json!({ "helmet": false, "set": set, "remove": headers.remove, "override": headers.overrides })
}

fn cors(cors: &Cors) -> Value {
    let origins = match &cors.origins {
        Origins::Any => json!(["*"]),
        Origins::Of(origins) => origins.iter().map(|origin| json!(origin.to_string())).collect(),
    };
    let mut shown = json!({
        "origins": origins,
        "methods": cors.methods,
        "expose": cors.expose,
        "credentials": cors.credentials,
        "private_network": cors.private_network,
    });
    if let Some(headers) = &cors.headers {
        shown["headers"] = json!(headers);
    }
    if let Some(seconds) = cors.max_age_seconds {
        shown["max_age"] = time(Duration::from_secs(seconds));
    }
    shown
}
