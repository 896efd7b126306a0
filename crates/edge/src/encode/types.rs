//! Types of content that are worth encoding.

use crate::http::field::media_type;

/// Types whose streams have a compression of their own, and forbid that of HTTP.
const NEVER: [&[u8]; 2] = [b"application/grpc", b"application/connect+"];

/// A list of types: `text/html`, `text/*`, or `*+json`, which is any type with that suffix.
#[derive(Debug, Clone, Default)]
pub struct Types(Vec<Pattern>);

#[derive(Debug, Clone)]
enum Pattern {
    /// This type, in lower case.
    One(Vec<u8>),
    /// What begins so: `text/`.
    Start(Vec<u8>),
    /// What ends so: `+json`.
    End(Vec<u8>),
}

impl Types {
    /// From a list as it is written in the config.
    pub fn new<'a>(list: impl IntoIterator<Item = &'a str>) -> Self {
        let pattern = |text: &str| {
            let text = text.to_ascii_lowercase();
            match (text.strip_suffix('*'), text.strip_prefix('*')) {
                (Some(start), _) => Pattern::Start(start.into()),
                (None, Some(end)) => Pattern::End(end.into()),
                (None, None) => Pattern::One(text.into()),
            }
        };
        Types(list.into_iter().map(pattern).collect())
    }

    /// True if the value of a `Content-Type` is in the list; parameters do not matter.
    pub fn has(&self, content_type: &[u8]) -> bool {
        let kind = media_type(content_type);
        let starts = |start: &[u8]| {
            kind.get(..start.len()).is_some_and(|part| part.eq_ignore_ascii_case(start))
        };
        let ends = |end: &[u8]| {
            let from = kind.len().checked_sub(end.len());
            from.and_then(|from| kind.get(from..))
                .is_some_and(|part| part.eq_ignore_ascii_case(end))
        };
        let listed = self.0.iter().any(|pattern| match pattern {
            Pattern::One(one) => kind.eq_ignore_ascii_case(one),
            Pattern::Start(start) => starts(start),
            Pattern::End(end) => ends(end),
        });
        listed && !NEVER.iter().any(|never| starts(never))
    }
}

/// True for a stream of events.
pub(super) fn is_events(content_type: &[u8]) -> bool {
    media_type(content_type).eq_ignore_ascii_case(b"text/event-stream")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_listed_as_they_are_or_by_their_ends() {
        let types = Types::new(["text/*", "*+json", "Application/JSON", "*"]);
        assert!(types.has(b"application/pdf"), "a star alone is everything");
        let types = Types::new(["text/*", "*+json", "Application/JSON"]);
        for good in [
            "text/html",
            "TEXT/plain; charset=utf-8",
            " application/json ;x",
            "application/vnd.api+json",
            "text/event-stream",
        ] {
            assert!(types.has(good.as_bytes()), "{good}");
        }
        for bad in [
            "",
            ";",
            "text",
            "image/png",
            "application/jsonp",
            "json",
            "application/grpc+json",
            "application/connect+json",
            "application/octet-stream; type=text/html",
        ] {
            assert!(!types.has(bad.as_bytes()), "{bad}");
        }
        assert!(is_events(b"Text/Event-Stream;charset=utf-8") && !is_events(b"text/event"));
    }
}
