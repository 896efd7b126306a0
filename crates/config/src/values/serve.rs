//! The part of the list that is about TLS, access lines, and how requests are shared out.

use super::list::{List, health, path, time};
use crate::{AccessLog, AccessLogFormat, AccessLogTo, Balance, HashKey, Policy, Protocol};
use crate::{Serving, Tls, Upstream};
use serde_json::{Value, json};

impl List {
    /// `[edge.tls]`, whose keys have no value where it is absent.
    pub(super) fn tls(&mut self, tls: Option<&Tls>) {
        self.within(&["edge", "tls"]);
        self.add("listen", tls.map_or(Value::Null, |tls| json!(tls.listen)));
        let certificates = tls.map(|tls| &tls.certificates);
        let files = |file: fn(&crate::Certificate) -> &std::path::Path| {
            certificates
                .map_or(Value::Null, |all| all.iter().map(|one| path(Some(file(one)))).collect())
        };
        self.add("cert", files(|one| &one.cert));
        self.add("key", files(|one| &one.key));
    }

    /// What the edge knows of an app; the app's section is open.
    pub(super) fn serving(&mut self, serving: &Serving) {
        self.balance(&serving.balance, serving.protocol);
        self.add("shed", serving.balance.shed.map_or(json!(false), time));
    }

    fn balance(&mut self, balance: &Balance, protocol: Protocol) {
        let (policy, key) = match &balance.policy {
            Policy::Least => ("least", None),
            Policy::RoundRobin => ("round-robin", None),
            Policy::TwoChoices => ("two-choices", None),
            Policy::Hash(key) => ("hash", Some(key)),
        };
        let key = key.map(|key| match key {
            HashKey::Client => "client".into(),
            HashKey::Path => "path".into(),
            HashKey::Header(name) => format!("header:{name}"),
            HashKey::Cookie(name) => format!("cookie:{name}"),
        });
        self.add("balance", json!(policy));
        self.add("hash_by", json!(key));
        let sticky = balance.sticky.as_ref();
        self.add("sticky", sticky.map_or(json!(false), |sticky| json!(sticky.cookie)));
        self.add("slow_start", time(balance.slow_start));
        self.add("eject", json!(balance.eject));
        let protocol = match protocol {
            Protocol::Http1 => "http1",
            Protocol::Http2 => "h2",
        };
        self.add("protocol", json!(protocol));
    }

    pub(super) fn upstream(&mut self, upstream: &Upstream) {
        self.within(&["upstream", upstream.name.as_str()]);
        self.add("url", upstream.servers.iter().map(|server| json!(server.to_string())).collect());
        self.add("health", upstream.health.as_ref().map_or(Value::Null, health));
        self.add("resolve", time(upstream.resolve_every));
        self.add("ca", path(upstream.ca.as_deref()));
        self.balance(&upstream.balance, upstream.protocol);
    }
}

/// The value of `edge.access_log`.
pub(super) fn access_log(log: &AccessLog) -> Value {
    let to = match &log.to {
        AccessLogTo::Stdout => json!("stdout"),
        AccessLogTo::File(file) => path(Some(file)),
    };
    let format = match log.format {
        AccessLogFormat::Json => "json",
        AccessLogFormat::Combined => "combined",
    };
    json!({ "to": to, "format": format })
}
