use super::{CAME_MS, asked, keep, micro};
use crate::cache::policy::using::{Trouble, Using, may_stand_in, using};
use config::Cache;

fn obeying() -> Cache {
    Cache { obeys_clients: true, ..Cache::default() }
}

/// What becomes of a reply with this `Cache-Control`, some seconds after it came, if a client says that.
fn check(reply: &str, client: &str, after_s: u64, want: Using) {
    let rules = obeying();
    let reply_fields = [("Cache-Control", reply), ("ETag", "\"x\"")];
    let stored = keep(&rules, &[], 200, &reply_fields[..]).unwrap();
    let asked = asked(&rules, &[("Cache-Control", client)]);
    let got = using(&rules, &asked, &stored, false, CAME_MS + after_s * 1_000);
    assert_eq!(got, want, "{reply:?} {client:?} after {after_s} s");
}

#[test]
fn a_reply_is_used_while_it_is_fresh() {
    check("max-age=60", "", 59, Using::Fresh);
    check("max-age=60", "", 60, Using::Validate);
    check("no-cache, max-age=60", "", 0, Using::Validate);
    check("max-age=60, stale-while-revalidate=10", "", 69, Using::WhileRevalidating);
    check("max-age=60, stale-while-revalidate=10", "", 70, Using::Validate);
}

#[test]
fn clients_may_want_less_than_is_kept() {
    check("max-age=60", "no-cache", 0, Using::ValidateAsAsked);
    check("max-age=60, immutable", "max-age=0", 1, Using::ValidateAsAsked);
    check("max-age=60", "max-age=30", 30, Using::Fresh);
    check("max-age=60", "max-age=30", 31, Using::ValidateAsAsked);
    check("max-age=60", "min-fresh=30", 30, Using::Fresh);
    check("max-age=60", "min-fresh=30", 31, Using::ValidateAsAsked);
    check("max-age=60", "max-stale=10", 70, Using::Stale);
    check("max-age=60", "max-stale=10", 71, Using::Validate);
    check("max-age=60", "max-stale", 10_000, Using::Stale);
    check("max-age=60", "max-stale=x", 61, Using::Validate);
}

/// CVE-2026-93748: a client's `max-stale` got replies that their maker had forbidden to use stale.
#[test]
fn cve_2026_93748_max_stale_does_not_lift_what_the_app_forbids() {
    for forbids in ["no-cache", "must-revalidate", "proxy-revalidate", "s-maxage=60"] {
        for client in ["max-stale", "max-stale=100000", "max-stale, max-age=100000"] {
            let reply = format!("max-age=60, {forbids}");
            check(&reply, client, 61, Using::Validate);
            check(&reply, client, 1_000, Using::Validate);
        }
    }
    check("no-cache", "max-stale", 0, Using::Validate);
}

#[test]
fn what_was_kept_without_a_word_is_not_for_who_says_who_they_are() {
    let stored = keep(&micro(), &[], 200, &[("A", "b")][..]).unwrap();
    let using =
        |rules: &Cache, request| using(rules, &asked(rules, request), &stored, false, CAME_MS);
    assert_eq!(using(&micro(), &[("A", "b")]), Using::Fresh);
    assert_eq!(using(&micro(), &[("Cookie", "a=b")]), Using::NotForThis);
    assert_eq!(using(&micro(), &[("Authorization", "a")]), Using::NotForThis);
    let ignoring = Cache { ignores_cookies: true, ..micro() };
    assert_eq!(using(&ignoring, &[("Cookie", "a=b")]), Using::Fresh);
    assert_eq!(using(&ignoring, &[("Authorization", "a")]), Using::NotForThis);
}

#[test]
fn what_was_purged_is_stale() {
    let rules = Cache::default();
    let check = |control, want| {
        let fields = [("Cache-Control", control), ("ETag", "x")];
        let stored = keep(&rules, &[], 200, &fields[..]).unwrap();
        assert_eq!(using(&rules, &asked(&rules, &[]), &stored, true, CAME_MS), want);
    };
    check("max-age=60", Using::Validate);
    check("max-age=60, stale-while-revalidate=5", Using::WhileRevalidating);
}

#[test]
fn a_stale_reply_stands_in_where_that_is_allowed() {
    let rules = Cache::default();
    let check = |control: &str, trouble, after_s: u64, want| {
        let fields = [("Cache-Control", control), ("ETag", "x")];
        let stored = keep(&rules, &[], 200, &fields[..]).unwrap();
        let now_ms = CAME_MS + after_s * 1_000;
        let got = may_stand_in(&rules, &asked(&rules, &[]), &stored, trouble, now_ms);
        assert_eq!(got, want, "{control} {trouble:?} after {after_s} s");
    };
    check("max-age=2", Trouble::Unreachable, 5, true);
    check("max-age=2", Trouble::Unreachable, 62, false);
    check("max-age=2", Trouble::Error, 5, false);
    check("max-age=2, stale-if-error=10", Trouble::Error, 11, true);
    check("max-age=2, stale-if-error=10", Trouble::Error, 12, false);
    for forbids in ["no-cache", "must-revalidate", "proxy-revalidate", "s-maxage=2"] {
        check(&format!("max-age=2, {forbids}"), Trouble::Unreachable, 5, false);
        check(&format!("max-age=2, {forbids}"), Trouble::Error, 5, false);
    }
}
