use super::*;
use std::path::{Component, Path};

fn found(path: &str) -> Result<String, Unfit> {
    resolve(path.as_bytes(), false).map(|wanted| wanted.path.into_owned())
}

#[test]
fn names_are_decoded_once() {
    let check = |path: &str, want: &str| assert_eq!(found(path), Ok(want.to_owned()), "{path}");
    check("", "");
    check("a.css", "a.css");
    check("a/b/c.css", "a/b/c.css");
    check("a/", "a/");
    check("%61.css", "a.css");
    check("a%20b", "a b");
    check("a%2520b", "a%20b");
    check("%2541", "%41");
    check("gr%C3%BC%c3%9fe", "grüße");
    check("a..b", "a..b");
    check("a...", "a...");
    check("a?b", "a?b");
    check(".well-known/security.txt", ".well-known/security.txt");
    check("x/.well-known/a", "x/.well-known/a");
    check("%2ewell-known/a", ".well-known/a");
}

#[test]
fn what_has_no_meaning_is_malformed() {
    for path in ["%", "a%", "a%4", "%g0", "%0g", "%+1", "%00", "a%00.css", "%ff", "%c3", "%c0%ae"] {
        assert_eq!(found(path), Err(Unfit::Malformed), "{path}");
    }
    assert_eq!(resolve(b"\xff", false), Err(Unfit::Malformed));
}

#[test]
fn what_leads_elsewhere_or_is_hidden_is_not_served() {
    for path in [
        "..",
        "../a",
        "a/..",
        "a/../b",
        "a/../../b",
        ".",
        "./a",
        "a/.",
        "a/./b",
        "/",
        "//a",
        "a//b",
        "a//",
        "%2e%2e/a",
        "%2E%2E/a",
        ".%2e/a",
        "a/%2e./b",
        "%2e/a",
        "..%2fa",
        "a%2Fb",
        "%2fetc/passwd",
        "a\\b",
        "..\\a",
        "a%5cb",
        "%5c..%5c",
        ".env",
        ".git/config",
        "a/.htaccess",
        "%2eenv",
        "...",
        ".well-known2",
        ".well-known/.secret",
        "a%0ab",
        "a%7fb",
        "a%1f",
    ] {
        assert_eq!(found(path), Err(Unfit::Hidden), "{path}");
    }
    assert_eq!(found(&"a".repeat(256)), Err(Unfit::Hidden));
    assert_eq!(found(&"a/".repeat(2_048)), Err(Unfit::Hidden));
    assert!(resolve(b".env", true).is_ok());
    assert_eq!(resolve(b"../a", true), Err(Unfit::Hidden));
}

#[test]
fn a_folder_ends_in_a_slash() {
    let folder = |path: &str| resolve(path.as_bytes(), false).unwrap().folder;
    assert!(folder("") && folder("a/") && folder("a/b/"));
    assert!(!folder("a") && !folder("a/b"));
}

/// Against the standard library's own reading of paths.
#[test]
fn nothing_leads_up() {
    const PIECES: &[&str] = &[
        ".", "..", "/", "\\", "a", "%2e", "%2E", "%2f", "%5c", "%", "%00", "%252e", "é", "%c0%ae",
        " ", "~",
    ];
    let mut random = base::random::Random::new(11);
    for _ in 0..200_000 {
        let count = random.below(9);
        let pick = |_| PIECES[random.below(PIECES.len() as u64) as usize];
        let path: String = (0..count).map(pick).collect();
        let Ok(wanted) = resolve(path.as_bytes(), true) else { continue };
        let down = |part: Component<'_>| matches!(part, Component::Normal(_));
        assert!(Path::new(&*wanted.path).components().all(down), "{path:?} is {wanted:?}");
        assert_eq!(wanted.folder, wanted.path.is_empty() || wanted.path.ends_with('/'));
    }
}

#[test]
fn hashed_names_are_told_from_others() {
    for path in [
        "/assets/index-BxY12abc.js",
        "/assets/index-DRf3Kq9_.css",
        "/assets/logo-Dk-2fGxQ.svg",
        "/assets/vendor-C_xYzQab.js",
        "/chunk-5L5JRZEK.js",
        "/main.3f9a1c2b.js",
        "/main.3f9a1c2b.js.map",
        "/static/js/main.3f9a1c2b.chunk.js",
        "/3f9a1c2b4d5e6f70.css",
        "/c9a5bc6a7c948fb0-s.p.woff2",
        "/logo-0a1b2c3d4e5f60718293a4b5c6d7e8f9.png",
        "/_next/static/V8bq0zv5o3wXkYl1/_buildManifest.js",
        "/application-8f3b2a1c9d.css",
    ] {
        assert!(is_hashed(path), "{path}");
    }
    for path in [
        "/550e8400-e29b-41d4-a716-446655440000.jpg",
        "/avatar-550e8400-e29b-41d4-a716-44665544000a.jpg",
        "/507f1f77bcf86cd799439011.jpg",
        "/index.html",
        "/index-BxY12abc.html",
        "/jquery-3.7.1.min.js",
        "/bootstrap-datepicker.js",
        "/user-Settings.js",
        "/page-dataGrid.js",
        "/chapter-section1.js",
        "/photo-IMG12345.jpg",
        "/wallpaper-1024x768.jpg",
        "/wallpaper-1920x1080.jpg",
        "/report-20240101.pdf",
        "/report.20240101.pdf",
        "/deadbeef.js",
        "/main.12345678.js",
        "/iPhone12.png",
        "/for-iPhone12.png",
        "/app-download.js",
        "/SUMMER24.css",
        "/my-facade.css",
        "/favicon.ico",
        "/robots.txt",
        "/3f9a1c2b",
        "/a/3f9a1c2b4d5e6f70/readme",
        "",
    ] {
        assert!(!is_hashed(path), "{path}");
    }
}

#[test]
fn types_go_by_the_ending() {
    let check = |name: &str, want: &str| assert_eq!(kind(name).content_type, want, "{name}");
    check("a.css", "text/css; charset=utf-8");
    check("a/b.min.JS", "text/javascript; charset=utf-8");
    check("a.unknown", "application/octet-stream");
    check("a.tar.gz", "application/gzip");
    check("README", "application/octet-stream");
    check(".css", "application/octet-stream");
    check("a.css/b", "application/octet-stream");
    check("x.woff2", "font/woff2");
    assert!(kind("a.svg").compressible && !kind("a.png").compressible);
}

#[test]
fn every_type_is_found() {
    for ending in ["7z", "css", "html", "js", "json", "map", "mjs", "svg", "wasm", "zip", "zst"] {
        assert_ne!(kind(&format!("x.{ending}")).content_type, "", "{ending}");
        let packed = matches!(ending, "7z" | "zip" | "zst");
        assert_eq!(kind(&format!("x.{ending}")).compressible, !packed, "{ending}");
    }
}
