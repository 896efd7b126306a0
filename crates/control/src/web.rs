//! The page at `/`: what this is, and what can be asked.

use crate::api::{Body, reply};
use hyper::Response;
use hyper::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use model::api::Status;
use std::fmt::Write;

const LINKS: [(&str, &str); 4] = [
    ("/api/v1/status", "apps and workers, as JSON"),
    ("/metrics", "metrics, as Prometheus and OpenMetrics text"),
    ("/healthz", "whether Ostler lives"),
    ("/readyz", "whether every app can serve"),
];

/// The page for an Ostler in this state.
pub fn page(status: &Status) -> Response<Body> {
    let mut response = reply::full("text/html; charset=utf-8", html(status));
    // Nothing is loaded, nothing runs, and no other page may frame it.
    let policy = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    response
}

fn html(status: &Status) -> String {
    let mut page = String::with_capacity(2_048);
    let (version, project) = (escape(&status.version), escape(&status.project));
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Ostler</title>\n\
         <h1>Ostler {version}</h1>\n<p>This is the admin API of the Ostler that runs {project}.</p>\n<ul>\n"
    );
    for address in &status.listen {
        let address = escape(address);
        let _ = writeln!(page, "<li><a href=\"{address}\">{address}</a>: the edge</li>");
    }
    for (path, text) in LINKS {
        let _ = writeln!(page, "<li><a href=\"{path}\">{path}</a>: {text}</li>");
    }
    page.push_str(
        "</ul>\n<p>Everything else needs the admin token. On this machine the commands \
         <code>ostler status</code>, <code>ostler top</code>, <code>ostler logs</code>, \
         <code>ostler reload</code> and <code>ostler scale</code> do the same.</p>\n</html>\n",
    );
    page
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}
