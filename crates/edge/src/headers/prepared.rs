use super::lines::named;
use super::nonce::Nonce;
use super::policy::Policy;
use std::borrow::Cow;
use std::ops::Range;

/// The header that is sent over TLS only (RFC 6797 section 7.2).
const TRANSPORT: &str = "strict-transport-security";

/// The lines of a route, ready to be appended.
#[derive(Debug, Default)]
pub struct Headers {
    own: Vec<Own>,
    /// All lines without a nonce. Those for TLS only stand first, so that one copy does for either.
    bytes: Vec<u8>,
    /// Where in them the others begin.
    plain_at: usize,
    /// Names whose lines are taken out; lower case.
    gone: Vec<Box<[u8]>>,
    /// Bit `n` is set if a name of `n` bytes means something here: most names are told by it alone.
    lengths: u64,
    overrides: bool,
    nonced: bool,
}

/// One header of the edge's own.
#[derive(Debug)]
struct Own {
    /// Lower case.
    name: Box<[u8]>,
    lines: Lines,
}

#[derive(Debug)]
enum Lines {
    Fixed(Range<usize>),
    /// With a fresh nonce each time.
    Nonced(Policy),
}

/// Which of the edge's own headers a reply has already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken(u64);

/// What a header of a reply is to these.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mark {
    /// It is left out.
    pub goes: bool,
    /// Which of the edge's own are not needed because of it.
    pub takes: Taken,
}

/// What of a reply decides about its policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    /// HTML whose scripts carry this nonce.
    Page(&'a Nonce),
    /// 304: its client has the page, with the nonce and the policy that belong together.
    NotModified,
    /// Anything else.
    Other,
}

impl Taken {
    /// Those of both.
    pub fn and(&mut self, other: Taken) {
        self.0 |= other.0;
    }

    fn has(self, at: usize) -> bool {
        self.0 >> at & 1 == 1
    }
}

impl Headers {
    /// The lines of `config`.
    pub fn new(config: &config::Headers) -> Self {
        let mut headers = Headers { overrides: config.overrides, ..Headers::default() };
        let is_first = |name: &&String| name.eq_ignore_ascii_case(TRANSPORT);
        let (first, rest): (Vec<_>, Vec<_>) =
            config.set.iter().partition(|(name, _)| is_first(name));
        for (name, values) in first {
            headers.add(name, values);
        }
        headers.plain_at = headers.bytes.len();
        for (name, values) in rest {
            headers.add(name, values);
        }
        headers.gone = config.remove.iter().map(|name| lower(name.as_bytes())).collect();
        let names = headers.own.iter().map(|own| &own.name).chain(&headers.gone);
        headers.lengths = names.fold(0, |lengths, name| lengths | bit(name));
        headers
    }

    fn add(&mut self, name: &str, values: &[String]) {
        let lowered = lower(name.as_bytes());
        if config::is_policy(name)
            && let [value] = values
            && let Some(policy) = Policy::new(name, value)
        {
            self.nonced = true;
            return self.own.push(Own { name: lowered, lines: Lines::Nonced(policy) });
        }
        let start = self.bytes.len();
        for value in values {
            self.bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        self.own.push(Own { name: lowered, lines: Lines::Fixed(start..self.bytes.len()) });
    }

    /// They change nothing.
    pub fn is_empty(&self) -> bool {
        self.own.is_empty() && self.gone.is_empty()
    }

    /// A page needs a nonce.
    pub fn has_nonce(&self) -> bool {
        self.nonced
    }

    /// What a header of a reply is to these.
    pub fn mark(&self, name: &[u8]) -> Mark {
        if self.lengths & bit(name) == 0 {
            return Mark::default();
        }
        if self.gone.iter().any(|gone| name.eq_ignore_ascii_case(gone)) {
            return Mark { goes: true, takes: Taken::default() };
        }
        match self.own.iter().position(|own| name.eq_ignore_ascii_case(&own.name)) {
            None => Mark::default(),
            Some(_) if self.overrides => Mark { goes: true, takes: Taken::default() },
            Some(at) => Mark { goes: false, takes: Taken(1 << at.min(63)) },
        }
    }

    /// What of the lines in `theirs` stays, and which of the edge's own they take.
    pub fn sift<'a>(&self, theirs: &'a [u8]) -> (Cow<'a, [u8]>, Taken) {
        let mut taken = Taken::default();
        let mut goes = false;
        for (name, _) in named(theirs) {
            let mark = self.mark(name);
            taken.and(mark.takes);
            goes |= mark.goes;
        }
        if !goes {
            return (Cow::Borrowed(theirs), taken);
        }
        let stays = named(theirs).filter(|(name, _)| !self.mark(name).goes);
        (Cow::Owned(stays.flat_map(|(_, line)| line).copied().collect()), taken)
    }

    /// Which of the edge's own are in the lines of `theirs`, which stay whatever the config says.
    pub fn taken(&self, theirs: &[u8]) -> Taken {
        let mut taken = Taken::default();
        for (name, _) in named(theirs).filter(|(name, _)| self.lengths & bit(name) != 0) {
            let at = self.own.iter().position(|own| name.eq_ignore_ascii_case(&own.name));
            taken.0 |= at.map_or(0, |at| 1 << at.min(63));
        }
        taken
    }

    /// Append the lines that the reply has not. Returns true if one has the nonce in it.
    pub fn write(&self, taken: Taken, secure: bool, kind: Kind<'_>, out: &mut Vec<u8>) -> bool {
        if taken == Taken::default() && !self.nonced {
            let from = if secure { 0 } else { self.plain_at };
            out.extend_from_slice(self.bytes.get(from..).unwrap_or_default());
            return false;
        }
        let untaken = || self.own.iter().enumerate().filter(|(at, _)| !taken.has(*at));
        let nonced = matches!(kind, Kind::Page(_))
            && untaken().any(|(_, own)| matches!(own.lines, Lines::Nonced(_)));
        // How long a page with a nonce is kept is not for the config to say.
        let goes = |own: &Own| nonced && *own.name == *b"cache-control";
        for (_, own) in untaken().filter(|(_, own)| !goes(own)) {
            match (&own.lines, kind) {
                (Lines::Fixed(range), _) if secure || range.start >= self.plain_at => {
                    out.extend_from_slice(self.bytes.get(range.clone()).unwrap_or_default());
                }
                (Lines::Fixed(_), _) | (Lines::Nonced(_), Kind::NotModified) => {}
                (Lines::Nonced(policy), Kind::Page(nonce)) => policy.write(nonce, out),
                (Lines::Nonced(policy), Kind::Other) => policy.write_bare(out),
            }
        }
        nonced
    }

    /// Append the policies that have the nonce in them, for the app to see.
    pub fn write_policies(&self, nonce: &Nonce, out: &mut Vec<u8>) {
        for own in &self.own {
            if let Lines::Nonced(policy) = &own.lines {
                policy.write(nonce, out);
            }
        }
    }
}

fn lower(name: &[u8]) -> Box<[u8]> {
    name.to_ascii_lowercase().into()
}

fn bit(name: &[u8]) -> u64 {
    1 << name.len().min(63)
}
