use crate::limit::headers::{Told, seconds, write};
use crate::limit::limiter::Standing;
use config::{Limit, LimitAlgorithm, LimitHeaders, LimitMost, LimitPer};
use std::time::Duration;

fn limit(name: &str, count: u32, headers: LimitHeaders) -> Limit {
    let (period, algorithm) = (Duration::from_secs(60), LimitAlgorithm::Window);
    Limit {
        name: name.into(),
        per: LimitPer::Client,
        most: LimitMost::Rate { count, period, algorithm },
        status: 429,
        except: Vec::new(),
        methods: Vec::new(),
        headers: Some(headers),
        ipv6_prefix: 64,
        keys_max: 64,
        shared: true,
    }
}

fn written(rates: &[(&Limit, u64, u64)]) -> String {
    let rates: Vec<Told<'_>> = rates
        .iter()
        .map(|(limit, remaining, reset_ms)| Told {
            limit,
            standing: Standing { remaining: *remaining, reset: Duration::from_millis(*reset_ms) },
        })
        .collect();
    let mut out = Vec::new();
    write(&rates, || Duration::from_secs(1_000_000), &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn the_newest_form_lists_every_rate() {
    let (a, b) = (limit("a", 10, LimitHeaders::Draft8), limit("b.x", 50, LimitHeaders::Draft8));
    assert_eq!(
        written(&[(&a, 3, 1_001), (&b, 0, 60_000)]),
        "RateLimit-Policy: \"a\";q=10;w=60, \"b.x\";q=50;w=60\r\n\
         RateLimit: \"a\";r=3;t=2, \"b.x\";r=0;t=60\r\n"
    );
}

#[test]
fn older_forms_tell_of_the_rate_of_which_the_least_is_left() {
    let (a, b) = (limit("a", 10, LimitHeaders::Legacy), limit("b", 50, LimitHeaders::Legacy));
    assert_eq!(
        written(&[(&a, 3, 1_001), (&b, 2, 60_000)]),
        "X-RateLimit-Limit: 50\r\nX-RateLimit-Remaining: 2\r\nX-RateLimit-Reset: 1000060\r\n"
    );
    let seven = limit("a", 10, LimitHeaders::Draft7);
    assert_eq!(
        written(&[(&seven, 3, 500)]),
        "RateLimit-Policy: 10;w=60\r\nRateLimit: limit=10, remaining=3, reset=1\r\n"
    );
    let six = limit("a", 10, LimitHeaders::Draft6);
    assert_eq!(
        written(&[(&six, 3, 500)]),
        "RateLimit-Policy: 10;w=60\r\nRateLimit-Limit: 10\r\nRateLimit-Remaining: 3\r\n\
         RateLimit-Reset: 1\r\n"
    );
    assert_eq!(written(&[]), "");
}

#[test]
fn a_second_that_has_begun_counts() {
    assert_eq!(seconds(Duration::ZERO), 0);
    assert_eq!(seconds(Duration::from_nanos(1)), 1);
    assert_eq!(seconds(Duration::from_secs(1)), 1);
}
