use super::address::{self, AddressError};
use super::check::Check;
use super::section::Section;
use super::value::Value;
use crate::{Edge, Limits};
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

/// `[edge]`.
pub(super) fn edge(section: &Section<'_>, check: &mut Check<'_>) -> Option<Edge> {
    let limits = limits(&section.child(check, "limits"), check);
    Some(Edge {
        listen: listen(section, check)?,
        threads: section.count(check, "threads")?,
        trusted_proxies: trusted_proxies(section, check)?,
        server_timing: section.flag(check, "server_timing")?,
        http2: true,
        proxy_protocol: false,
        forwarded: false,
        tls: None,
        access_log: None,
        limits: limits?,
    })
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
        streams_max: 128,
        waiting_max: section.count(check, "waiting")?,
        drain_timeout: section.time(check, "drain_timeout")?,
    })
}

fn listen(section: &Section<'_>, check: &mut Check<'_>) -> Option<Vec<SocketAddr>> {
    let (place, path) = (section.place("listen"), section.path_of("listen"));
    let texts = match section.read(check, "listen")? {
        Value::Text(text) => vec![(text, place.clone())],
        Value::Count(port) => vec![(port.to_string(), place.clone())],
        Value::Texts(texts) => texts,
        _ => return None,
    };
    if texts.is_empty() {
        let cure = "write an address, or remove the key for \"0.0.0.0:8080\"";
        check.fault(place, &path, "there is no address to listen on", cure);
    }
    let mut addresses: Vec<SocketAddr> = Vec::new();
    for (text, span) in texts {
        match address::socket(&text) {
            Ok(address) if address.port() != 0 && addresses.contains(&address) => {
                check.fault(span, &path, format!("{address} is there twice"), "remove one");
            }
            Ok(address) => addresses.push(address),
            Err(AddressError { text, cure }) => check.fault(span, &path, text, cure),
        }
    }
    Some(addresses)
}

fn trusted_proxies(section: &Section<'_>, check: &mut Check<'_>) -> Option<Vec<(IpAddr, u8)>> {
    let Value::Texts(texts) = section.read(check, "trusted_proxies")? else { return None };
    let path = section.path_of("trusted_proxies");
    let mut network = |(text, span): (String, Range<usize>)| match address::network(&text) {
        Ok(network) => Some(network),
        Err(AddressError { text, cure }) => {
            check.fault(span, &path, text, cure);
            None
        }
    };
    Some(texts.into_iter().filter_map(&mut network).collect())
}
