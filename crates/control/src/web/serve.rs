use super::File;
use super::table::FILES;
use crate::api::{Body, reply};
use bytes::Bytes;
use hyper::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Response, StatusCode};

/// Scripts, styles and pictures come from here only, nothing is written into the page as code, no other page may
/// frame it, and forms are sent nowhere else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Its name says what is in it.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The file at this path.
pub fn find(path: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.path == path)
}

/// It, in the smallest form that the browser takes.
pub fn serve(file: &'static File, asked: &HeaderMap) -> Response<Body> {
    let (coding, body) = choose(file, text(asked, ACCEPT_ENCODING));
    let tag = format!("\"{}{}\"", file.tag, coding.map_or("", |coding| coding.suffix()));
    let unchanged = text(asked, IF_NONE_MATCH).split(',').any(|known| {
        let known = known.trim();
        known.strip_prefix("W/").unwrap_or(known) == tag
    });
    let mut response =
        reply::full(file.kind, if unchanged { Bytes::new() } else { Bytes::from_static(body) });
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    let keep = if file.path == "/" { "no-cache" } else { FOR_EVER };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if unchanged {
        headers.remove(CONTENT_TYPE);
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else if let Some(coding) = coding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    }
    response
}

/// A compressed form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Brotli,
    Gzip,
}

impl Coding {
    fn name(self) -> &'static str {
        match self {
            Coding::Brotli => "br",
            Coding::Gzip => "gzip",
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Coding::Brotli => "-br",
            Coding::Gzip => "-gz",
        }
    }
}

fn choose(file: &'static File, accepted: &str) -> (Option<Coding>, &'static [u8]) {
    let forms = [(Coding::Brotli, file.brotli), (Coding::Gzip, file.gzip)];
    let fits = forms.into_iter().find_map(|(coding, bytes)| {
        bytes.filter(|_| accepts(accepted, coding.name())).map(|bytes| (Some(coding), bytes))
    });
    fits.unwrap_or((None, file.plain))
}

/// A coding that is named and whose weight is not zero.
fn accepts(header: &str, coding: &str) -> bool {
    header.split(',').any(|part| {
        let mut words = part.split(';').map(str::trim);
        let named = words.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let weight = words.find_map(|word| word.strip_prefix("q="));
        named && weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0))
    })
}

fn text(headers: &HeaderMap, name: HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
