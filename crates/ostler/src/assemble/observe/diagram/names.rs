//! What addresses are called: the names of hosts in the workers' environment (`DATABASE_URL`, `API_URL` …), looked up
//! once a minute on a thread of its own.

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::net::{IpAddr, ToSocketAddrs};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A name is looked up again after so long.
const LASTS: Duration = Duration::from_secs(60);
/// More names are not looked up.
const HOSTS_MAX: usize = 64;
/// More addresses are not remembered.
const ADDRESSES_MAX: usize = 1_024;
/// More of an environment is not read.
const ENVIRONMENT_BYTES_MAX: u64 = 1024 * 1024;

/// The addresses of a host; none: it is not known.
type Resolve = fn(&str) -> Vec<IpAddr>;

/// Names of addresses, as far as they are known.
#[derive(Debug)]
pub struct Names {
    known: Arc<Mutex<HashMap<IpAddr, String>>>,
    is_resolving: Arc<AtomicBool>,
    /// Hosts, and when they are to be looked up again.
    hosts: HashMap<String, Option<Instant>>,
    /// Processes whose environment was read.
    read: HashSet<u32>,
    resolve: Resolve,
}

impl Default for Names {
    fn default() -> Self {
        Names::with(|host| {
            let found = (host, 0).to_socket_addrs().into_iter().flatten();
            found.map(|address| address.ip().to_canonical()).collect()
        })
    }
}

impl Names {
    fn with(resolve: Resolve) -> Self {
        Names {
            known: Arc::default(),
            is_resolving: Arc::default(),
            hosts: HashMap::new(),
            read: HashSet::new(),
            resolve,
        }
    }

    /// The names that are known now, of what the processes `pids` may talk to.
    pub fn look(&mut self, pids: &[u32], now: Instant) -> HashMap<IpAddr, String> {
        self.read.retain(|pid| pids.contains(pid));
        for pid in pids {
            if self.read.insert(*pid) {
                self.add(&environment(*pid));
            }
        }
        self.resolve_due(now);
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn add(&mut self, environment: &[u8]) {
        for value in environment.split(|byte| *byte == 0) {
            for host in hosts(&String::from_utf8_lossy(value)) {
                if self.hosts.len() < HOSTS_MAX {
                    self.hosts.entry(host).or_default();
                }
            }
        }
    }

    fn resolve_due(&mut self, now: Instant) {
        let is_due = |at: &Option<Instant>| at.is_none_or(|at| at <= now);
        let due: Vec<String> =
            self.hosts.iter().filter(|(_, at)| is_due(at)).map(|(host, _)| host.clone()).collect();
        if due.is_empty() || self.is_resolving.swap(true, Ordering::AcqRel) {
            return;
        }
        for host in &due {
            self.hosts.insert(host.clone(), Some(now + LASTS));
        }
        let (known, done, resolve) = (self.known.clone(), self.is_resolving.clone(), self.resolve);
        let look_up = move || {
            for host in due {
                let addresses = resolve(&host);
                let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
                if known.len() > ADDRESSES_MAX {
                    known.clear();
                }
                known.extend(addresses.into_iter().map(|address| (address, host.clone())));
            }
            done.store(false, Ordering::Release);
        };
        if std::thread::Builder::new().name("observe.names".into()).spawn(look_up).is_err() {
            self.is_resolving.store(false, Ordering::Release);
        }
    }
}

fn environment(pid: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Ok(file) = std::fs::File::open(format!("/proc/{pid}/environ")) {
        // What was read before a fault will do.
        let _ = file.take(ENVIRONMENT_BYTES_MAX).read_to_end(&mut bytes);
    }
    bytes
}

/// The names of hosts in the URLs of a text: `scheme://user:password@HOST:port,HOST:port/path`.
fn hosts(text: &str) -> Vec<String> {
    let ends = |c: char| matches!(c, '/' | '?' | '#' | ' ' | '"' | '\'');
    let urls = text.match_indices("://").filter_map(|(at, mark)| text.get(at + mark.len()..));
    let places = urls.filter_map(|rest| {
        let place = rest.split(ends).next()?;
        // A password may have an @ in it.
        Some(place.rsplit('@').next().unwrap_or(place))
    });
    let each = places.flat_map(|place| place.split(','));
    let hosts = each.filter_map(|place| {
        let host = place.split(':').next()?.to_ascii_lowercase();
        let named =
            host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.' || b == b'_');
        let is_name = named && host.contains(|c: char| c.is_ascii_alphabetic()) && host.len() < 254;
        (is_name && host != "localhost").then_some(host)
    });
    hosts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_urls() {
        let check = |text: &str, want: &[&str]| assert_eq!(hosts(text), want, "{text}");
        check(
            "DATABASE_URL=postgres://me:p@ss:w@db.internal:5432/shop?x=://y",
            &["db.internal", "y"],
        );
        check("API=https://API.stripe.com", &["api.stripe.com"]);
        check("MONGO=mongodb://one:27017,two:27017/x", &["one", "two"]);
        check("REDIS_URL=redis://:secret@127.0.0.1:6379", &[]);
        check("X=http://localhost:3000 http://[::1]:80/ http:// ://", &[]);
        check("PATH=/usr/bin", &[]);
        check("é=é://é", &[]);
    }

    #[test]
    fn names_are_looked_up_once_a_minute() {
        let mut names = Names::with(|host| match host {
            "db.internal" => vec![IpAddr::from([10, 0, 0, 5]), IpAddr::from([10, 0, 0, 6])],
            _ => Vec::new(),
        });
        names.add(b"A=1\0DATABASE_URL=postgres://db.internal/x\0B=http://unknown.internal\0");
        let start = base::clock::now();
        names.look(&[], start);
        let found = loop {
            let found = names.look(&[], start);
            if !found.is_empty() {
                break found;
            }
            std::thread::yield_now();
        };
        assert_eq!(
            found.get(&IpAddr::from([10, 0, 0, 6])).map(String::as_str),
            Some("db.internal")
        );
        let due = |names: &Names, after: Duration| {
            names.hosts.values().filter(|at| at.is_some_and(|at| at <= start + after)).count()
        };
        assert_eq!((due(&names, LASTS / 2), due(&names, LASTS)), (0, 2));
    }
}
