use super::nonce::NONCE_BYTES;
use super::*;
use config::{Machine, parse};
use std::path::Path;

fn headers(text: &str) -> Headers {
    let text = format!("app.web.run = 'a.js'\n[edge]\nheaders = {text}");
    let config = parse(&text, Path::new("/srv"), None, &Machine { cores: 1 }).unwrap();
    Headers::new(&config.edge.rules.headers)
}

fn own(headers: &Headers, theirs: &str, secure: bool, kind: Kind<'_>) -> String {
    let (kept, taken) = headers.sift(theirs.as_bytes());
    let mut out = kept.into_owned();
    headers.write(taken, secure, kind, &mut out);
    String::from_utf8(out).unwrap()
}

/// The names in the lines of a reply, in small letters.
fn names_of(lines: &str) -> Vec<String> {
    names(lines.as_bytes())
        .map(|name| String::from_utf8(name.to_ascii_lowercase()).unwrap())
        .collect()
}

#[test]
fn helmet_s_defaults_are_one_copy() {
    let helmet = headers("true");
    let plain = own(&helmet, "", false, Kind::Other);
    let secure = own(&helmet, "", true, Kind::Other);
    assert_eq!(plain.lines().count(), 11, "{plain}");
    assert!(secure.ends_with(&plain) && secure.starts_with("Strict-Transport-Security: "));
    assert!(plain.lines().all(|line| !line.is_empty()) && plain.ends_with("\r\n"));
}

#[test]
fn what_the_app_says_is_kept() {
    let helmet = headers("true");
    let theirs = "Date: x\r\nx-frame-OPTIONS: DENY\r\nX-Powered-By: Express\r\nETag: \"1\"\r\n";
    let told = own(&helmet, theirs, false, Kind::Other);
    assert!(told.starts_with("Date: x\r\nx-frame-OPTIONS: DENY\r\nETag: \"1\"\r\n"), "{told}");
    let names = names_of(&told);
    assert_eq!(names.iter().filter(|name| *name == "x-frame-options").count(), 1, "{told}");
    assert!(
        names.contains(&"x-download-options".into()) && !names.contains(&"x-powered-by".into())
    );
}

#[test]
fn override_replaces_what_the_app_says() {
    let told = own(
        &headers("{ override = true, helmet = false, set = { A = ['1', '2'], B = 'x' } }"),
        "a: theirs\r\nC: c\r\nA: again\r\n",
        false,
        Kind::Other,
    );
    assert_eq!(told, "C: c\r\nA: 1\r\nA: 2\r\nB: x\r\n");
}

#[test]
fn what_is_set_and_removed_is_replaced() {
    let headers =
        headers("{ helmet = false, set = { Server = 'shop' }, remove = ['server', 'Via'] }");
    let told = own(&headers, "SERVER: nginx\r\nvia: 1.1 x\r\n", false, Kind::Other);
    assert_eq!(told, "Server: shop\r\n");
}

#[test]
fn transport_security_is_for_tls_only() {
    let headers = headers(
        "{ helmet = false, strict_transport_security = { max_age = 60 }, set = { A = 'a' } }",
    );
    assert_eq!(own(&headers, "", false, Kind::Other), "A: a\r\n");
    let both = "Strict-Transport-Security: max-age=60; includeSubDomains\r\nA: a\r\n";
    assert_eq!(own(&headers, "", true, Kind::Other), both);
    // Not by the way that is taken when the app has one of the others, either.
    assert_eq!(own(&headers, "a: b\r\n", false, Kind::Other), "a: b\r\n");
}

const NONCED: &str = "{ helmet = false, content_security_policy = { nonce = ['script-src', 'style-src'], \
     use_defaults = false, directives = { default-src = \"'none'\", script-src = \"'self'\" } } }";

#[test]
fn a_nonce_is_in_the_policy_of_pages_only() {
    let headers = headers(NONCED);
    assert!(headers.has_nonce());
    let nonce = Nonce::new([0xfb; NONCE_BYTES]);
    let text = "+/v7+/v7+/v7+/v7+/v7+/v7";
    let page = format!(
        "Content-Security-Policy: default-src 'none';script-src 'self' 'nonce-{text}';\
         style-src 'nonce-{text}'\r\n"
    );
    assert_eq!(own(&headers, "", false, Kind::Page(&nonce)), page);
    let mut out = Vec::new();
    headers.write_policies(&nonce, &mut out);
    assert_eq!(String::from_utf8(out).unwrap(), page);
    let bare = "Content-Security-Policy: default-src 'none';script-src 'self';style-src 'none'\r\n";
    assert_eq!(own(&headers, "", false, Kind::Other), bare);
    assert_eq!(own(&headers, "", false, Kind::NotModified), "");
    let theirs = "content-security-policy: default-src *\r\n";
    assert_eq!(own(&headers, theirs, false, Kind::Page(&nonce)), theirs);
    let mut out = Vec::new();
    assert!(headers.write(Taken::default(), false, Kind::Page(&nonce), &mut out));
    assert!(!headers.write(Taken::default(), false, Kind::Other, &mut out));
}

#[test]
fn nonces_are_base64_of_all_their_bytes() {
    let text = |bytes| String::from_utf8(Nonce::new(bytes).as_bytes().to_vec()).unwrap();
    assert_eq!(text(*b"any carnal pleasur"), "YW55IGNhcm5hbCBwbGVhc3Vy");
    for at in 0..NONCE_BYTES {
        let mut bytes = [0; NONCE_BYTES];
        bytes[at] = 1;
        assert_ne!(text(bytes), text([0; NONCE_BYTES]), "byte {at} does not matter");
    }
}

#[test]
fn long_names_are_told_apart() {
    let long = "X-".to_owned() + &"y".repeat(80);
    let headers = headers(&format!("{{ helmet = false, set = {{ {long} = 'a' }} }}"));
    assert_eq!(
        own(&headers, &format!("{long}: b\r\n"), false, Kind::Other),
        format!("{long}: b\r\n")
    );
    let other = format!("{long}y: b\r\n");
    assert_eq!(own(&headers, &other, false, Kind::Other), format!("{other}{long}: a\r\n"));
}

#[test]
fn no_nonce_comes_twice() {
    let (mut nonces, mut drawn, mut seen) =
        (Nonces::default(), 0_u8, std::collections::BTreeSet::new());
    for _ in 0..100 {
        let nonce = nonces.next(|| {
            drawn += 1;
            let mut number = 0_u32;
            Some(std::array::from_fn(|_| {
                number =
                    number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223 + u32::from(drawn));
                (number >> 24) as u8
            }))
        });
        assert!(seen.insert(nonce.unwrap().as_bytes().to_vec()));
    }
    assert_eq!(drawn, 4);
    assert!(Nonces::default().next(|| None).is_none());
}
