//! Whatever path a client sends, the name that comes of it leads nowhere but down. The oracle decodes
//! by a plain reading of RFC 3986 and walks the names on a pile of folders.
#![no_main]

use edge::files::path::{Unfit, is_hashed, kind, resolve};
use libfuzzer_sys::fuzz_target;

/// Decode once; None if that cannot be done.
fn decoded(path: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < path.len() {
        if path[at] == b'%' {
            let digits = std::str::from_utf8(path.get(at + 1..at + 3)?).ok()?;
            if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return None;
            }
            out.push(u8::from_str_radix(digits, 16).ok()?);
            at += 3;
        } else {
            out.push(path[at]);
            at += 1;
        }
    }
    Some(out)
}

/// How deep below the folder each step of a path is, as a lenient reader would take it: one that takes
/// backslashes for slashes too.
fn stays_below(path: &str) -> bool {
    let mut depth = 0_i32;
    for name in path.split(['/', '\\']) {
        match name {
            "" | "." => {}
            ".." => depth -= 1,
            _ => depth += 1,
        }
        if depth < 0 {
            return false;
        }
    }
    true
}

// The first byte says whether names with a dot are served.
fuzz_target!(|bytes: &[u8]| {
    let Some((first, path)) = bytes.split_first() else { return };
    let dotfiles = first & 1 == 1;
    let plain = decoded(path).and_then(|plain| String::from_utf8(plain).ok());
    match resolve(path, dotfiles) {
        Ok(wanted) => {
            let name = &*wanted.path;
            assert_eq!(Some(name), plain.as_deref(), "decoded once and no more");
            assert!(stays_below(name) && !name.starts_with('/') && !name.contains('\\'));
            assert!(!name.contains('\0') && !name.contains("//"));
            assert_eq!(wanted.folder, name.is_empty() || name.ends_with('/'));
            for part in name.split('/') {
                assert!(part != "." && part != "..");
                assert!(dotfiles || !part.starts_with('.') || part == ".well-known");
            }
            let _ = (is_hashed(name), kind(name));
        }
        Err(Unfit::Malformed) => {
            assert!(plain.is_none_or(|plain| plain.contains('\0')), "it has a meaning");
        }
        Err(Unfit::Hidden) => {}
    }
});
