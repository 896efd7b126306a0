//! What the agent says over the worker's `events` pipe: one JSON object a line. Pure.

use serde_json::Value;

/// The longest line that is read; the agent writes less than 4096 bytes at once.
const LINE_BYTES_MAX: usize = 64 * 1024;

/// One thing that the agent said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The app opened its server; `port` is what it asked for. `http2`: it speaks that, and no
    /// HTTP/1.
    Listening { pid: u32, port: Option<u16>, http2: bool },
    /// `process.send('ready')`.
    Ready,
    /// The app opened another port, which the agent left alone.
    SecondListener { port: u16 },
    /// A port that the app itself opened is taken, or not allowed.
    ListenFailed { port: u16, code: String },
    /// The app's server speaks TLS.
    TlsServer { port: u16 },
    /// The app's server could not be put on the worker's socket; `code` is `UNKNOWN_NODE` or as in
    /// errno(3).
    CaptureFailed { code: String },
    /// Node is too old for the agent.
    OldNode { version: String },
}

/// The notice on one line; None for one that is not known, or not JSON.
pub fn parse(line: &[u8]) -> Option<Notice> {
    let json: Value = serde_json::from_slice(line).ok()?;
    let text = |key: &str| json.get(key).and_then(Value::as_str).map(str::to_owned);
    let number = |key: &str| json.get(key).and_then(Value::as_u64);
    let port = || number("port").and_then(|port| u16::try_from(port).ok());
    Some(match json.get("event")?.as_str()? {
        "listening" => {
            let pid = number("pid").and_then(|pid| u32::try_from(pid).ok()).unwrap_or(0);
            let http2 = json.get("http2").and_then(Value::as_bool).unwrap_or(false);
            Notice::Listening { pid, port: port(), http2 }
        }
        "ready" => Notice::Ready,
        "second_listener" => Notice::SecondListener { port: port()? },
        "listen_failed" => {
            Notice::ListenFailed { port: port()?, code: text("code").unwrap_or_default() }
        }
        "tls_server" => Notice::TlsServer { port: port().unwrap_or(0) },
        "capture_failed" => Notice::CaptureFailed { code: text("code").unwrap_or_default() },
        "old_node" => Notice::OldNode { version: text("version").unwrap_or_default() },
        _ => return None,
    })
}

/// Bytes of the pipe, cut into lines.
#[derive(Debug, Default)]
pub struct Notices {
    held: Vec<u8>,
}

impl Notices {
    /// Take in `bytes` and return the notices that are complete now.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Notice> {
        self.held.extend_from_slice(bytes);
        let Some(end) = self.held.iter().rposition(|byte| *byte == b'\n') else {
            if self.held.len() > LINE_BYTES_MAX {
                self.held.clear(); // not the agent's work
            }
            return Vec::new();
        };
        let rest = self.held.split_off(end + 1);
        let whole = std::mem::replace(&mut self.held, rest);
        whole.split(|byte| *byte == b'\n').filter_map(parse).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn lines_come_in_any_pieces() {
        let text = b"{\"event\":\"listening\",\"pid\":7,\"port\":3000,\"http2\":true}\nrubbish\n\
            {\"event\":\"new one\"}\n{\"event\":\"ready\",\"pid\":7}\n{\"event\":\"listen_failed\",\
            \"pid\":7,\"port\":9229,\"code\":\"EADDRINUSE\"}\n";
        let want = [
            Notice::Listening { pid: 7, port: Some(3000), http2: true },
            Notice::Ready,
            Notice::ListenFailed { port: 9229, code: "EADDRINUSE".into() },
        ];
        for size in 1..text.len() {
            let mut notices = Notices::default();
            let got: Vec<_> = text.chunks(size).flat_map(|part| notices.push(part)).collect();
            assert_eq!(got, want, "in pieces of {size}");
        }
    }

    /// The names of events in the agent's source: all words in quotes between `event:` and the end
    /// of that property.
    fn names_of_agent() -> BTreeSet<&'static str> {
        let properties = crate::worker::agent::SOURCE.split("{ event:").skip(1);
        let values = properties.filter_map(|rest| rest.split([',', '}']).next());
        values.flat_map(|value| value.split('\'').skip(1).step_by(2)).collect()
    }

    #[test]
    fn everything_that_the_agent_says_is_known() {
        let names = names_of_agent();
        let want = "capture_failed listen_failed listening old_node ready \
                    second_listener tls_server";
        assert_eq!(names.iter().copied().collect::<Vec<_>>().join(" "), want);
        for name in names {
            let line = format!("{{\"event\":\"{name}\",\"pid\":1,\"port\":2}}");
            assert!(parse(line.as_bytes()).is_some(), "{name}");
        }
    }

    #[test]
    fn endless_lines_are_not_kept() {
        let mut notices = Notices::default();
        (0..100).for_each(|_| assert!(notices.push(&[b'x'; 4096]).is_empty()));
        assert!(notices.held.len() <= LINE_BYTES_MAX + 4096);
    }
}
