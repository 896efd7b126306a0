//! The part of the list that is about rate limits.

use super::written::written_time;
use crate::{Limit, LimitAlgorithm, LimitHeaders, LimitMost, LimitPer};
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
