//! Names that a build tool gives to a file by its content: another content gets another name.

/// True if such a file never changes. `path` is that of the request. Where it cannot be told from a
/// name that a person chose the answer is no: a file that is asked about once too often costs little,
/// one that is kept for a year by mistake costs a release.
pub fn is_hashed(path: &str) -> bool {
    // All of it, also what has no hash in its name but one in its path (the id of the build).
    if path.contains("/_next/static/") {
        return true;
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    if matches!(extension, "html" | "htm" | "xhtml") {
        return false;
    }
    // `main.3f9a1c2b.js`, `3f9a1c2b-s.p.woff2`, `main-BxY12abc.js`, `main.3f9a1c2b.js.map`
    stem.split('.').any(has_hex_hash)
        || stem.split('.').any(ends_in_base64_hash)
        || stem.split('.').skip(1).any(is_base64_hash)
}

fn has_hex_hash(part: &str) -> bool {
    // What has an id in its name changes as what it identifies does.
    !has_uuid(part) && part.split(['-', '_']).any(is_hex_hash)
}

/// After any dash: such hashes may hold dashes themselves.
fn ends_in_base64_hash(part: &str) -> bool {
    let dashes = part.match_indices(['-', '_']);
    dashes.filter_map(|(at, _)| part.get(at + 1..)).any(is_base64_hash)
}

fn has_uuid(part: &str) -> bool {
    let is_uuid = |text: &[u8]| {
        let dashed = |at: usize| matches!(at, 8 | 13 | 18 | 23);
        text.iter().enumerate().all(|(at, byte)| match dashed(at) {
            true => *byte == b'-',
            false => byte.is_ascii_hexdigit(),
        })
    };
    part.as_bytes().windows(36).any(is_uuid)
}

/// Hexadecimal, as webpack, Next.js and most asset pipelines write it: digits and letters, of a
/// length that hashes have and dates do not.
fn is_hex_hash(part: &str) -> bool {
    matches!(part.len(), 8 | 10 | 12 | 16 | 20 | 32 | 40 | 64)
        && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && part.bytes().any(|byte| byte.is_ascii_digit())
        && part.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// Eight characters of base64 or base32, as Vite, Rollup and esbuild write them. Words and numbered
/// names have eight characters too, so it must look like no word.
fn is_base64_hash(part: &str) -> bool {
    let bytes = part.as_bytes();
    let [_, _, _, _, _, _, _, _] = bytes else { return false };
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let (upper, lower) =
        (bytes.iter().any(u8::is_ascii_uppercase), bytes.iter().any(u8::is_ascii_lowercase));
    let digit = bytes.iter().any(u8::is_ascii_digit);
    bytes.iter().all(allowed)
        && upper
        && (lower || digit)
        && (bytes.windows(2).any(is_digit_then_letter) || bytes.windows(3).any(is_jumble))
}

/// Numbers stand at the end of words, not inside.
fn is_digit_then_letter(pair: &[u8]) -> bool {
    matches!(pair, [a, b] if a.is_ascii_digit() && b.is_ascii_alphabetic())
}

/// `BxY`: no word changes its case at every letter.
fn is_jumble(three: &[u8]) -> bool {
    matches!(three, [a, b, c]
        if a.is_ascii_uppercase() && b.is_ascii_lowercase() && c.is_ascii_uppercase())
}
