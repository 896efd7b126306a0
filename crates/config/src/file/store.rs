use super::address::{self, AddressError};
use super::check::Check;
use super::section::Section;
use super::store_url;
use super::value::Value;
use crate::checked::overlap;
use crate::{
    Admin, Edge, Store, StoreAddress, StoreDurability, StoreEviction, StoreFolder, StoreHere,
};
use crate::{StorePassword, StoreUrl};
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Range;
use std::path::PathBuf;

/// A password that is shorter can be guessed by whoever can connect.
const PASSWORD_CHARS_MIN: usize = 8;
/// The kernel takes no longer path of a unix socket.
const SOCKET_BYTES_MAX: usize = 107;

/// `[store]`.
pub(super) fn store(table: &Section<'_>, check: &mut Check<'_>) -> Option<Store> {
    let enabled = table.flag(check, "enabled")?;
    let here = here(table, check);
    if table.has("url") {
        let text = "the store is elsewhere";
        alone(table, &["url", "enabled"], text, "remove it, or the url", check);
        let url = elsewhere(table, check)?;
        if !enabled {
            let cure = "remove one of the two";
            let place = table.place("enabled");
            check.fault(place, &table.path_of("enabled"), "the url is that of a store", cure);
        }
        return Some(Store::Elsewhere(url));
    }
    if !enabled {
        let cure = "remove it, or enabled = false";
        alone(table, &["enabled"], "there is no store", cure, check);
        return Some(Store::Off);
    }
    Some(Store::Here(here?))
}

/// Keys beside those of `known` mean nothing, and why.
fn alone(table: &Section<'_>, known: &[&str], why: &str, cure: &str, check: &mut Check<'_>) {
    for name in crate::catalogue::children("store").map(crate::catalogue::Key::name) {
        if !known.contains(&name) && table.has(name) {
            let text = format!("`{name}` has no effect: {why}");
            check.fault(table.place(name), &table.path_of(name), text, cure);
        }
    }
}

/// `url`, for clients of all kinds: they take `redis://` and `rediss://`.
fn elsewhere(table: &Section<'_>, check: &mut Check<'_>) -> Option<StoreUrl> {
    let (span, path) = (table.place("url"), table.path_of("url"));
    let text = table.text(check, "url")?;
    let text = text.trim();
    // What follows a question mark is between the client and the user.
    let bare = text.split_once('?').map_or(text, |(bare, _)| bare);
    let refused = match store_url::url(bare) {
        Ok(StoreUrl { at: StoreAddress::Unix(_), .. }) => {
            let cure = "write redis:// and a host";
            ("clients for Node take no path as their URL".into(), cure.into())
        }
        Ok(_) if text.starts_with("valkey") => {
            let cure = "write redis:// or rediss:// for a Valkey, too";
            ("clients for Node do not know this scheme".into(), cure.into())
        }
        Ok(url) => return Some(StoreUrl { text: text.into(), ..url }),
        Err(refused) => refused,
    };
    let (text, cure): (String, String) = refused;
    check.fault(span, &path, text, cure);
    None
}

fn here(table: &Section<'_>, check: &mut Check<'_>) -> Option<StoreHere> {
    let password = password(table, check)?;
    let (listen, sockets) = listen(table, &password, check);
    let folder = folder(table, check)?;
    let durability = match table.word(check, "durability")? {
        "everysec" => StoreDurability::EverySecond,
        "off" => StoreDurability::Off,
        _ => StoreDurability::Always,
    };
    if folder == StoreFolder::Off && table.has("durability") {
        let text = "nothing is on disk without a folder";
        let cure = "remove it, or folder = false";
        check.fault(table.place("durability"), &table.path_of("durability"), text, cure);
    }
    let memory_bytes_max = table.size(check, "memory_max")?;
    let eviction = match table.word(check, "eviction")? {
        "allkeys-lru" => StoreEviction::LeastRecent,
        "allkeys-lfu" => StoreEviction::LeastOften,
        "volatile-lfu" => StoreEviction::ExpiringLeastOften,
        "allkeys-random" => StoreEviction::Random,
        "volatile-lru" => StoreEviction::ExpiringLeastRecent,
        "volatile-random" => StoreEviction::ExpiringRandom,
        "volatile-ttl" => StoreEviction::NextExpiring,
        _ => StoreEviction::Refuse,
    };
    if memory_bytes_max == 0 && eviction != StoreEviction::Refuse && check.clean("store.memory_max")
    {
        let text = "nothing is evicted as long as memory has no limit";
        let cure = "write memory_max = \"512MB\" as well, or remove it";
        check.fault(table.place("eviction"), &table.path_of("eviction"), text, cure);
    }
    Some(StoreHere {
        listen,
        sockets,
        password,
        folder,
        durability,
        memory_bytes_max,
        eviction,
        databases: table.count(check, "databases")?,
        clients_max: table.count(check, "clients_max")?,
        script_timeout: table.time(check, "script_timeout")?,
    })
}

fn folder(table: &Section<'_>, check: &mut Check<'_>) -> Option<StoreFolder> {
    match table.read(check, "folder") {
        None if !table.has("folder") => Some(StoreFolder::Usual),
        Some(Value::Off) => Some(StoreFolder::Off),
        Some(Value::Text(folder)) => {
            Some(StoreFolder::Given(check.place.path(check.place.root, &folder)))
        }
        _ => None,
    }
}

fn password(table: &Section<'_>, check: &mut Check<'_>) -> Option<StorePassword> {
    let text = match table.read(check, "password") {
        None if !table.has("password") => return Some(StorePassword::Made),
        Some(Value::Off) => return Some(StorePassword::Off),
        Some(Value::Text(text)) => text,
        _ => return None,
    };
    if text.chars().count() < PASSWORD_CHARS_MIN {
        let cure = "make one with `openssl rand -hex 16`";
        let what = "the password is shorter than 8 characters";
        check.fault(table.place("password"), &table.path_of("password"), what, cure);
    }
    Some(StorePassword::Given(text))
}

/// `listen`: addresses, and paths of unix sockets.
fn listen(
    table: &Section<'_>,
    password: &StorePassword,
    check: &mut Check<'_>,
) -> (Option<Vec<SocketAddr>>, Vec<PathBuf>) {
    let (place, path) = (table.place("listen"), table.path_of("listen"));
    let texts = match table.read(check, "listen") {
        Some(Value::Text(text)) => vec![(text, place)],
        Some(Value::Count(port)) => vec![(port.to_string(), place)],
        Some(Value::Texts(texts)) => texts,
        _ => return (None, Vec::new()),
    };
    let (mut addresses, mut sockets) = (Vec::new(), Vec::new());
    for (text, span) in texts {
        let mut wrong = |text: String, cure: String| check.fault(span.clone(), &path, text, cure);
        if let Some(socket) = text.strip_prefix("unix:") {
            match socket_path(socket) {
                Ok(socket) => sockets.push(socket),
                Err((text, cure)) => wrong(text, cure),
            }
            continue;
        }
        match address(&text) {
            Ok(address) if address.port() != 0 && addresses.contains(&address) => {
                wrong(format!("{address} is there twice"), "remove one".into());
            }
            Ok(address) if !address.ip().is_loopback() && !has_password(password) => wrong(
                format!("other machines can reach {address}, and there is no password"),
                format!("write \"127.0.0.1:{}\", or add a password", address.port()),
            ),
            Ok(address) => addresses.push(address),
            Err(AddressError { text, cure }) => wrong(text, cure),
        }
    }
    if addresses.is_empty() && check.clean(&path) {
        let what = "workers reach the store over TCP, which no address is for";
        check.fault(table.place("listen"), &path, what, "add \"127.0.0.1:0\", a free port");
    }
    (Some(addresses), sockets)
}

/// One that Ostler makes nobody else knows: other machines could not use it.
fn has_password(password: &StorePassword) -> bool {
    matches!(password, StorePassword::Given(_))
}

/// A port alone is one of 127.0.0.1: nobody else is let in by chance.
fn address(text: &str) -> Result<SocketAddr, AddressError> {
    let address = address::socket(text)?;
    let bare = text.trim().trim_start_matches(':').bytes().all(|byte| byte.is_ascii_digit());
    Ok(if bare { SocketAddr::from((Ipv4Addr::LOCALHOST, address.port())) } else { address })
}

fn socket_path(text: &str) -> Result<PathBuf, (String, String)> {
    let path = text.strip_prefix("//").unwrap_or(text);
    if !path.starts_with('/') {
        let cure = "write \"unix:/run/shop/redis.sock\"";
        return Err((format!("{text:?} is no absolute path"), cure.into()));
    }
    if path.len() > SOCKET_BYTES_MAX {
        let what = format!("the path of a unix socket has at most {SOCKET_BYTES_MAX} bytes");
        return Err((what, "write a shorter one".into()));
    }
    Ok(path.into())
}

/// The store must not listen where the edge or the admin API does.
pub(super) fn clash(
    table: &Section<'_>,
    store: &Store,
    edge: &Edge,
    admin: Option<&Admin>,
    check: &mut Check<'_>,
) {
    let Store::Here(StoreHere { listen: Some(listen), .. }) = store else { return };
    let (span, path): (Range<usize>, String) = (table.place("listen"), table.path_of("listen"));
    for address in listen {
        let plain = edge.listen.iter().any(|taken| overlap(*taken, *address));
        let by = match admin.and_then(|admin| admin.listen) {
            _ if plain => "edge.listen",
            _ if edge.tls_at(*address).is_some() => "edge.tls.listen",
            Some(taken) if overlap(taken, *address) => "admin.listen",
            _ => continue,
        };
        let text = format!("{address} is taken by {by}");
        check.fault(span.clone(), &path, text, "give one of the two another port");
    }
}
