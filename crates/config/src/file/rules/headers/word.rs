use super::{lines, options, policy};
use crate::Headers;
use crate::file::check::Check;
use crate::file::section::Section;
use crate::file::value::Value;

/// `headers`; `inherited` where it is not written.
pub(in crate::file::rules) fn headers(
    section: &Section<'_>,
    inherited: &Headers,
    check: &mut Check<'_>,
) -> Headers {
    if !section.has("headers") {
        return inherited.clone();
    }
    match section.read(check, "headers") {
        Some(Value::Flag(false)) => Headers::default(),
        Some(Value::Flag(true) | Value::Word(_)) => {
            table(&Section::absent(&format!("{}.headers", section.pattern())), check)
        }
        Some(Value::Section) => table(&section.child(check, "headers"), check),
        _ => inherited.clone(),
    }
}

fn table(section: &Section<'_>, check: &mut Check<'_>) -> Headers {
    let mut headers = Headers {
        overrides: section.flag(check, "override").unwrap_or_default(),
        ..Headers::default()
    };
    let helmet = section.flag(check, "helmet").unwrap_or(true);
    let policy = policy::line(section, helmet, check);
    let rest = options::lines(section, helmet, check);
    for (name, value) in policy.into_iter().chain(rest) {
        headers.set.insert(name.into(), vec![value]);
    }
    if options::hides_powered_by(section, helmet, check) {
        headers.remove.push("X-Powered-By".into());
    }
    lines::set(section, &mut headers, check);
    lines::remove(section, &mut headers, check);
    lines::limit(section, &headers, check);
    if headers.is_empty() { Headers::default() } else { headers }
}
