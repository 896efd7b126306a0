//! `/api/v1/query` and its kin: metrics over time, as Prometheus's HTTP API has them, so that its clients (Grafana
//! among them) need no other.

use super::{Body, Desk, Refused, query, reply};
use hyper::{Response, StatusCode};
use model::api::{SeriesQuestion, SeriesWhat};

/// The paths but one.
pub const PATHS: [(&str, SeriesWhat); 5] = [
    ("/api/v1/query", SeriesWhat::Instant),
    ("/api/v1/query_range", SeriesWhat::Range),
    ("/api/v1/labels", SeriesWhat::Labels),
    ("/api/v1/series", SeriesWhat::Series),
    ("/api/v1/metadata", SeriesWhat::Metadata),
];

/// What a path asks for; None: it is none of these.
pub fn what(path: &str) -> Option<SeriesWhat> {
    if let Some((_, what)) = PATHS.iter().find(|(known, _)| *known == path) {
        return Some(what.clone());
    }
    let label = path.strip_prefix("/api/v1/label/")?.strip_suffix("/values")?;
    let plain = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (plain && !label.is_empty()).then(|| SeriesWhat::Values(label.into()))
}

/// Parameters come in the path's query, or as a form in the body, or in both.
pub async fn answer(
    desk: &Desk,
    what: SeriesWhat,
    in_path: &str,
    in_body: &[u8],
) -> Result<Response<Body>, Refused> {
    let form = std::str::from_utf8(in_body);
    let form = form.map_err(|_| Refused::bad("The form is not UTF-8. Send it percent-encoded."))?;
    let mut parameters = query::decoded(in_path)?;
    parameters.extend(query::decoded(form)?);
    let told = desk.running.series(SeriesQuestion { what, parameters }).await?;
    let mut response = reply::full("application/json", told.body);
    *response.status_mut() =
        StatusCode::from_u16(told.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        assert_eq!(what("/api/v1/query"), Some(SeriesWhat::Instant));
        assert_eq!(
            what("/api/v1/label/__name__/values"),
            Some(SeriesWhat::Values("__name__".into()))
        );
        for path in ["/api/v1/query/", "/api/v1/label//values", "/api/v1/label/a/b/values"] {
            assert_eq!(what(path), None, "{path}");
        }
    }
}
