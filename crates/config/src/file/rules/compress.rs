use crate::file::check::Check;
use crate::file::distinct::distinct;
use crate::file::nearest::nearest;
use crate::file::section::Section;
use crate::file::value::Value;
use crate::{Compress, CompressBreach, CompressCoding};
use std::ops::Range;

const CODINGS: [(&str, CompressCoding); 3] = [
    ("gzip", CompressCoding::Gzip),
    ("br", CompressCoding::Brotli),
    ("zstd", CompressCoding::Zstd),
];

/// `compress`: `true`, `false` or a table; what `default` says without it.
pub(super) fn compress(
    section: &Section<'_>,
    default: Option<&Compress>,
    check: &mut Check<'_>,
) -> Option<Compress> {
    let absent = Section::absent(&format!("{}.compress", section.pattern()));
    match section.read(check, "compress") {
        None => default.cloned(),
        Some(Value::Flag(true)) => default.cloned().or_else(|| table(&absent, check)),
        Some(Value::Section) => table(&section.child(check, "compress"), check),
        Some(_) => None,
    }
}

fn table(section: &Section<'_>, check: &mut Check<'_>) -> Option<Compress> {
    Some(Compress {
        order: order(section, check)?,
        min_bytes: section.size(check, "min")?,
        types: types(section, check)?,
        gzip: section.count(check, "gzip")?,
        brotli: section.count(check, "br")?,
        zstd: section.count(check, "zstd")?,
        adapt: section.flag(check, "adapt")?,
        breach: match section.word(check, "breach")? {
            "same-site" => CompressBreach::SameSite,
            "off" => CompressBreach::Off,
            _ => CompressBreach::CrossSite,
        },
    })
}

fn order(section: &Section<'_>, check: &mut Check<'_>) -> Option<Vec<CompressCoding>> {
    let Value::Texts(texts) = section.read(check, "order")? else { return None };
    let path = section.path_of("order");
    if texts.is_empty() && check.clean(&path) {
        let cure = "write order = [\"zstd\", \"gzip\", \"br\"], or compress = false";
        check.fault(section.place("order"), &path, "no coding is offered", cure);
    }
    Some(distinct(texts, &path, check, coding))
}

fn coding(text: &str) -> Result<CompressCoding, (String, String)> {
    let known = CODINGS.iter().find(|(name, _)| *name == text).map(|(_, coding)| *coding);
    known.ok_or_else(|| (format!("there is no coding {text:?}"), cure(text)))
}

fn cure(text: &str) -> String {
    let near = match text.to_ascii_lowercase().as_str() {
        "brotli" => Some("br"),
        "zstandard" | "zst" => Some("zstd"),
        "deflate" | "gz" | "zlib" | "x-gzip" => Some("gzip"),
        lower => nearest(lower, CODINGS.iter().map(|(name, _)| *name)),
    };
    match near {
        Some(near) => format!("write {near:?}"),
        None => "write \"zstd\", \"gzip\" or \"br\"".into(),
    }
}

fn types(section: &Section<'_>, check: &mut Check<'_>) -> Option<Vec<String>> {
    let Value::Texts(texts) = section.read(check, "types")? else { return None };
    let path = section.path_of("types");
    if texts.is_empty() && check.clean(&path) {
        let cure = "write types = [\"text/*\"], or compress = false";
        check.fault(section.place("types"), &path, "no type is compressed", cure);
    }
    let mut kind = |(text, span): (String, Range<usize>)| match type_fault(&text) {
        None => Some(text),
        Some((fault, cure)) => {
            check.fault(span, &path, fault, cure);
            None
        }
    };
    Some(texts.into_iter().filter_map(&mut kind).collect())
}

fn type_fault(text: &str) -> Option<(String, String)> {
    let wrong = |cure: String| Some((format!("{text:?} is no type of content"), cure));
    if let Some((bare, _)) = text.split_once(';') {
        return wrong(format!("write it without parameters: {:?}", bare.trim()));
    }
    let inner = text.trim_start_matches('*').trim_end_matches('*');
    let stars = text.len() - inner.len();
    let token = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    let good = match (text.strip_suffix("/*"), text.strip_prefix("*+"), text.split_once('/')) {
        (Some(kind), ..) => token(kind),
        (_, Some(suffix), _) => token(suffix),
        (.., Some((kind, subtype))) => stars == 0 && token(kind) && token(subtype),
        _ => false,
    };
    if good {
        return None;
    }
    wrong("write for example \"text/html\", \"text/*\" or \"*+json\"".into())
}
