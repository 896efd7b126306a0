use super::origin;
use crate::http::{Method, field};
use config::Origins;

/// Request headers that are repeated to a preflight that asks for them, in bytes. Browsers ask for a few.
const ASKED_BYTES_MAX: usize = 4 * 1024;

/// The options of a route, ready to be used.
#[derive(Debug)]
pub struct Cors {
    origins: Origins,
    /// The lines that allow what pages may read and send, for a page that may.
    reply: Vec<u8>,
    /// The lines of an answer to a preflight that are always the same.
    preflight: Vec<u8>,
    /// Headers that a preflight asks for are allowed.
    repeats: bool,
    private_network: bool,
}

/// The page that a request came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Page {
    /// Nobody looked: there is no `cors`.
    #[default]
    Unasked,
    /// Whoever it is, it may.
    Any,
    /// One that may.
    Allowed(Box<[u8]>),
    /// One that may not, or the request came from no page.
    Refused,
}

impl Cors {
    /// With the options of `config`.
    pub fn new(config: &config::Cors) -> Self {
        let mut reply = Vec::new();
        let line = |out: &mut Vec<u8>, name: &str, value: &str| {
            out.extend_from_slice(format!("Access-Control-{name}: {value}\r\n").as_bytes());
        };
        if config.credentials {
            line(&mut reply, "Allow-Credentials", "true");
        }
        let mut preflight = reply.clone();
        if !config.expose.is_empty() {
            line(&mut reply, "Expose-Headers", &config.expose.join(","));
        }
        if !config.methods.is_empty() {
            line(&mut preflight, "Allow-Methods", &config.methods.join(","));
        }
        if let Some(headers) = config.headers.as_ref().filter(|headers| !headers.is_empty()) {
            line(&mut preflight, "Allow-Headers", &headers.join(","));
        }
        if let Some(seconds) = config.max_age_seconds {
            line(&mut preflight, "Max-Age", &seconds.to_string());
        }
        Cors {
            origins: config.origins.clone(),
            reply,
            preflight,
            repeats: config.headers.is_none(),
            private_network: config.private_network,
        }
    }

    /// Who asks, by the values of a request's `Origin` headers.
    pub fn page<'a>(&self, mut origins: impl Iterator<Item = &'a [u8]>) -> Page {
        let all = match &self.origins {
            Origins::Any => return Page::Any,
            Origins::Of(all) => all,
        };
        match (origins.next(), origins.next()) {
            (Some(text), None) if all.iter().any(|one| origin::is(one, text)) => {
                Page::Allowed(text.into())
            }
            _ => Page::Refused,
        }
    }

    /// True for a request that asks whether another one may be sent.
    pub fn is_preflight<'a, I: Iterator<Item = &'a [u8]>>(
        method: Method,
        values: impl Fn(&'static str) -> I,
    ) -> bool {
        method == Method::Options
            && values("origin").next().is_some()
            && values("access-control-request-method").next().is_some()
    }

    /// The header lines of the answer to a preflight.
    pub fn preflight<'a, I: Iterator<Item = &'a [u8]>>(
        &self,
        page: &Page,
        values: impl Fn(&'static str) -> I,
    ) -> Vec<u8> {
        let mut out = Vec::new();
        let repeats = if self.repeats { "Access-Control-Request-Headers" } else { "" };
        self.vary(repeats, &mut out);
        if !self.allow(page, &mut out) {
            return out;
        }
        out.extend_from_slice(&self.preflight);
        if self.repeats {
            repeat(values("access-control-request-headers"), &mut out);
        }
        let private =
            || values("access-control-request-private-network").any(|value| value == b"true");
        if self.private_network && private() {
            out.extend_from_slice(b"Access-Control-Allow-Private-Network: true\r\n");
        }
        out
    }

    /// Append the lines of any other reply to `page`. `varies`: it says already that it depends on the
    /// origin.
    pub fn write(&self, page: &Page, varies: bool, out: &mut Vec<u8>) {
        if !varies {
            self.vary("", out);
        }
        if self.allow(page, out) {
            out.extend_from_slice(&self.reply);
        }
    }

    /// True for the headers that are left to the edge alone.
    pub fn owns(name: &[u8]) -> bool {
        const PREFIX: &[u8] = b"access-control-";
        name.get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
    }

    /// True if a `Vary` with this value covers the origin.
    pub fn covers(vary: &[u8]) -> bool {
        field::varies_on(vary, "origin")
    }

    fn vary(&self, also: &str, out: &mut Vec<u8>) {
        let names: &[&str] = match (&self.origins, also) {
            (Origins::Any, "") => return,
            (Origins::Any, also) => &[also],
            (Origins::Of(_), "") => &["Origin"],
            (Origins::Of(_), also) => &["Origin", also],
        };
        out.extend_from_slice(format!("Vary: {}\r\n", names.join(", ")).as_bytes());
    }

    /// Append whom the reply is for; false if the page may not have it.
    fn allow(&self, page: &Page, out: &mut Vec<u8>) -> bool {
        let origin: &[u8] = match page {
            Page::Unasked | Page::Refused => return false,
            Page::Any => b"*",
            Page::Allowed(origin) => origin,
        };
        field::line(b"Access-Control-Allow-Origin", origin, out);
        true
    }
}

/// Allow the headers that are asked for, if they can be names of headers.
fn repeat<'a>(mut asked: impl Iterator<Item = &'a [u8]>, out: &mut Vec<u8>) {
    let sign = |byte: &u8| field::is_token(byte) || b", ".contains(byte);
    let (Some(names), None) = (asked.next(), asked.next()) else { return };
    if !names.is_empty() && names.len() <= ASKED_BYTES_MAX && names.iter().all(sign) {
        field::line(b"Access-Control-Allow-Headers", names, out);
    }
}
