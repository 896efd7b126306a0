//! Names of headers, cookies and methods: tokens of RFC 9110 section 5.6.2.

/// The longest name of a header or a cookie that a setting goes by, in bytes.
pub(super) const NAME_BYTES_MAX: usize = 64;

/// What `header:NAME` or `cookie:NAME` names.
pub(super) enum Part {
    /// A header, in lower case.
    Header(String),
    /// A cookie.
    Cookie(String),
}

/// True if `text` can be the name of a header, a cookie (RFC 6265) or a method.
pub(super) fn is_token(text: &str) -> bool {
    let sign = |byte: u8| b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || sign(byte))
}

/// True if `text` can be a name that a setting goes by.
pub(super) fn is_name(text: &str) -> bool {
    is_token(text) && text.len() <= NAME_BYTES_MAX
}

/// `kind` or `kind:name`.
pub(super) fn kind_and_name(text: &str) -> (&str, Option<&str>) {
    match text.split_once(':') {
        Some((kind, name)) => (kind.trim(), Some(name.trim())),
        None => (text.trim(), None),
    }
}

/// The part of a request that `text` names, which is of that kind and name. None: it is neither a header
/// nor a cookie.
pub(super) fn part(
    text: &str,
    kind: &str,
    name: Option<&str>,
) -> Option<Result<Part, (String, String)>> {
    if !matches!(kind, "header" | "cookie") {
        return None;
    }
    Some(match name {
        None | Some("") => {
            Err((format!("{text:?} does not name the {kind}"), format!("write \"{kind}:NAME\"")))
        }
        Some(name) if !is_name(name) => {
            let rule = format!("use 1 to {NAME_BYTES_MAX} letters, digits, - and _");
            Err((format!("{name:?} cannot be the name of a {kind}"), rule))
        }
        Some(name) if kind == "header" => Ok(Part::Header(name.to_ascii_lowercase())),
        Some(name) => Ok(Part::Cookie(name.into())),
    })
}
