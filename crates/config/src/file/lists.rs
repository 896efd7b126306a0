//! Tables whose keys the user chooses, with a string or an array of strings for each.

use super::check::Check;
use super::section::Section;
use std::borrow::Cow;
use std::ops::Range;
use toml::de::DeValue;

/// Strings, each with its place; None: `false` stands there.
type Texts = Option<Vec<(String, Range<usize>)>>;

/// What stands under one name.
pub(super) struct Entry<'a> {
    pub name: &'a str,
    pub name_span: Range<usize>,
    /// Its full path, for mistakes.
    pub path: String,
    pub span: Range<usize>,
    pub texts: Texts,
}

/// The entries of the table `name`, in the order of their names; none if it is not written.
pub(super) fn lists<'a>(
    section: &Section<'a>,
    name: &str,
    check: &mut Check<'_>,
) -> Vec<Entry<'a>> {
    let Some(field) = section.field(name) else { return Vec::new() };
    let DeValue::Table(table) = field.value else {
        section.read(check, name);
        return Vec::new();
    };
    let mut entries = Vec::new();
    for (name, value) in table {
        let path = format!("{}.{}", field.path, name.get_ref());
        let texts = match texts(value.get_ref(), value.span()) {
            Ok(texts) => texts,
            Err(span) => {
                let text = format!(
                    "{:?} is neither a string, an array of strings nor false",
                    name.get_ref()
                );
                let cure =
                    format!("write for example {} = {}", field.key.name(), field.key.example);
                check.fault(span, &path, text, cure);
                continue;
            }
        };
        let (name_span, span) = (name.span(), value.span());
        let name = match name.get_ref() {
            Cow::Borrowed(name) => name,
            Cow::Owned(name) => name.as_str(),
        };
        entries.push(Entry { name, name_span, path, span, texts });
    }
    entries
}

/// The strings of a value; where it is none, the place of what is not.
fn texts(value: &DeValue<'_>, span: Range<usize>) -> Result<Texts, Range<usize>> {
    match value {
        DeValue::Boolean(false) => Ok(None),
        DeValue::String(text) => Ok(Some(vec![(text.to_string(), span)])),
        DeValue::Array(array) => {
            let text = |item: &toml::Spanned<DeValue<'_>>| match item.get_ref() {
                DeValue::String(text) => Ok((text.to_string(), item.span())),
                _ => Err(item.span()),
            };
            array.iter().map(text).collect::<Result<_, _>>().map(Some)
        }
        _ => Err(span),
    }
}
