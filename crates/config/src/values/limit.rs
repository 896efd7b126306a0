//! The part of the list that is about rate limits.

use super::list::{List, path, time};
use super::written::written_time;
use crate::{Limit, LimitAlgorithm, LimitHeaders, LimitMost, LimitPer, LimitStore, StoreAddress};
use serde_json::{Value, json};

/// As the key would be written.
pub(super) fn limits(limits: &[Limit]) -> Value {
    match limits {
        [] => json!(false),
        limits => limits.iter().map(limit).collect(),
    }
}

fn limit(limit: &Limit) -> Value {
    let per = match &limit.per {
        LimitPer::Client => "client".into(),
        LimitPer::Route => "route".into(),
        LimitPer::Header(name) => format!("header:{name}"),
        LimitPer::Cookie(name) => format!("cookie:{name}"),
    };
    let except: Vec<String> =
        limit.except.iter().map(|(address, length)| format!("{address}/{length}")).collect();
    let mut shown = json!({
        "name": limit.name,
        "per": per,
        "status": limit.status,
        "except": except,
        "methods": limit.methods,
        "ipv6_prefix": limit.ipv6_prefix,
        "keys": limit.keys_max,
    });
    match limit.most {
        LimitMost::AtOnce(count) => shown["at_once"] = json!(count),
        LimitMost::Rate { count, period, algorithm } => {
            shown["rate"] = json!(format!("{count}/{}", written_time(period)));
            match algorithm {
                LimitAlgorithm::Gcra { burst } => shown["burst"] = json!(burst),
                LimitAlgorithm::Window => shown["algorithm"] = json!("window"),
            }
            shown["headers"] = match limit.headers {
                None => json!(false),
                Some(LimitHeaders::Draft8) => json!("draft-8"),
                Some(LimitHeaders::Draft7) => json!("draft-7"),
                Some(LimitHeaders::Draft6) => json!("draft-6"),
                Some(LimitHeaders::Legacy) => json!("legacy"),
            };
            shown["shared"] = json!(limit.shared);
        }
    }
    shown
}

impl List {
    /// `[edge.limit_store]`, whose keys have no value where it is absent.
    pub(super) fn limit_store(&mut self, store: Option<&LimitStore>) {
        self.within(&["edge", "limit_store"]);
        let value = |of: fn(&LimitStore) -> Value| store.map_or(Value::Null, of);
        // Without a password there is nothing to hide in it.
        let secret = store.is_some_and(|store| store.password.is_some());
        self.push("url", value(url), secret);
        self.add("failure", value(|store| json!(if store.open { "open" } else { "closed" })));
        self.add("timeout", value(|store| time(store.timeout)));
        self.add("prefix", value(|store| json!(store.prefix)));
        self.add("ca", path(store.and_then(|store| store.ca.as_deref())));
    }
}

/// With its database, and its login encoded as in a URL.
fn url(store: &LimitStore) -> Value {
    let bare = store.at.to_string();
    match store.at {
        StoreAddress::Here => return Value::Null,
        StoreAddress::Unix(_) => return json!(bare),
        StoreAddress::Host { .. } => {}
    }
    let (scheme, host) = bare.split_once("://").unwrap_or(("redis", &bare));
    let (user, password) = (store.user.as_deref(), store.password.as_deref());
    let login = match (user, password) {
        (None, None) => String::new(),
        (user, password) => {
            format!("{}:{}@", encoded(user.unwrap_or("")), encoded(password.unwrap_or("")))
        }
    };
    json!(format!("{scheme}://{login}{host}/{}", store.database))
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let byte = |byte: u8| match plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}
