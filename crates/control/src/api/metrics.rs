//! `GET /metrics`: what every part counts, for Prometheus and its kin.

use super::{Body, Desk, reply};
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::Response;
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderName, HeaderValue, VARY,
};
use meter::{Format, accepts_gzip, text};
use std::io::Write;

pub fn page(desk: &Desk, headers: &HeaderMap) -> Response<Body> {
    let format = Format::accepted(&all(headers, ACCEPT));
    let text = text::encode(&desk.running.metrics(), format);
    let gzip = accepts_gzip(&all(headers, ACCEPT_ENCODING));
    let mut response = match gzip.then(|| compress(text.as_bytes())).flatten() {
        Some(packed) => {
            let mut response = reply::full(format.content_type(), packed);
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            response
        }
        None => reply::full(format.content_type(), text),
    };
    response.headers_mut().insert(VARY, HeaderValue::from_static("Accept, Accept-Encoding"));
    response
}

/// The values of a header that may come in several lines.
fn all(headers: &HeaderMap, name: HeaderName) -> String {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.collect::<Vec<_>>().join(",")
}

/// None: it could not be compressed, which writing to memory always can.
fn compress(text: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 8), Compression::fast());
    encoder.write_all(text).ok()?;
    encoder.finish().ok()
}
