//! Logs that other programs send, on the paths that they know from other systems.

use super::{Body, Desk, Refused, Visit, body, reply};
use crate::gate::{self, Access, Peer};
use hyper::body::Incoming;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use model::api::{Ingest, IngestForm, IngestReply};
use std::time::Duration;

/// How long a request waits for its turn.
const TURN: Duration = Duration::from_secs(10);
/// Longer names of an index are none.
const INDEX_BYTES_MAX: usize = 255;

/// What a path is for, and the index in it.
pub fn form(path: &str) -> Option<(IngestForm, Option<&str>)> {
    match path {
        "/_bulk" => Some((IngestForm::Bulk, None)),
        "/loki/api/v1/push" => Some((IngestForm::Loki, None)),
        "/v1/logs" => Some((IngestForm::Otlp, None)),
        _ => {
            let index = path.strip_prefix('/')?.strip_suffix("/_bulk")?;
            let good = !index.is_empty() && index.len() <= INDEX_BYTES_MAX && !index.contains('/');
            good.then_some((IngestForm::Bulk, Some(index)))
        }
    }
}

/// Take what was sent to such a path.
pub async fn post(
    desk: &Desk,
    peer: Peer,
    head: &Parts,
    sent: Incoming,
    (form, index): (IngestForm, Option<&str>),
) -> Result<Response<Body>, Refused> {
    let Some(rules) = desk.running.ingest_rules() else {
        return Err(Refused::not_found(head.uri.path()));
    };
    // Elasticsearch's clients send both.
    let is_bulk = form == IngestForm::Bulk;
    if head.method != Method::POST && !(is_bulk && head.method == Method::PUT) {
        return Err(Refused::wrong_method(&Method::POST));
    }
    let visit = Visit::of(desk, peer, &head.headers);
    gate::check_forged(&visit.caller, visit.session(), &Method::POST, &head.headers)?;
    let access = if rules.token { Access::Change } else { Access::Local };
    gate::check_access(peer, &visit.caller, access)?;
    let header = |name: HeaderName| {
        let value = head.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let (content_type, encoding) = (header(CONTENT_TYPE), header(CONTENT_ENCODING));
    if !needs_asking(&content_type) {
        let error = "Say what is sent: Content-Type: application/json, application/x-ndjson or application/x-protobuf.";
        return Err(Refused::not_json(error));
    }
    // Few at a time: each may take as much memory as the rules say, several times over.
    let turn = tokio::time::timeout(TURN, desk.ingesting.acquire()).await;
    let Ok(Ok(_turn)) = turn else {
        return Err(Refused::not_now("Others send logs right now. Try again."));
    };
    let body = body::read_up_to(desk, sent, rules.body_bytes_max).await?;
    let index = index.map(str::to_owned);
    let ingest = Ingest { form, index, content_type, encoding, body: body.into() };
    Ok(answer(desk.running.ingest(ingest).await?, is_bulk))
}

/// A page of another site cannot send this content type without asking first, which it is not allowed.
fn needs_asking(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.get(..12).is_some_and(|start| start.eq_ignore_ascii_case("application/"))
        && !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

fn answer(told: IngestReply, is_bulk: bool) -> Response<Body> {
    let mut response = reply::full(told.content_type, told.body);
    *response.status_mut() =
        StatusCode::from_u16(told.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if is_bulk {
        // Elasticsearch's clients speak to nothing that does not say so.
        let product = HeaderName::from_static("x-elastic-product");
        response.headers_mut().insert(product, HeaderValue::from_static("Elasticsearch"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_other_systems() {
        let bulk = |index| Some((IngestForm::Bulk, index));
        assert_eq!(form("/_bulk"), bulk(None));
        assert_eq!(form("/logs-shop/_bulk"), bulk(Some("logs-shop")));
        assert_eq!(form("/v1/logs"), Some((IngestForm::Otlp, None)));
        for none in ["/", "//_bulk", "/a/b/_bulk", "/_bulk/", "/v1/traces", "_bulk"] {
            assert_eq!(form(none), None, "{none}");
        }
    }

    #[test]
    fn content_types_of_forms_are_refused() {
        for good in
            ["application/json", "Application/X-NDJSON; charset=utf-8", "application/x-protobuf"]
        {
            assert!(needs_asking(good), "{good}");
        }
        for simple in [
            "",
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "applicat\u{e9}on/",
        ] {
            assert!(!needs_asking(simple), "{simple}");
        }
    }
}
