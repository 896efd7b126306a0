use super::{date, keep, micro};
use crate::cache::policy::admission::Refusal;
use config::Cache;

type Pairs<'a> = &'a [(&'a str, &'a str)];

fn check_in(
    rules: &Cache,
    request: Pairs<'_>,
    status: u16,
    reply: Pairs<'_>,
    want: Option<Refusal>,
) {
    assert_eq!(keep(rules, request, status, reply).err(), want, "{request:?} {status} {reply:?}");
}

fn check(request: Pairs<'_>, status: u16, reply: Pairs<'_>, want: Option<Refusal>) {
    check_in(&Cache::default(), request, status, reply, want);
}

/// The reply says that it is good for a minute, and `also`.
fn control(also: &str, want: Option<Refusal>) {
    let control = format!("max-age=60, {also}");
    check(&[], 200, &[("Cache-Control", &control)], want);
}

#[test]
fn what_a_reply_forbids_is_not_done() {
    control("x", None);
    control("no-store", Some(Refusal::NoStore));
    control("NO-STORE=1", Some(Refusal::NoStore));
    control("private", Some(Refusal::Private));
    control("private=\"\"", Some(Refusal::Private));
    control("private=\"x-a\"", None);
    control("no-cache", Some(Refusal::NoLifetime));
    control("x=\"unfinished", Some(Refusal::Malformed));
    control("no store", Some(Refusal::Malformed));
    check(&[], 200, &[("Cache-Control", "max-age=60"), ("Vary", "*")], Some(Refusal::Vary));
    check(&[], 200, &[("A", "b")], Some(Refusal::NoLifetime));
    check(&[], 200, &[("ETag", "\"x\"")], Some(Refusal::NoLifetime));
    check(&[], 200, &[("ETag", "\"x\""), ("Cache-Control", "no-cache")], None);
    check(&[], 200, &[("ETag", "\"x\""), ("Cache-Control", "max-age=0")], None);
}

#[test]
fn parts_and_confirmations_are_not_kept() {
    for status in [206, 304] {
        check(&[], status, &[("Cache-Control", "max-age=60")], Some(Refusal::Status));
    }
    for status in [200, 204, 299, 302, 404, 499, 500, 599] {
        check(&[], status, &[("Cache-Control", "max-age=60")], None);
    }
}

#[test]
fn must_understand_is_for_known_statuses() {
    let reply = [("Cache-Control", "max-age=60, must-understand, no-store")];
    check(&[], 200, &reply, None);
    check(&[], 599, &reply, Some(Refusal::Status));
}

#[test]
fn what_sets_a_cookie_is_not_shared() {
    let cookie = ("Set-Cookie", "id=7");
    for control in ["max-age=60", "max-age=60, public", "s-maxage=60"] {
        check(&[], 200, &[("Cache-Control", control), cookie], Some(Refusal::SetCookie));
    }
    check_in(&micro(), &[], 200, &[cookie], Some(Refusal::SetCookie));
    let rules = Cache { keeps_set_cookie: true, ..Cache::default() };
    check_in(
        &rules,
        &[],
        200,
        &[("Cache-Control", "max-age=60"), cookie],
        Some(Refusal::SetCookie),
    );
    check_in(&rules, &[], 200, &[("Cache-Control", "max-age=60, public"), cookie], None);
    let without = [("Cache-Control", "max-age=60, private=\"Set-Cookie\""), cookie];
    let stored = keep(&Cache::default(), &[], 200, &without[..]).unwrap();
    assert!(!String::from_utf8_lossy(&stored.lines).to_lowercase().contains("set-cookie:"));
}

#[test]
fn what_was_asked_with_a_name_is_shared_only_if_the_app_says_so() {
    let request = [("Authorization", "Basic x")];
    let check = |control, want| check(&request, 200, &[("Cache-Control", control)], want);
    check("max-age=60", Some(Refusal::Authorization));
    check("max-age=60, proxy-revalidate", Some(Refusal::Authorization));
    check("max-age=60, public=1", Some(Refusal::Authorization));
    check("max-age=60, public", None);
    check("max-age=60, must-revalidate", None);
    check("s-maxage=60", None);
    let modified = date(-1_000);
    let guessed = [("Cache-Control", "public"), ("Last-Modified", modified.as_str())];
    super::keep(&Cache::default(), &request, 200, &guessed[..]).unwrap_err();
    check_in(&micro(), &request, 200, &[("A", "b")], Some(Refusal::Authorization));
    check_in(&micro(), &request, 200, &[("Cache-Control", "public")], Some(Refusal::Private));
}

#[test]
fn a_reply_that_says_nothing_is_not_shared_where_there_are_cookies() {
    let request = [("Cookie", "session=1")];
    check_in(&micro(), &request, 200, &[("A", "b")], Some(Refusal::Private));
    check_in(&micro(), &request, 200, &[("Cache-Control", "max-age=60")], None);
    let rules = Cache { ignores_cookies: true, ..micro() };
    check_in(&rules, &request, 200, &[("A", "b")], None);
    check_in(&rules, &request, 200, &[("Cache-Control", "private")], Some(Refusal::Private));
    check_in(&rules, &request, 200, &[("Cache-Control", "no-store")], Some(Refusal::NoStore));
    check_in(&rules, &request, 200, &[("Set-Cookie", "a=b")], Some(Refusal::SetCookie));
}

#[test]
fn tags_are_read_from_both_fields() {
    let reply =
        [("Cache-Control", "max-age=60"), ("Cache-Tag", "b, a,,b"), ("Surrogate-Key", "c  a")];
    let stored = keep(&Cache::default(), &[], 200, &reply[..]).unwrap();
    let tags: Vec<&[u8]> = stored.tags.iter().map(|tag| &**tag).collect();
    assert_eq!(tags, [b"a", b"b", b"c"]);
}
