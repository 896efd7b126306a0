//! `Cache-Control` (RFC 9111 section 5.2), read so that what is malformed, doubled or contradictory
//! forbids rather than allows.

use super::fields::Fields;
use crate::http::field::{self, is_token};

/// More seconds than this are as good as for ever (RFC 9111 section 1.2.2).
pub const SECONDS_MAX: u64 = 1 << 31;

/// What the directives of a message say, those of requests and those of replies alike.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directives {
    /// `max-age`; of several the smallest, 0 for one that is no number.
    pub max_age: Option<u64>,
    /// `s-maxage`, likewise.
    pub s_maxage: Option<u64>,
    /// `stale-while-revalidate`, likewise.
    pub stale_while_revalidate: Option<u64>,
    /// `stale-if-error`, likewise.
    pub stale_if_error: Option<u64>,
    /// `max-stale`: how stale a reply the client takes; without a number any.
    pub max_stale: Option<u64>,
    /// `min-fresh`: of several the largest.
    pub min_fresh: Option<u64>,
    /// `no-store`
    pub no_store: bool,
    /// `no-cache` without names.
    pub no_cache: bool,
    /// `private` without names.
    pub private: bool,
    /// `public`
    pub public: bool,
    /// `must-revalidate`
    pub must_revalidate: bool,
    /// `proxy-revalidate`
    pub proxy_revalidate: bool,
    /// `must-understand`
    pub must_understand: bool,
    /// `immutable`
    pub immutable: bool,
    /// `only-if-cached`
    pub only_if_cached: bool,
    /// Names of fields, in lower case, that `no-cache="…"` and `private="…"` keep from being stored.
    pub unstored: Vec<String>,
    /// Something cannot be read. What it was meant to forbid is not known.
    pub malformed: bool,
}

/// What follows the name of a directive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Argument<'b> {
    None,
    Token(&'b [u8]),
    /// Without its quotes, with its backslashes.
    Quoted(&'b [u8]),
    /// Not of any of these forms.
    Wrong,
}

impl Directives {
    /// Those in all fields called `name`.
    pub fn read(fields: &(impl Fields + ?Sized), name: &str) -> Directives {
        let mut all = Directives::default();
        for value in fields.values(name) {
            each(value, |name, argument| all.add(name, argument));
        }
        all
    }

    /// True if something tells how long a reply is good, or that it is not.
    pub fn tells_freshness(&self) -> bool {
        self.max_age.is_some() || self.s_maxage.is_some() || self.no_cache || self.no_store
    }

    /// Take note of one directive.
    pub(super) fn add(&mut self, name: &[u8], argument: Argument<'_>) {
        let present = argument != Argument::Wrong;
        let exact = argument == Argument::None;
        let least = |slot: &mut Option<u64>, value: u64| {
            *slot = Some(slot.map_or(value, |known| known.min(value)));
        };
        let mut lower = [0; 24];
        let Some(lower) = lower.get_mut(..name.len()) else { return };
        lower.copy_from_slice(name);
        lower.make_ascii_lowercase();
        match &*lower {
            b"max-age" => least(&mut self.max_age, argument.seconds().unwrap_or(0)),
            b"s-maxage" => least(&mut self.s_maxage, argument.seconds().unwrap_or(0)),
            b"stale-while-revalidate" => {
                least(&mut self.stale_while_revalidate, argument.seconds().unwrap_or(0));
            }
            b"stale-if-error" => {
                least(&mut self.stale_if_error, argument.seconds().unwrap_or(0));
            }
            b"max-stale" if exact => least(&mut self.max_stale, SECONDS_MAX),
            b"max-stale" => least(&mut self.max_stale, argument.seconds().unwrap_or(0)),
            b"min-fresh" => {
                let seconds = argument.seconds().unwrap_or(SECONDS_MAX);
                self.min_fresh = Some(self.min_fresh.unwrap_or(0).max(seconds));
            }
            b"no-store" => self.no_store = true,
            b"no-cache" => self.no_cache |= !self.add_names(argument),
            b"private" => self.private |= !self.add_names(argument),
            b"must-revalidate" => self.must_revalidate = true,
            b"proxy-revalidate" => self.proxy_revalidate = true,
            b"must-understand" => self.must_understand = true,
            b"only-if-cached" => self.only_if_cached = true,
            // These allow something, so they must be what they seem.
            b"public" => self.public |= exact,
            b"immutable" => self.immutable |= exact,
            _ => {}
        }
        self.malformed |= !present;
    }

    /// Names of fields; false if the argument is no list of them.
    fn add_names(&mut self, argument: Argument<'_>) -> bool {
        let (Argument::Quoted(list) | Argument::Token(list)) = argument else { return false };
        let names: Vec<&[u8]> = field::list(list).collect();
        let good = !names.is_empty() && names.iter().all(|name| name.iter().all(is_token));
        if good {
            let lower = |name: &&[u8]| String::from_utf8_lossy(name).to_ascii_lowercase();
            self.unstored.extend(names.iter().map(lower));
        }
        good
    }
}

impl Argument<'_> {
    /// A number of seconds, quoted or not.
    pub(super) fn seconds(self) -> Option<u64> {
        match self {
            Argument::Token(digits) | Argument::Quoted(digits) => seconds(digits),
            Argument::None | Argument::Wrong => None,
        }
    }
}

/// Digits alone; large numbers are cut to [`SECONDS_MAX`].
pub fn seconds(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0, |sum: u64, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        Some((sum * 10 + digit).min(SECONDS_MAX))
    })
}

/// Give each directive of `value` to `take`.
pub(super) fn each(value: &[u8], mut take: impl FnMut(&[u8], Argument<'_>)) {
    for element in elements(value) {
        let (name, argument) = split(element);
        take(name, argument);
    }
}

/// The elements of a list of directives, without white space around them and without empty ones.
pub(super) fn elements(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = value;
    let all = std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (element, after) = element(rest);
        rest = after;
        Some(element.trim_ascii())
    });
    all.filter(|element| !element.is_empty())
}

/// The first element of a list, and what follows its comma. Commas between quotes are none; a quote
/// begins only behind `=`.
fn element(list: &[u8]) -> (&[u8], &[u8]) {
    let (mut quoted, mut escaped, mut before) = (false, false, b' ');
    for (at, byte) in list.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' if quoted => quoted = false,
            b'"' if before == b'=' => quoted = true,
            b',' if !quoted => {
                let after = list.get(at + 1..).unwrap_or_default();
                return (list.get(..at).unwrap_or_default(), after);
            }
            _ => {}
        }
        before = *byte;
    }
    (list, &[])
}

/// The name of a directive and its argument.
fn split(element: &[u8]) -> (&[u8], Argument<'_>) {
    let Some(at) = memchr::memchr(b'=', element) else {
        let good = element.iter().all(is_token);
        let name = element.iter().position(|byte| !is_token(byte)).unwrap_or(element.len());
        let argument = if good { Argument::None } else { Argument::Wrong };
        return (element.get(..name).unwrap_or_default(), argument);
    };
    let (name, value) = (element.get(..at), element.get(at + 1..));
    let (name, value) = (name.unwrap_or_default(), value.unwrap_or_default());
    if name.is_empty() || !name.iter().all(is_token) {
        return (name.trim_ascii(), Argument::Wrong);
    }
    match value.strip_prefix(b"\"") {
        Some(inside) => match inside.strip_suffix(b"\"") {
            Some(inside) if closes_at_end(inside) => (name, Argument::Quoted(inside)),
            _ => (name, Argument::Wrong),
        },
        None if !value.is_empty() && value.iter().all(is_token) => (name, Argument::Token(value)),
        None => (name, Argument::Wrong),
    }
}

/// True if no quote inside ends the string before its end, and its last backslash is escaped.
fn closes_at_end(inside: &[u8]) -> bool {
    let mut escaped = false;
    for byte in inside {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return false,
            _ => {}
        }
    }
    !escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[&str]) -> Directives {
        let fields: Vec<(&str, &str)> =
            values.iter().map(|value| ("cache-control", *value)).collect();
        Directives::read(&fields[..], "Cache-Control")
    }

    #[test]
    fn directives_are_read_in_any_case_and_from_any_line() {
        let all = of(&["MAX-AGE=60, , No-Store", "extension, must-revalidate, S-MaxAge=\"7\""]);
        assert_eq!((all.max_age, all.s_maxage), (Some(60), Some(7)));
        assert!(all.no_store && all.must_revalidate && !all.no_cache && !all.malformed);
        assert_eq!(of(&[]), Directives::default());
    }

    #[test]
    fn of_several_values_the_one_that_allows_least_is_taken() {
        assert_eq!(of(&["max-age=60, max-age=1"]).max_age, Some(1));
        assert_eq!(of(&["max-age=1", "max-age=60"]).max_age, Some(1));
        assert_eq!(of(&["min-fresh=1, min-fresh=60"]).min_fresh, Some(60));
        let both = of(&["max-stale, max-stale=5"]);
        assert_eq!(both.max_stale, Some(5));
    }

    #[test]
    fn a_number_that_is_none_is_no_time() {
        for value in ["-1", "1.5", "'60'", "a60", "60a", "0x60", "", "\"60", "6 0", "+60"] {
            let all = of(&[&format!("max-age={value}")]);
            assert_eq!(all.max_age, Some(0), "{value}");
        }
        assert_eq!(of(&["max-age"]).max_age, Some(0));
        assert_eq!(of(&["max-age = 60"]).max_age, Some(0));
        assert_eq!(of(&["max-age=003600"]).max_age, Some(3_600));
        assert_eq!(of(&["max-age=99999999999999999999999"]).max_age, Some(SECONDS_MAX));
        assert_eq!(of(&["max-stale=x"]).max_stale, Some(0), "allows nothing");
        assert_eq!(of(&["min-fresh=x"]).min_fresh, Some(SECONDS_MAX), "demands all");
    }

    #[test]
    fn what_stands_in_quotes_is_no_directive() {
        assert_eq!(of(&["extension=\"max-age=3600, no-store\", max-age=1"]).max_age, Some(1));
        assert!(!of(&["extension=\"no-store\""]).no_store);
        assert!(!of(&[r#"e="a\", no-store""#]).no_store);
        assert!(of(&[r#"e="a\\", no-store"#]).no_store);
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        for value in
            ["a b", "no-store x", "e=\"a", "e=\"a\"b", "=", "e=", "a\"b, no-store", "\u{fc}"]
        {
            assert!(of(&[value]).malformed, "{value}");
        }
        assert!(of(&["no-store x"]).no_store && of(&["a\"b, no-store"]).no_store);
        assert!(!of(&["public=x"]).public && !of(&["immutable=1"]).immutable);
    }

    #[test]
    fn names_of_fields_are_kept_from_being_stored() {
        let all = of(&["no-cache=\"Set-Cookie, X-A\", private=x-b"]);
        assert_eq!(all.unstored, ["set-cookie", "x-a", "x-b"]);
        assert!(!all.no_cache && !all.private);
        let all = of(&["no-cache=\"\", private=\"a b\""]);
        assert!(all.no_cache && all.private, "without good names for everything");
    }
}
