//! What `[edge]`, `[admin]` and the upstreams leave open. Pure.

use super::finding::{Finding, Severity};
use config::{Config, Edge, Upstream};
use std::net::IpAddr;

/// The findings, in no order.
pub fn findings(config: &Config) -> Vec<Finding> {
    let edge = &config.edge;
    let mut found = Vec::new();
    found.extend(plain(edge));
    found.extend(edge.trusted_proxies.iter().filter_map(wide));
    found.extend(admin(config));
    found.extend(config.upstreams.iter().flat_map(upstream));
    if edge.access_log.is_none() {
        found.push(Finding::new(
            Severity::Low,
            "edge",
            "access_log",
            "requests are not logged",
            "after an attack nobody can tell what was asked, and by whom",
            "[edge] access_log = \"logs/access.log\"",
        ));
    }
    if edge.limits.client_rate_min == 0 {
        found.push(Finding::new(
            Severity::Medium,
            "edge",
            "client_rate",
            "clients may be as slow as they like",
            "a few clients that send a byte at a time hold all places of the workers",
            "[edge.limits] client_rate = \"500B\"",
        ));
    }
    found
}

fn plain(edge: &Edge) -> Option<Finding> {
    let far = edge.listen.iter().find(|address| !address.ip().is_loopback())?;
    if edge.tls.is_some() || !edge.trusted_proxies.is_empty() {
        return None;
    }
    Some(Finding::new(
        Severity::Medium,
        "edge",
        "tls",
        format!("{far} is open to other machines, and nobody speaks TLS"),
        "whoever is on the way reads and changes passwords, cookies and pages",
        "[edge.tls] with cert and key; or edge.trusted_proxies, if a proxy in front speaks TLS",
    ))
}

fn wide(network: &(IpAddr, u8)) -> Option<Finding> {
    let (address, length) = network;
    let narrow = if address.is_ipv4() { 8 } else { 16 };
    let severity = match *length {
        0 => Severity::High,
        length if length < narrow => Severity::Medium,
        _ => return None,
    };
    Some(Finding::new(
        severity,
        "edge",
        "trusted_proxies",
        format!("every address in {address}/{length} is trusted as a proxy"),
        "a client there can write X-Forwarded-For, and so walk around allow, deny and limits, and \
         X-Forwarded-Proto, and so around https",
        "[edge] trusted_proxies = [\"10.0.0.0/24\"], with the networks of your own proxies only",
    ))
}

fn admin(config: &Config) -> Option<Finding> {
    let address = config.admin.listen.filter(|address| !address.ip().is_loopback())?;
    Some(Finding::new(
        Severity::Medium,
        "admin",
        "admin",
        format!("the admin API is open to other machines at {address}"),
        "its token passes unencrypted, and who has it can stop the app",
        "[admin] listen = \"127.0.0.1:7700\", and a tunnel (ssh -L) from elsewhere",
    ))
}

fn upstream(upstream: &Upstream) -> Option<Finding> {
    let is_near = |host: &str| match host.trim_end_matches('.').parse() {
        Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Ok(IpAddr::V6(ip)) => {
            ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()
        }
        Err(_) => host == "localhost",
    };
    let far = upstream.servers.iter().find(|server| !server.tls && !is_near(&server.host))?;
    Some(Finding::new(
        Severity::Low,
        format!("upstream {}", upstream.name),
        "upstream_tls",
        format!("{far} is asked without TLS"),
        "whoever is on the way reads and changes requests and replies",
        format!("[upstream.{}] url = \"https://{}\"", upstream.name, far.host),
    ))
}
