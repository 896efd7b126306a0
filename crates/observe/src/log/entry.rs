//! From a line that was kept to what is told of it. Pure.

use super::parse::Shape;
use super::query::Matcher;
use super::search::Found;
use crate::record::Record;
use std::borrow::Cow;

/// What a line says, taken apart.
pub fn record(matcher: &mut Matcher, found: &Found<'_>) -> Record {
    let line = found.line;
    let shape = matcher.read(line);
    let roles = shape.roles;
    let value = |place: Option<u16>| -> Option<Cow<'_, str>> {
        matcher.value(&shape, line, usize::from(place?))
    };
    let text = value(roles.message).map_or_else(|| line.into(), Cow::into_owned);
    let told = [roles.message, roles.level, roles.time];
    let is_told = |place: usize| told.iter().flatten().any(|own| usize::from(*own) == place);
    let fields = shape.names.iter().enumerate().filter(|(place, _)| !is_told(*place));
    let fields = fields.filter_map(|(place, name)| {
        let value = matcher.value(&shape, line, place)?;
        Some((name.to_string(), value.into_owned()))
    });
    Record {
        at_ms: found.at_ms,
        app: found.app.clone(),
        worker: found.worker,
        stream: found.stream,
        level: found.level,
        text: whole_text(&shape, text, line),
        fields: fields.collect(),
        trace_id: value(roles.trace).map(Cow::into_owned),
        request_id: value(roles.request).map(Cow::into_owned),
        raw: line.into(),
    }
}

/// An error that a logger took apart is told with its message, since there is often no other.
fn whole_text(shape: &Shape, text: String, line: &str) -> String {
    if text.is_empty() && shape.roles.message.is_some() { line.into() } else { text }
}
