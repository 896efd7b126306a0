use super::network::contain;
use super::redirect::Secure;
use crate::route::{HostPattern, without_dot};
use config::{Https, Network};
use std::net::IpAddr;

/// The rules of a route, ready to be used.
#[derive(Debug)]
pub struct Guard {
    allow: Option<Vec<Network>>,
    deny: Vec<Network>,
    hosts: Option<Vec<HostPattern>>,
    methods: Option<Methods>,
    https: Https,
    secure: Secure,
    target_bytes_max: usize,
}

#[derive(Debug)]
struct Methods {
    names: Vec<Box<[u8]>>,
    /// The header line that names them.
    line: Vec<u8>,
}

/// What is known of a request.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Its client, as trusted proxies tell it.
    pub client: IpAddr,
    /// The host that it names, without a port.
    pub host: &'a [u8],
    /// The same as it was written.
    pub authority: &'a [u8],
    /// Path and query.
    pub target: &'a [u8],
    /// It came by TLS, as far as trusted proxies tell.
    pub secure: bool,
    /// A trusted proxy sent it.
    pub proxied: bool,
}

/// Why a request is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Its client is not one of those allowed, or is one of those denied.
    Client,
    /// It names a host that is not served.
    Host,
    /// Its target is too long.
    Target,
    /// It came without TLS.
    Plain,
}

/// What becomes of a request that does not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// It is refused.
    Refused(Refused),
    /// Its client is to come again by TLS, at this address.
    Secure(Vec<u8>),
}

impl Guard {
    /// With the rules of `config`; `secure` says where TLS is spoken.
    pub fn new(config: &config::Guard, secure: Secure) -> Self {
        let hosts = |hosts: &Vec<String>| hosts.iter().map(|host| HostPattern::new(host)).collect();
        Guard {
            allow: config.allow.clone(),
            deny: config.deny.clone(),
            hosts: config.hosts.as_ref().map(hosts),
            methods: config.methods.as_deref().map(Methods::new),
            https: config.https,
            secure,
            target_bytes_max: match config.target_bytes_max {
                0 => usize::MAX,
                max => max as usize,
            },
        }
    }

    /// Look at a request before anything else is done with it.
    ///
    /// # Errors
    /// See [`Stop`].
    pub fn enter(&self, asked: &Asked<'_>) -> Result<(), Stop> {
        let refused = |why| Err(Stop::Refused(why));
        if !self.lets_in(asked.client) {
            return refused(Refused::Client);
        }
        if !self.serves(asked.host) {
            return refused(Refused::Host);
        }
        if asked.target.len() > self.target_bytes_max {
            return refused(Refused::Target);
        }
        match self.https {
            Https::Redirect if !asked.secure => match self.secure.address(asked) {
                Some(address) => Err(Stop::Secure(address)),
                None => refused(Refused::Plain),
            },
            Https::Required if !asked.secure => refused(Refused::Plain),
            _ => Ok(()),
        }
    }

    /// The header line that names the methods that are taken, if `method` is none of them.
    pub fn without(&self, method: &[u8]) -> Option<&[u8]> {
        let methods = self.methods.as_ref()?;
        let taken = methods.names.iter().any(|name| **name == *method);
        (!taken).then_some(&methods.line)
    }

    fn lets_in(&self, client: IpAddr) -> bool {
        let is_in = |networks: &[Network]| contain(networks, client);
        self.allow.as_deref().is_none_or(is_in) && !is_in(&self.deny)
    }

    fn serves(&self, host: &[u8]) -> bool {
        let Some(hosts) = &self.hosts else { return true };
        let host = without_dot(host);
        hosts.iter().any(|served| served.matches(host))
    }
}

impl Methods {
    fn new(written: &[String]) -> Self {
        let mut names: Vec<&str> = written.iter().map(String::as_str).collect();
        // Who answers GET can answer HEAD: it is the same without a body.
        if names.contains(&"GET") && !names.contains(&"HEAD") {
            names.push("HEAD");
        }
        let line = format!("Allow: {}\r\n", names.join(", ")).into_bytes();
        Methods { names: names.into_iter().map(|name| name.as_bytes().into()).collect(), line }
    }
}
