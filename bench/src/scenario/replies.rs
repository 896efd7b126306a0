//! Whether two sides answer the same: replies to one request, header by header. Pure but for `decoded`.

use crate::load::Reply;
use crate::report::{Cell, Table};
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::io::Read;

/// What one header, the status or the body came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Same,
    /// Different, as it may be: the reason.
    Allowed(&'static str),
    /// One that the peer does not send.
    More,
    Missing,
    Differs,
}

/// One line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub name: String,
    /// What each side sent; empty without that header.
    pub peer: String,
    pub ours: String,
    pub verdict: Verdict,
}

/// Of this exchange alone, and of the connection; nothing that a reply guarantees.
const UNCOMPARED: [&str; 7] = [
    "connection",
    "content-length",
    "date",
    "keep-alive",
    "server",
    "transfer-encoding",
    // Of Ostler: which request it was.
    "x-request-id",
];

/// Headers whose presence betrays what helmet takes away.
const UNWANTED: [&str; 1] = ["x-powered-by"];

/// Values longer than this are cut in tables.
const SHOWN_CHARS: usize = 60;

/// Compare the peer's reply with ours.
pub fn compare(peer: &Reply, ours: &Reply) -> Result<Vec<Line>> {
    let names: BTreeSet<&str> =
        peer.headers.iter().chain(&ours.headers).map(|(name, _)| name.as_str()).collect();
    let mut lines = vec![line("status", &peer.status.to_string(), &ours.status.to_string())];
    let encoded = [peer, ours].iter().any(|reply| reply.value("content-encoding").is_some());
    for name in names.into_iter().filter(|name| !UNCOMPARED.contains(name)) {
        let (peer, ours) = (all(peer, name), all(ours, name));
        let mut line = line(name, &peer, &ours);
        line.verdict = if UNWANTED.contains(&name) && !ours.is_empty() {
            Verdict::Differs
        } else if name == "vary" && ours.is_empty() && !encoded && only_by_coding(&peer) {
            Verdict::Allowed("too small to be encoded for anybody")
        } else {
            verdict(name, &peer, &ours)
        };
        lines.push(line);
    }
    let (peer, ours) = (decoded(peer)?, decoded(ours)?);
    let told = |body: &[u8]| format!("{} bytes", body.len());
    let mut line = line("decoded body", &told(&peer), &told(&ours));
    line.verdict = if peer == ours { Verdict::Same } else { Verdict::Differs };
    lines.push(line);
    Ok(lines)
}

/// The lines that must not be, as text for people; None if there are none.
pub fn faults(lines: &[Line]) -> Option<String> {
    let wrong =
        lines.iter().filter(|line| matches!(line.verdict, Verdict::Missing | Verdict::Differs));
    let told: Vec<String> = wrong
        .map(|Line { name, peer, ours, .. }| {
            format!("{name}: the peer sent {peer:?}, Ostler {ours:?}")
        })
        .collect();
    (!told.is_empty()).then(|| told.join("\n"))
}

/// For the report.
pub fn table(caption: &str, lines: &[Line]) -> Table {
    let row = |line: &Line| {
        let verdict = match line.verdict {
            Verdict::Same => "same",
            Verdict::Allowed(why) => why,
            Verdict::More => "only Ostler's",
            Verdict::Missing => "**missing**",
            Verdict::Differs => "**differs**",
        };
        let cells = [line.name.clone(), shown(&line.peer), shown(&line.ours), verdict.into()];
        cells.map(Cell::Text).to_vec()
    };
    Table {
        caption: caption.into(),
        columns: vec!["header", "peer", "Ostler", ""],
        rows: lines.iter().map(row).collect(),
    }
}

fn shown(value: &str) -> String {
    let cut: String = value.chars().take(SHOWN_CHARS).collect();
    // A bar would end the cell.
    let cut = cut.replace('|', "\\|");
    if value.chars().count() > SHOWN_CHARS { cut + " …" } else { cut }
}

fn line(name: &str, peer: &str, ours: &str) -> Line {
    let verdict = if peer == ours { Verdict::Same } else { Verdict::Differs };
    Line { name: name.into(), peer: peer.into(), ours: ours.into(), verdict }
}

/// All values of a header, as one.
fn all(reply: &Reply, name: &str) -> String {
    let values = reply.headers.iter().filter(|(this, _)| this == name);
    values.map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(", ")
}

fn verdict(name: &str, peer: &str, ours: &str) -> Verdict {
    if peer == ours {
        return Verdict::Same;
    }
    if peer.is_empty() {
        return Verdict::More;
    }
    if ours.is_empty() {
        return if UNWANTED.contains(&name) {
            Verdict::Allowed("taken away")
        } else {
            Verdict::Missing
        };
    }
    let allowed = match name {
        "content-security-policy" => directives(peer) == directives(ours),
        "vary" => tokens(peer).is_subset(&tokens(ours)),
        "etag" => true,
        "set-cookie" => cookie(peer) == cookie(ours),
        "ratelimit" => parameter(peer, "r").is_some() && parameter(ours, "r").is_some(),
        "ratelimit-policy" => {
            ["q", "w"].iter().all(|name| parameter(peer, name) == parameter(ours, name))
        }
        _ => peer.eq_ignore_ascii_case(ours),
    };
    match (allowed, name) {
        (false, _) => Verdict::Differs,
        (true, "etag") => Verdict::Allowed("both name a version, each its own"),
        (true, "set-cookie") => Verdict::Allowed("a session of its own"),
        (true, "ratelimit") => Verdict::Allowed("both count, each what it was asked"),
        (true, "ratelimit-policy") => Verdict::Allowed("the same quota and window"),
        (true, "vary") => Verdict::Allowed("at least as much"),
        (true, _) => Verdict::Allowed("the same in other words"),
    }
}

/// Of a Content-Security-Policy, in any order and with any blanks.
fn directives(value: &str) -> BTreeSet<String> {
    let words = |directive: &str| directive.split_whitespace().collect::<Vec<_>>().join(" ");
    value.split(';').map(words).filter(|directive| !directive.is_empty()).collect()
}

fn tokens(value: &str) -> BTreeSet<String> {
    value.split(',').map(|token| token.trim().to_ascii_lowercase()).collect()
}

/// A `Vary` that speaks of content codings alone.
fn only_by_coding(vary: &str) -> bool {
    tokens(vary).iter().all(|token| token == "accept-encoding")
}

/// The name of the cookie that is set.
fn cookie(value: &str) -> Option<&str> {
    Some(value.split_once('=')?.0)
}

/// A parameter of a structured field: of `"x"; q=5; w=60`, the `q`.
fn parameter<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    let pairs = value.split(';').filter_map(|part| part.trim().split_once('='));
    pairs.into_iter().find(|(this, _)| *this == name).map(|(_, value)| value.trim())
}

/// A body without its content coding.
pub fn decoded(reply: &Reply) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    match reply.value("content-encoding") {
        None | Some("identity") => body.clone_from(&reply.body),
        Some("gzip") => {
            let read = flate2::read::GzDecoder::new(&*reply.body).read_to_end(&mut body);
            read.context("the body is no gzip")?;
        }
        Some(other) => bail!("a content coding that was not asked for: {other}"),
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(lines: &str) -> Reply {
        let headers = lines.lines().filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.into(), value.into())).collect();
        Reply { status: 200, headers, body: b"hello".to_vec() }
    }

    #[test]
    fn headers() {
        let check = |peer: &str, ours: &str, want: &[(&str, Verdict)]| {
            let lines = compare(&reply(peer), &reply(ours)).unwrap();
            let got: Vec<_> = lines.iter().map(|line| (&*line.name, line.verdict)).collect();
            let end = got.len() - 1;
            assert_eq!(got.get(1..end).unwrap(), want, "{peer:?} {ours:?}");
        };
        let allowed = |verdict| matches!(verdict, Verdict::Allowed(_));
        check("date: x\nserver: y", "date: z", &[]);
        check("x-frame-options: SAMEORIGIN", "", &[("x-frame-options", Verdict::Missing)]);
        check("x-frame-options: a", "x-frame-options: b", &[("x-frame-options", Verdict::Differs)]);
        check("", "x-powered-by: Express", &[("x-powered-by", Verdict::Differs)]);
        check("x-powered-by: a", "x-powered-by: a", &[("x-powered-by", Verdict::Differs)]);
        check("", "accept-ranges: bytes", &[("accept-ranges", Verdict::More)]);
        check("vary: a, b", "vary: a", &[("vary", Verdict::Differs)]);
        assert!(allowed(verdict("vary", "Accept-Encoding", "accept-encoding, x")));
        let small = Verdict::Allowed("too small to be encoded for anybody");
        check("vary: Accept-Encoding", "", &[("vary", small)]);
        check("vary: Accept-Encoding, origin", "", &[("vary", Verdict::Missing)]);
        assert!(allowed(verdict("content-security-policy", "a b;c 'd'", "c 'd'; a  b;")));
        assert!(!allowed(verdict("content-security-policy", "a b;c 'd'", "c 'd'")));
        let policy = |value| verdict("ratelimit-policy", "\"x\"; q=5; w=60; pk=:Zg==:", value);
        assert!(allowed(policy("\"default\";q=5;w=60")));
        assert_eq!(policy("\"default\";q=5;w=61"), Verdict::Differs);
        assert!(allowed(verdict("set-cookie", "sid=1; Path=/", "sid=2; Path=/")));
        assert_eq!(verdict("set-cookie", "sid=1", "other=1"), Verdict::Differs);
    }

    #[test]
    fn bodies_and_faults() {
        let (peer, mut ours) = (reply("etag: 1"), reply("etag: 2"));
        assert_eq!(faults(&compare(&peer, &ours).unwrap()), None);
        ours.body = b"other".to_vec();
        let told = faults(&compare(&peer, &ours).unwrap()).unwrap();
        assert!(told.contains("decoded body") && !told.contains("etag"), "{told}");
        ours.headers.push(("content-encoding".into(), "gzip".into()));
        assert!(compare(&peer, &ours).is_err(), "no gzip");
    }

    #[test]
    fn gzip() {
        use std::io::Write;
        let mut coder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        coder.write_all(b"hello").unwrap();
        let coded = Reply { body: coder.finish().unwrap(), ..reply("content-encoding: gzip") };
        assert_eq!(decoded(&coded).unwrap(), b"hello");
    }
}
