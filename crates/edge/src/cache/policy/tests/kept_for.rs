use super::{CAME_MS, date, keep, micro};
use crate::cache::policy::admission::{Moments, Refusal, admit};
use crate::cache::policy::asked::Asked;
use crate::http::Method;
use config::Cache;

/// For how many seconds a reply with these fields is fresh.
fn check(fields: &[(&str, &str)], want_s: u64) {
    let kept = keep(&Cache::default(), &[], 200, fields);
    let got = kept.map(|stored| stored.fresh_for_ms(CAME_MS) / 1_000);
    assert_eq!(got, Ok(want_s), "{fields:?}");
}

#[test]
fn a_lifetime_is_that_which_is_said_for_shared_caches() {
    let (future, past, now) = (date(50), date(-50), date(0));
    check(&[("Cache-Control", "max-age=60")], 60);
    check(&[("Cache-Control", "max-age=60, s-maxage=5")], 5);
    check(&[("Cache-Control", "max-age=0, s-maxage=5"), ("Expires", &past)], 5);
    check(&[("Cache-Control", "max-age=60"), ("Expires", &past), ("Date", &now)], 60);
    check(&[("Expires", &future), ("Date", &now)], 50);
    check(&[("Expires", &future)], 50);
    check(&[("Expires", &future), ("Date", "yesterday")], 50);
    check(&[("Cache-Control", "max-age=1"), ("CDN-Cache-Control", "max-age=9")], 9);
    check(&[("Cache-Control", "no-store"), ("CDN-Cache-Control", "max-age=9")], 9);
    check(&[("Cache-Control", "max-age=99999999999")], 1 << 31);
}

#[test]
fn age_counts_from_when_the_reply_was_made() {
    let (past, now) = (date(-40), date(0));
    check(&[("Cache-Control", "max-age=60"), ("Age", "10")], 50);
    check(&[("Cache-Control", "max-age=60"), ("Date", &past)], 20);
    check(&[("Cache-Control", "max-age=60"), ("Date", &past), ("Age", "50")], 10);
    check(&[("Cache-Control", "max-age=60"), ("Date", &now), ("Age", "50, 70")], 10);
    check(&[("Cache-Control", "max-age=60"), ("Age", "50"), ("Age", "70")], 10);
    check(&[("Cache-Control", "max-age=60"), ("Age", "")], 60);
    for none in ["-1", "abc", "1.5", "7;x=1", "abc, 0"] {
        let fields = [("Cache-Control", "max-age=60"), ("Age", none)];
        let kept = keep(&Cache::default(), &[], 200, &fields[..]);
        assert_eq!(kept.err(), Some(Refusal::NoLifetime), "{none}");
    }
    let slow = Moments { asked_ms: CAME_MS - 5_000, came_ms: CAME_MS };
    let rules = Cache::default();
    let nothing: &[(&str, &str)] = &[];
    let asked = Asked::read(&rules, Method::Get, nothing).unwrap();
    let reply = [("Cache-Control", "max-age=60")];
    let stored = admit(&rules, &asked, nothing, 200, &reply[..], slow).unwrap();
    assert_eq!(stored.fresh_for_ms(CAME_MS), 55_000, "the app took five seconds");
}

#[test]
fn a_tenth_of_the_time_without_change_is_guessed() {
    let check = |modified_s: i64, want_s| {
        let (modified, now) = (date(modified_s), date(0));
        check(&[("Last-Modified", &modified), ("Date", &now)], want_s);
    };
    check(-1_000, 100);
    check(-100 * 24 * 3_600, 24 * 3_600);
    let guessed = |status, public: bool| {
        let (modified, cc) = (date(-1_000), if public { "public" } else { "x" });
        keep(
            &Cache::default(),
            &[],
            status,
            &[("Last-Modified", modified.as_str()), ("Cache-Control", cc)][..],
        )
    };
    for status in Cache::STATUSES {
        assert!(guessed(status, false).is_ok_and(|stored| stored.implicit), "{status}");
    }
    for status in [201, 202, 302, 403, 500, 502, 503, 504, 599] {
        assert_eq!(guessed(status, false).err(), Some(Refusal::NoLifetime), "{status}");
        assert!(guessed(status, true).is_ok(), "{status}");
    }
}

#[test]
fn a_reply_that_says_nothing_is_kept_as_the_settings_say() {
    let fresh = |status, fields: &[(&str, &str)]| {
        let kept = keep(&micro(), &[], status, fields);
        kept.map(|stored| (stored.fresh_for_ms(CAME_MS), stored.implicit))
    };
    assert_eq!(fresh(200, &[("A", "b")]), Ok((1_000, true)));
    let modified = date(-1_000);
    assert_eq!(fresh(200, &[("Last-Modified", &modified)]), Ok((1_000, true)));
    assert_eq!(fresh(200, &[("Age", "30")]), Ok((1_000, true)));
    assert_eq!(fresh(200, &[("Cache-Control", "max-age=60")]), Ok((60_000, false)));
    assert_eq!(fresh(200, &[("Cache-Control", "max-age=0")]), Err(Refusal::NoLifetime));
    assert_eq!(fresh(200, &[("Expires", "0")]), Err(Refusal::NoLifetime));
    assert_eq!(fresh(404, &[("A", "b")]), Ok((1_000, true)));
    assert_eq!(fresh(500, &[("A", "b")]), Err(Refusal::NoLifetime));
    let rules = Cache { statuses: vec![500], ..micro() };
    assert!(keep(&rules, &[], 500, &[("A", "b")][..]).is_ok());
    assert!(keep(&rules, &[], 200, &[("A", "b")][..]).is_err());
}

#[test]
fn a_stale_reply_is_good_enough_for_as_long_as_is_said() {
    let rules = Cache {
        stale: std::time::Duration::from_secs(7),
        stale_if_error: Some(std::time::Duration::from_secs(8)),
        ..Cache::default()
    };
    let check = |rules: &Cache, control: &str, want: (u64, u64, u64)| {
        let stored = keep(rules, &[], 200, &[("Cache-Control", control)][..]).unwrap();
        let times = stored.times;
        let got = [times.while_revalidate_ms, times.if_error_ms, times.if_unreachable_ms];
        assert_eq!(got.map(|ms| ms / 1_000), <[u64; 3]>::from(want), "{control}");
    };
    check(&Cache::default(), "max-age=1", (0, 0, 60));
    check(&rules, "max-age=1", (7, 8, 8));
    check(&rules, "max-age=1, stale-while-revalidate=3", (3, 8, 8));
    check(&rules, "max-age=1, stale-if-error=4", (7, 4, 4));
    check(&rules, "max-age=1, stale-if-error=0", (7, 0, 0));
    check(&rules, "s-maxage=1", (0, 0, 0));
    check(&rules, "s-maxage=1, stale-while-revalidate=3, stale-if-error=4", (3, 4, 4));
    for never in ["must-revalidate", "proxy-revalidate"] {
        let control = format!("max-age=1, stale-while-revalidate=3, stale-if-error=4, {never}");
        check(&rules, &control, (0, 0, 0));
    }
}
