use super::{access_log, cache, limit_store, tls};
use crate::file::address;
use crate::file::check::Check;
use crate::file::rules;
use crate::file::section::Section;
use crate::{Edge, Limits, Store};
use std::net::IpAddr;

/// `[edge]`.
pub(in crate::file) fn edge(
    section: &Section<'_>,
    store: Option<&Store>,
    check: &mut Check<'_>,
) -> Option<Edge> {
    let limits = limits(&section.child(check, "limits"), check);
    let rules = limits.as_ref().map(|limits| rules::of_edge(section, limits, check));
    let listen = address::listen(section, check)?;
    if listen.is_empty() && !section.has("tls") && check.clean(&section.path_of("listen")) {
        let (place, path) = (section.place("listen"), section.path_of("listen"));
        let cure = "write an address, or remove the key for \"0.0.0.0:8080\"";
        check.fault(place, &path, "there is no address to listen on", cure);
    }
    let trusted_proxies = address::networks(section, "trusted_proxies", check)?;
    Some(Edge {
        threads: section.count(check, "threads")?,
        server_timing: section.flag(check, "server_timing")?,
        http2: section.flag(check, "http2")?,
        proxy_protocol: proxy_protocol(section, &trusted_proxies, check)?,
        forwarded: section.flag(check, "forwarded")?,
        tls: tls::tls(section, &listen, check),
        access_log: access_log::access_log(section, check),
        cache: cache::cache(section, check)?,
        limit_store: limit_store::limit_store(section, store, check),
        limits: limits?,
        rules: rules?,
        listen,
        trusted_proxies,
    })
}

/// The header would let whoever connects say who they are: somebody must be trusted for it.
fn proxy_protocol(
    section: &Section<'_>,
    trusted: &[(IpAddr, u8)],
    check: &mut Check<'_>,
) -> Option<bool> {
    let wanted = section.flag(check, "proxy_protocol")?;
    if wanted && trusted.is_empty() && check.clean(&section.path_of("trusted_proxies")) {
        let text = "no proxy is trusted that could send PROXY protocol headers";
        let cure = "write trusted_proxies = [\"10.0.0.0/8\"], with the networks of your load \
                    balancers";
        let place = section.place("proxy_protocol");
        check.fault(place, &section.path_of("proxy_protocol"), text, cure);
    }
    Some(wanted)
}

fn limits(section: &Section<'_>, check: &mut Check<'_>) -> Option<Limits> {
    Some(Limits {
        head_bytes_max: section.size(check, "head_bytes")?,
        headers_max: section.count(check, "headers")?,
        body_bytes_max: section.size(check, "body_bytes")?,
        connections_max: section.count(check, "connections")?,
        head_timeout: section.time(check, "head_timeout")?,
        idle_timeout: section.time(check, "idle_timeout")?,
        stall_timeout: section.time(check, "stall_timeout")?,
        reply_timeout: section.time(check, "reply_timeout")?,
        connect_timeout: section.time(check, "connect_timeout")?,
        wait_timeout: section.time(check, "wait_timeout")?,
        in_flight_max: section.count(check, "in_flight")?,
        streams_max: section.count(check, "streams")?,
        client_rate_min: section.size(check, "client_rate")?,
        waiting_max: section.count(check, "waiting")?,
        drain_timeout: section.time(check, "drain_timeout")?,
    })
}
