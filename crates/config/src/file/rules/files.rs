use crate::Files;
use crate::file::check::Check;
use crate::file::section::Section;
use crate::file::value::Value;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;
use toml::de::DeValue;

/// `files`: a folder, or a table.
pub(super) fn files(section: &Section<'_>, check: &mut Check<'_>) -> Option<Files> {
    section.field("files")?;
    let absent = Section::absent("route.*.files");
    let (table, text) = match section.read(check, "files")? {
        Value::Text(text) => (absent, Some(text)),
        Value::Section => (section.child(check, "files"), None),
        _ => return None,
    };
    let (span, key) = match text {
        Some(_) => (section.place("files"), section.path_of("files")),
        None => (table.place("folder"), table.path_of("folder")),
    };
    let Some(text) = text.or_else(|| table.text(check, "folder")) else {
        if !table.has("folder") {
            let what = format!("[{}] does not say which folder", table.path);
            check.missing(table.span.clone(), &key, what, "write folder = \"public\"");
        }
        return None;
    };
    let folder = check.place.path(check.place.root, &text);
    if check.place.look
        && let Err((text, cure)) = look(&folder)
    {
        check.fault(span, &key, text, cure);
        return None;
    }
    let fallback = name(&table, "fallback", check);
    if let Some(fallback) = &fallback
        && check.place.look
        && !folder.join(fallback).is_file()
    {
        let text = format!("there is no file {}", folder.join(fallback).display());
        let (span, key) = (table.place("fallback"), table.path_of("fallback"));
        check.fault(span, &key, text, "make it first, or write another name");
    }
    Some(Files {
        folder,
        strip: table.flag(check, "strip")?,
        index: name(&table, "index", check),
        fallback,
        max_age: table.time(check, "max_age").unwrap_or(Duration::ZERO),
        immutable: table.flag(check, "immutable")?,
        precompressed: table.flag(check, "precompressed")?,
        dotfiles: table.flag(check, "dotfiles")?,
        types: types(&table, check),
    })
}

/// Whether files can be looked for in the folder. Err: what is wrong, and the cure.
fn look(folder: &Path) -> Result<(), (String, String)> {
    let shown = folder.display();
    if folder.is_file() {
        let within = folder.parent().map(|parent| parent.display().to_string()).unwrap_or_default();
        return Err((format!("{shown} is a file, not a folder"), format!("write {within:?}")));
    }
    match std::fs::read_dir(folder) {
        Ok(_) => Ok(()),
        Err(cause) if cause.kind() == ErrorKind::NotFound => {
            let cure = "make it (perhaps the build has not run yet), or write another path, relative \
                        to this file";
            Err((format!("there is no folder {shown}"), cure.into()))
        }
        Err(cause) => {
            let cure = "let the user that runs Ostler read it and go into it (chmod a+rx)";
            Err((format!("cannot read the folder {shown}: {cause}"), cure.into()))
        }
    }
}

/// The name of a file below the folder, or none.
fn name(table: &Section<'_>, key: &'static str, check: &mut Check<'_>) -> Option<String> {
    let Value::Text(text) = table.read(check, key)? else { return None };
    let good = text.split('/').all(|part| !matches!(part, "" | "." | ".."));
    if good {
        return Some(text);
    }
    let what = format!("{text:?} is no file below the folder");
    let cure = "write its path from the folder on, without / at its start, and without . and ..";
    check.fault(table.place(key), &table.path_of(key), what, cure);
    None
}

fn types(table: &Section<'_>, check: &mut Check<'_>) -> BTreeMap<String, String> {
    let mut types = BTreeMap::new();
    let Some(field) = table.field("types") else { return types };
    let DeValue::Table(given) = field.value else {
        table.read(check, "types");
        return types;
    };
    for (name, value) in given {
        let text = name.get_ref();
        let path = format!("{}.{text}", field.path);
        let ending = text.strip_prefix('.').unwrap_or(text).to_ascii_lowercase();
        if ending.is_empty() || !ending.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/')
        {
            let what = format!("{text:?} is no ending of a file's name");
            check.fault(name.span(), &path, what, "write it without a dot: wasm = \"…\"");
            continue;
        }
        match value.get_ref().as_str() {
            Some(kind) if is_content_type(kind) => {
                types.insert(ending, kind.to_owned());
            }
            _ => wrong_type(value.span(), &path, check),
        }
    }
    types
}

fn wrong_type(span: Range<usize>, path: &str, check: &mut Check<'_>) {
    let cure = "write for example \"text/plain; charset=utf-8\"";
    check.fault(span, path, "this is no content type", cure);
}

/// A name, a slash and a name; whatever follows is printable.
fn is_content_type(text: &str) -> bool {
    let token = |part: &str| {
        let good = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte);
        !part.is_empty() && part.bytes().all(good)
    };
    let (kind, rest) = text.split_once(';').unwrap_or((text, ""));
    let pair = kind.trim_end().split_once('/');
    pair.is_some_and(|(main, sub)| token(main) && token(sub))
        && rest.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
}
