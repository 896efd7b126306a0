//! What of a request matters for the cache.

use super::directives::Directives;
use super::fields::Fields;
use super::vary::cookies;
use crate::cache::Key;
use crate::http::Method;
use config::Cache;

/// What of a request matters for the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// GET; else HEAD.
    pub is_get: bool,
    /// It tells who asks (RFC 9111 section 3.5).
    pub authorization: bool,
    /// It has cookies.
    pub cookies: bool,
    /// It wants a part.
    pub range: bool,
    /// It has a copy already and asks whether that is good.
    pub conditional: bool,
    /// `Cache-Control`, if clients are obeyed.
    pub directives: Directives,
}

/// Why the cache has nothing to do with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bypass {
    /// Its method is neither GET nor HEAD.
    Method,
    /// The settings say so, or it is about something that only the app can do.
    Request,
}

impl Asked {
    /// Look at a request.
    ///
    /// # Errors
    /// See [`Bypass`].
    pub fn read(
        rules: &Cache,
        method: Method,
        fields: &(impl Fields + ?Sized),
    ) -> Result<Asked, Bypass> {
        if !matches!(method, Method::Get | Method::Head) {
            return Err(Bypass::Method);
        }
        let mut asked = Asked {
            is_get: method == Method::Get,
            authorization: false,
            cookies: false,
            range: false,
            conditional: false,
            directives: Directives::default(),
        };
        for (name, _) in fields.all() {
            // Names of other lengths are none of these; most requests end here for most lines.
            let is = |known: &str| name.eq_ignore_ascii_case(known);
            match name.len() {
                5 => asked.range |= is("range"),
                6 => asked.cookies |= is("cookie"),
                13 => {
                    asked.authorization |= is("authorization");
                    asked.conditional |= is("if-none-match");
                }
                17 => asked.conditional |= is("if-modified-since"),
                // Preconditions that only the app can judge (RFC 9111 section 4.3.2).
                8 if is("if-match") => return Err(Bypass::Request),
                19 if is("if-unmodified-since") => return Err(Bypass::Request),
                _ => {}
            }
        }
        if bypassed(rules, asked.cookies, fields) {
            return Err(Bypass::Request);
        }
        if rules.obeys_clients {
            asked.directives = Directives::read(fields, "cache-control");
            asked.directives.no_cache |= !fields.has("cache-control") && old_no_cache(fields);
        }
        Ok(asked)
    }

    /// Its reply may have been made for one person.
    pub fn is_personal(&self, rules: &Cache) -> bool {
        self.authorization || (self.cookies && !rules.ignores_cookies)
    }
}

/// `Pragma: no-cache` (RFC 9111 section 5.4).
fn old_no_cache(fields: &(impl Fields + ?Sized)) -> bool {
    fields.values("pragma").any(|value| value.eq_ignore_ascii_case(b"no-cache"))
}

fn bypassed(rules: &Cache, has_cookies: bool, fields: &(impl Fields + ?Sized)) -> bool {
    let bypass = &rules.bypass;
    let header = || bypass.headers.iter().any(|name| fields.has(name));
    let cookie = || {
        has_cookies
            && cookies(fields)
                .any(|(name, _)| bypass.cookies.iter().any(|pattern| is_named(pattern, name)))
    };
    (!bypass.headers.is_empty() && header()) || (!bypass.cookies.is_empty() && cookie())
}

/// True if `name` is the one that `pattern` says, or begins as it does before its `*`.
fn is_named(pattern: &str, name: &[u8]) -> bool {
    match pattern.strip_suffix('*') {
        Some(begin) => name.starts_with(begin.as_bytes()),
        None => name == pattern.as_bytes(),
    }
}

/// The key of a request for `target` at `authority`, without the query parameters that the settings
/// ignore.
pub fn key(rules: &Cache, secure: bool, authority: &[u8], target: &[u8]) -> Option<Key> {
    let ignored = &rules.key.ignore_query;
    let at = if ignored.is_empty() { None } else { memchr::memchr(b'?', target) };
    let Some(at) = at else { return Key::new(secure, authority, target) };
    let (path, query) = target.split_at_checked(at)?;
    let mut kept = path.to_vec();
    let mut before = b'?';
    for pair in query.get(1..)?.split(|byte| *byte == b'&') {
        let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
        if !ignored.iter().any(|pattern| is_named(pattern, name)) {
            kept.push(before);
            kept.extend_from_slice(pair);
            before = b'&';
        }
    }
    Key::new(secure, authority, &kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use config::{CacheBypass, CacheKey};

    fn read(rules: &Cache, fields: &[(&str, &str)]) -> Result<Asked, Bypass> {
        Asked::read(rules, Method::Get, fields)
    }

    #[test]
    fn only_get_and_head_are_the_caches_business() {
        let read = |method| Asked::read(&Cache::default(), method, &[("A", "b")][..]);
        assert!(read(Method::Get).is_ok_and(|asked| asked.is_get));
        assert!(read(Method::Head).is_ok_and(|asked| !asked.is_get));
        for method in [Method::Options, Method::Query, Method::Other] {
            assert_eq!(read(method), Err(Bypass::Method));
        }
    }

    #[test]
    fn what_only_the_app_can_do_passes() {
        for name in ["If-Match", "If-Unmodified-Since"] {
            assert_eq!(read(&Cache::default(), &[(name, "1")]), Err(Bypass::Request), "{name}");
        }
    }

    #[test]
    fn fields_are_seen_in_any_case() {
        let fields =
            [("AUTHORIZATION", "a"), ("cookie", "a=b"), ("Range", "x"), ("if-none-match", "*")];
        let asked = read(&Cache::default(), &fields).unwrap();
        assert!(asked.authorization && asked.cookies && asked.range && asked.conditional);
        assert!(asked.is_personal(&Cache::default()));
        let rules = Cache { ignores_cookies: true, ..Cache::default() };
        assert!(asked.is_personal(&rules), "it is authorized");
        assert!(!read(&rules, &fields[1..]).unwrap().is_personal(&rules));
    }

    #[test]
    fn settings_may_let_requests_pass() {
        let bypass =
            CacheBypass { headers: vec!["x-preview".into()], cookies: vec!["sess*".into()] };
        let rules = Cache { bypass, ..Cache::default() };
        assert!(read(&rules, &[("Cookie", "a=b; osession=1")]).is_ok());
        assert!(read(&rules, &[("Cookie", "a=b; session=1")]).is_err());
        assert!(read(&rules, &[("X-Preview", "")]).is_err());
    }

    #[test]
    fn clients_are_obeyed_only_if_the_settings_say_so() {
        let fields = [("Cache-Control", "no-cache")];
        assert!(!read(&Cache::default(), &fields).unwrap().directives.no_cache);
        let rules = Cache { obeys_clients: true, ..Cache::default() };
        assert!(read(&rules, &fields).unwrap().directives.no_cache);
        assert!(read(&rules, &[("Pragma", "no-cache")]).unwrap().directives.no_cache);
        let both = [("Pragma", "no-cache"), ("Cache-Control", "max-age=1")];
        assert!(!read(&rules, &both).unwrap().directives.no_cache);
    }

    #[test]
    fn ignored_parameters_are_not_in_the_key() {
        let ignore_query = vec!["utm_*".into(), "fbclid".into()];
        let key_rules = CacheKey { ignore_query, ..CacheKey::default() };
        let rules = Cache { key: key_rules, ..Cache::default() };
        let check = |target: &str, want: &str| {
            let key = key(&rules, false, b"a", target.as_bytes()).unwrap();
            assert_eq!(key.bytes(), format!("http://a{want}").as_bytes());
        };
        check("/x", "/x");
        check("/x?", "/x?");
        check("/x?a=1&utm_source=y&b", "/x?a=1&b");
        check("/x?utm_source=y&fbclid=z", "/x");
        check("/x?fbclid2=z&utm=1", "/x?fbclid2=z&utm=1");
    }
}
