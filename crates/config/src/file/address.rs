//! Addresses as people write them.

use super::check::Check;
use super::section::Section;
use super::value::Value;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::Range;

/// Why a text is no address, and what to write.
pub(super) struct AddressError {
    pub text: String,
    pub cure: String,
}

/// An address as `edge.listen` takes it: `8080`, `:8080`, `0.0.0.0:8080`, `[::]:8080`.
pub fn listen_address(text: &str) -> Option<SocketAddr> {
    socket(text).ok()
}

/// The key `listen` of a section: one address or several, none twice; perhaps none.
pub(super) fn listen(section: &Section<'_>, check: &mut Check<'_>) -> Option<Vec<SocketAddr>> {
    let (place, path) = (section.place("listen"), section.path_of("listen"));
    let texts = match section.read(check, "listen")? {
        Value::Text(text) => vec![(text, place)],
        Value::Count(port) => vec![(port.to_string(), place)],
        Value::Texts(texts) => texts,
        _ => return None,
    };
    let mut addresses: Vec<SocketAddr> = Vec::new();
    for (text, span) in texts {
        match socket(&text) {
            Ok(address) if address.port() != 0 && addresses.contains(&address) => {
                check.fault(span, &path, format!("{address} is there twice"), "remove one");
            }
            Ok(address) => addresses.push(address),
            Err(AddressError { text, cure }) => check.fault(span, &path, text, cure),
        }
    }
    Some(addresses)
}

/// The key `name` of a section: an array of networks.
pub(super) fn networks(
    section: &Section<'_>,
    name: &str,
    check: &mut Check<'_>,
) -> Option<Vec<(IpAddr, u8)>> {
    let Value::Texts(texts) = section.read(check, name)? else { return None };
    let path = section.path_of(name);
    let mut read = |(text, span): (String, Range<usize>)| match network(&text) {
        Ok(network) => Some(network),
        Err(AddressError { text, cure }) => {
            check.fault(span, &path, text, cure);
            None
        }
    };
    Some(texts.into_iter().filter_map(&mut read).collect())
}

/// `8080`, `:8080`, `0.0.0.0:8080`, `[::]:8080`. Names of hosts are not looked up.
pub(super) fn socket(text: &str) -> Result<SocketAddr, AddressError> {
    let text = text.trim();
    let port = text.strip_prefix(':').unwrap_or(text);
    if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) {
        return match port.parse() {
            Ok(port) => Ok(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))),
            Err(_) => Err(AddressError {
                text: format!("{port} is no port"),
                cure: "write a port from 0 to 65535".into(),
            }),
        };
    }
    text.parse().map_err(|_| AddressError {
        text: format!("{text:?} is no address"),
        cure: match suggestion(text) {
            Some(better) => format!("write {better:?}"),
            None => "write an IP address and a port, such as \"0.0.0.0:8080\"".into(),
        },
    })
}

fn suggestion(text: &str) -> Option<String> {
    let bare = text.trim_start_matches("http://").trim_start_matches("https://");
    let bare = bare.trim_end_matches('/');
    if let Ok(ip) = bare.trim_matches(['[', ']']).parse::<IpAddr>() {
        return Some(SocketAddr::new(ip, 8080).to_string());
    }
    let (host, port) = bare.rsplit_once(':')?;
    let port: u16 = port.parse().ok()?;
    match host {
        "*" => Some(format!(":{port}")),
        "localhost" => Some(format!("127.0.0.1:{port}")),
        _ => {
            let ip = host.trim_matches(['[', ']']).parse().ok()?;
            Some(SocketAddr::new(ip, port).to_string())
        }
    }
}

/// `10.0.0.0/8`, `fd00::/8`, or one address, which is a network of its own.
pub(super) fn network(text: &str) -> Result<(IpAddr, u8), AddressError> {
    let wrong = |text: String, cure: String| Err(AddressError { text, cure });
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    let Ok(ip) = address.parse::<IpAddr>() else {
        let cure = "write an address and a prefix length, such as \"10.0.0.0/8\"";
        return wrong(format!("{text:?} is no network"), cure.into());
    };
    let most = if ip.is_ipv4() { 32 } else { 128 };
    let length = match length.map(str::parse::<u8>) {
        None => most,
        Some(Ok(length)) if length <= most => length,
        _ => {
            let cure = format!("write a prefix length from 0 to {most}: \"{ip}/{most}\"");
            return wrong(format!("{text:?} has no valid prefix length"), cure);
        }
    };
    let first = first_of(ip, length);
    if first != ip {
        let text = format!("{text:?} has bits set past its prefix");
        return wrong(text, format!("write \"{first}/{length}\""));
    }
    Ok((ip, length))
}

/// The network's first address.
fn first_of(ip: IpAddr, length: u8) -> IpAddr {
    match ip {
        IpAddr::V4(ip) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
            IpAddr::V4((u32::from(ip) & mask).into())
        }
        IpAddr::V6(ip) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
            IpAddr::V6((u128::from(ip) & mask).into())
        }
    }
}
