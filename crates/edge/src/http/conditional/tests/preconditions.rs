use super::{THEN, check, selected};
use crate::http::Method::{Get, Head, Other};
use crate::http::conditional::Selection::{Failed, NotModified, Whole};
use crate::http::conditional::{EntityTag, HttpDate, Role, Validators};

fn date(offset: i64) -> String {
    HttpDate(THEN.saturating_add_signed(offset)).to_string()
}

#[test]
fn a_tag_the_client_has_is_not_sent_again() {
    check(Get, &[("If-None-Match", "\"a\"")], NotModified);
    check(Head, &[("If-None-Match", "W/\"a\"")], NotModified);
    check(Get, &[("If-None-Match", "\"b\", \"a,b\" ,, \"a\"")], NotModified);
    check(Get, &[("If-None-Match", "\"b\""), ("If-None-Match", "\"a\"")], NotModified);
    check(Get, &[("If-None-Match", "*")], NotModified);
    check(Other, &[("If-None-Match", "*")], Failed);
    check(Other, &[("If-None-Match", "\"a\"")], Failed);
    check(Get, &[("If-None-Match", "\"b\"")], Whole);
    check(Get, &[("If-None-Match", "a")], Whole);
    check(Get, &[("If-None-Match", "\"b\" \"a\"")], Whole);
    check(Get, &[("If-None-Match", "\"a")], Whole);
    check(Get, &[("If-None-Match", "")], Whole);
}

#[test]
fn a_tag_weighs_more_than_a_date() {
    let same = date(0);
    check(Get, &[("If-Modified-Since", &same)], NotModified);
    check(Get, &[("If-Modified-Since", &same), ("If-None-Match", "\"b\"")], Whole);
    check(Get, &[("If-Modified-Since", &date(-1)), ("If-None-Match", "\"a\"")], NotModified);
    check(Get, &[("If-Unmodified-Since", &date(-1)), ("If-Match", "\"a\"")], Whole);
    check(Get, &[("If-Unmodified-Since", &same), ("If-Match", "\"b\"")], Failed);
}

#[test]
fn dates_are_compared_in_seconds() {
    check(Get, &[("If-Modified-Since", &date(1))], NotModified);
    check(Get, &[("If-Modified-Since", &date(-1))], Whole);
    check(Get, &[("If-Modified-Since", "yesterday")], Whole);
    check(Get, &[("If-Modified-Since", &date(1)), ("If-Modified-Since", &date(1))], Whole);
    check(Other, &[("If-Modified-Since", &date(1))], Whole);
    check(Get, &[("If-Unmodified-Since", &date(0))], Whole);
    check(Get, &[("If-Unmodified-Since", &date(-1))], Failed);
    check(Get, &[("If-Unmodified-Since", "yesterday")], Whole);
}

#[test]
fn what_the_client_expects_is_compared_strongly() {
    check(Get, &[("If-Match", "\"a\"")], Whole);
    check(Get, &[("If-Match", "*")], Whole);
    check(Get, &[("If-Match", "W/\"a\"")], Failed);
    check(Get, &[("If-Match", "\"b\"")], Failed);
    check(Get, &[("If-Match", "nonsense")], Failed);
    // The first precondition that fails decides.
    check(Get, &[("If-Match", "\"b\""), ("If-None-Match", "\"a\"")], Failed);
    check(Get, &[("If-Match", "\"a\""), ("If-None-Match", "\"a\"")], NotModified);
}

#[test]
fn a_cache_leaves_to_the_origin_what_is_the_origins() {
    let current = Validators { tag: EntityTag::read(b"W/\"a\""), ..Validators::default() };
    let by_cache = |headers: &[(&str, &str)]| selected(Get, Role::Cache, &current, headers);
    assert_eq!(by_cache(&[("If-Match", "\"b\"")]), Whole);
    assert_eq!(by_cache(&[("If-Unmodified-Since", &date(-1))]), Whole);
    assert_eq!(by_cache(&[("If-None-Match", "\"a\"")]), NotModified);
    assert_eq!(by_cache(&[("If-Modified-Since", &date(0))]), Whole, "no date is known");
    let by_origin = selected(Get, Role::Origin, &current, &[("If-Match", "W/\"a\"")]);
    assert_eq!(by_origin, Failed, "a weak tag never stands for the same bytes");
}

#[test]
fn a_tag_is_read_as_a_whole() {
    let read = |text: &'static str| EntityTag::read(text.as_bytes());
    assert_eq!(read("\"\"").unwrap().opaque, b"");
    assert!(read("W/\"x\"").unwrap().weak);
    for text in ["", "x", "\"x", "\"x\" ", "w/\"x\"", "\"a b\"", "\"\x07\""] {
        assert_eq!(read(text), None, "{text:?}");
    }
}
