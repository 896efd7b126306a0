//! Which form a scrape asks for.

/// Which text form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `text/plain; version=0.0.4`
    Prometheus,
    /// `application/openmetrics-text; version=1.0.0`
    OpenMetrics,
}

impl Format {
    /// The form an `Accept` header asks for: OpenMetrics only if its version 1.0.0 is asked for by name and
    /// nothing says that plain text is liked better.
    pub fn accepted(accept: &str) -> Format {
        let (mut open, mut plain) = (0, 0);
        for range in accept.split(',').map(Range::parse) {
            let wanted = matches!(range.version, None | Some("1.0.0"));
            match range.kind.to_ascii_lowercase().as_str() {
                "application/openmetrics-text" if wanted => open = open.max(range.quality),
                "text/plain" => plain = plain.max(range.quality),
                _ => {}
            }
        }
        if open > 0 && open >= plain { Format::OpenMetrics } else { Format::Prometheus }
    }

    /// Its `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Format::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
            Format::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// Whether an `Accept-Encoding` header allows gzip.
pub fn accepts_gzip(accept: &str) -> bool {
    let ranges = || accept.split(',').map(Range::parse);
    let named = |range: &Range<'_>| range.kind.eq_ignore_ascii_case("gzip");
    match ranges().find(named) {
        Some(range) => range.quality > 0,
        None => ranges().any(|range| range.kind == "*" && range.quality > 0),
    }
}

/// One element of such a header.
struct Range<'a> {
    kind: &'a str,
    version: Option<&'a str>,
    /// In parts of a thousand.
    quality: u16,
}

impl<'a> Range<'a> {
    fn parse(text: &'a str) -> Self {
        let mut parts = text.split(';').map(str::trim);
        let mut range =
            Range { kind: parts.next().unwrap_or_default(), version: None, quality: 1_000 };
        for (name, value) in parts.filter_map(|part| part.split_once('=')) {
            match name.trim().to_ascii_lowercase().as_str() {
                "version" => range.version = Some(value.trim().trim_matches('"')),
                "q" => range.quality = quality(value.trim()),
                _ => {}
            }
        }
        range
    }
}

/// What cannot be read is not wanted.
fn quality(text: &str) -> u16 {
    let number = text.parse::<f32>().unwrap_or(0.0);
    (number.clamp(0.0, 1.0) * 1_000.0) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_metrics_only_where_it_is_asked_for() {
        let check = |accept, format| assert_eq!(Format::accepted(accept), format, "{accept}");
        check("", Format::Prometheus);
        check("*/*", Format::Prometheus);
        check("text/html,*/*;q=0.8", Format::Prometheus);
        check("application/openmetrics-text", Format::OpenMetrics);
        // Prometheus 2 and 3.
        check(
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
             text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            Format::OpenMetrics,
        );
        check(
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
             text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
            Format::OpenMetrics,
        );
        check("application/openmetrics-text; version=0.0.1", Format::Prometheus);
        check("application/openmetrics-text; version=1.0.0; q=0", Format::Prometheus);
        check("text/plain, application/openmetrics-text;q=0.5", Format::Prometheus);
    }

    #[test]
    fn gzip() {
        for accept in ["gzip", "br, GZIP;q=0.5", "*", "identity;q=0, *;q=0.1"] {
            assert!(accepts_gzip(accept), "{accept}");
        }
        for accept in ["", "br", "gzip;q=0", "gzip;q=0, *", "gzip;q=no"] {
            assert!(!accepts_gzip(accept), "{accept}");
        }
    }
}
