//! BREACH: whose request a reply is for.
//!
//! Who can make a victim's browser send requests that carry the victim's cookies, and can see how long the
//! encrypted replies are, learns from their lengths what a compressed reply holds beside what the
//! request put into it. Such requests come from the attacker's page, so from another site, and the
//! browser says so. They get content as it is, whose length tells nothing.

use config::CompressBreach as Guard;

/// What of a request tells where it comes from.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Source<'a> {
    /// `Sec-Fetch-Site`
    pub(super) site: Option<&'a [u8]>,
    /// `Origin`
    pub(super) origin: Option<&'a [u8]>,
    /// `Referer`
    pub(super) referer: Option<&'a [u8]>,
    /// The host asked for, with its port.
    pub(super) host: &'a [u8],
    /// There is a `Cookie`.
    pub(super) cookie: bool,
    /// `Authorization`
    pub(super) authorization: Option<&'a [u8]>,
}

impl Source<'_> {
    /// True if the reply must not be compressed.
    pub(super) fn is_foreign(&self, guard: Guard) -> bool {
        let same_site_too = match guard {
            Guard::Off => return false,
            Guard::CrossSite => false,
            Guard::SameSite => true,
        };
        self.has_credentials()
            && match self.site {
                Some(b"same-origin" | b"none") => false,
                Some(b"same-site") => same_site_too,
                Some(b"cross-site") => true,
                // No browser of the last years, or one that asks without TLS.
                _ => self.names_other_host(),
            }
    }

    /// Something that a browser adds by itself. A bearer token is added by the page's own script, which
    /// a page of another site does not have.
    fn has_credentials(&self) -> bool {
        let is_bearer = |value: &[u8]| {
            value.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer "))
        };
        self.cookie || self.authorization.is_some_and(|value| !is_bearer(value))
    }

    fn names_other_host(&self) -> bool {
        let Some(page) = self.origin.or(self.referer) else { return false };
        !authority(page).is_some_and(|host| host.eq_ignore_ascii_case(self.host))
    }
}

/// Host and port of a URL.
fn authority(url: &[u8]) -> Option<&[u8]> {
    let at = url.windows(3).position(|part| part == b"://")?;
    let rest = url.get(at + 3..)?;
    let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#'));
    rest.get(..end.unwrap_or(rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_other_sites_with_credentials_are_foreign() {
        let cookie = Source { cookie: true, host: b"shop.example:8443", ..Source::default() };
        let check = |source: Source<'_>, cross: bool, same: bool| {
            assert_eq!(source.is_foreign(Guard::CrossSite), cross, "{source:?}");
            assert_eq!(source.is_foreign(Guard::SameSite), same, "{source:?}");
            assert!(!source.is_foreign(Guard::Off));
        };
        let from = |site: &'static str| Source { site: Some(site.as_bytes()), ..cookie };
        check(from("cross-site"), true, true);
        check(from("same-site"), false, true);
        check(from("same-origin"), false, false);
        check(from("none"), false, false);
        check(cookie, false, false);
        let origin = |origin: &'static str| Source { origin: Some(origin.as_bytes()), ..cookie };
        check(origin("https://shop.example:8443"), false, false);
        check(origin("https://SHOP.example:8443"), false, false);
        check(origin("https://shop.example"), true, true);
        check(origin("https://evil.example"), true, true);
        check(origin("null"), true, true);
        check(origin(""), true, true);
        let referer = |page: &'static str| Source { referer: Some(page.as_bytes()), ..cookie };
        check(referer("https://shop.example:8443/a?b=://evil"), false, false);
        check(referer("https://evil.example/?https://shop.example:8443"), true, true);
        let own = Source { origin: Some(b"https://shop.example:8443"), ..referer("http://x/") };
        check(own, false, false);
        check(Source { site: Some(b"cross-site"), ..own }, true, true);
    }

    #[test]
    fn without_credentials_nobody_is() {
        let foreign = Source { site: Some(b"cross-site"), host: b"a", ..Source::default() };
        let with =
            |value: &'static str| Source { authorization: Some(value.as_bytes()), ..foreign };
        assert!(!foreign.is_foreign(Guard::SameSite));
        assert!(!with("Bearer abc").is_foreign(Guard::SameSite));
        assert!(!with("bearer abc").is_foreign(Guard::SameSite));
        assert!(with("Basic YTpi").is_foreign(Guard::CrossSite));
        assert!(with("").is_foreign(Guard::CrossSite));
    }
}
