//! The part of the list that is about what the edge does for the requests of a route.

use super::compress::compress;
use super::limit::limits;
use super::list::{List, bytes, path, time};
use crate::{Cache, CacheReport, Files, Rules};
use serde_json::{Value, json};

impl List {
    /// What holds for a route, its section being open.
    pub(super) fn rules(&mut self, rules: &Rules) {
        let body = rules.body_bytes_max;
        self.add("body_bytes", if body == 0 { json!(0) } else { bytes(body) });
        self.add("compress", compress(rules.compress.as_ref()));
        self.guard(rules);
        self.redirect(rules.redirect.as_ref());
        self.add("limit", limits(&rules.limits));
        self.add("priority", json!(rules.priority.name()));
        self.add("files", rules.files.as_ref().map_or(Value::Null, files));
        self.cache(rules.cache.as_ref());
    }

    fn cache(&mut self, cache: Option<&Cache>) {
        let Some(cache) = cache else { return self.add("cache", json!(false)) };
        let report = match cache.report {
            CacheReport::Off => "off",
            CacheReport::On => "on",
            CacheReport::WithKey => "key",
        };
        let word = |yes: bool, if_so: &str, if_not: &str| json!(if yes { if_so } else { if_not });
        let statuses: Vec<String> = cache.statuses.iter().map(u16::to_string).collect();
        self.add(
            "cache",
            json!({
                "respect": "headers",
                "for": cache.keep_for.map(time),
                "stale": time(cache.stale),
                "stale_if_error": cache.stale_if_error.map(time),
                "client": word(cache.obeys_clients, "obey", "ignore"),
                "cookies": word(cache.ignores_cookies, "ignore", "bypass"),
                "set_cookie": word(cache.keeps_set_cookie, "public", "refuse"),
                "key": {
                    "ignore_query": cache.key.ignore_query,
                    "headers": cache.key.headers,
                    "cookies": cache.key.cookies,
                },
                "bypass": { "headers": cache.bypass.headers, "cookies": cache.bypass.cookies },
                "statuses": statuses,
                "object_max": bytes(cache.object_bytes_max),
                "wait": time(cache.wait),
                "report": report,
            }),
        );
    }
}

fn files(files: &Files) -> Value {
    json!({
        "folder": path(Some(&files.folder)),
        "strip": files.strip,
        "index": files.index.as_ref().map_or(json!(false), |name| json!(name)),
        "fallback": files.fallback.as_ref().map_or(json!(false), |name| json!(name)),
        "max_age": time(files.max_age),
        "immutable": files.immutable,
        "precompressed": files.precompressed,
        "dotfiles": files.dotfiles,
        "types": files.types,
    })
}
