use super::check::Check;
use std::ops::Range;

/// The items of an array at `path`, each read by `read`; one that is there twice is a mistake.
pub(super) fn distinct<T: PartialEq>(
    texts: Vec<(String, Range<usize>)>,
    path: &str,
    check: &mut Check<'_>,
    read: impl Fn(&str) -> Result<T, (String, String)>,
) -> Vec<T> {
    let mut all = Vec::new();
    for (text, span) in texts {
        match read(&text) {
            Ok(one) if all.contains(&one) => {
                check.fault(span, path, format!("{text:?} is there twice"), "remove one");
            }
            Ok(one) => all.push(one),
            Err((text, cure)) => check.fault(span, path, text, cure),
        }
    }
    all
}
