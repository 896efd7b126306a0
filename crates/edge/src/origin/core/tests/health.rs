//! Checks: who is in and who is out.

use super::*;
use std::sync::atomic::Ordering::Relaxed;

fn two(health: bool) -> Script {
    let servers = [server("10.0.0.1", 80), server("10.0.0.2", 80)];
    let mut script = Script::new(&upstream(&servers, health));
    assert_eq!(script.shown(), "Starting 1- 2-");
    script.all_checked(&Outcome::Passed);
    assert_eq!(script.shown(), "Serving 1+ 2+");
    script
}

/// Let the next check of each server end: the first as given, the second well.
fn round(script: &mut Script, first: &Outcome) {
    let mut done = 0;
    while done < 1 {
        script.pass(20 * SECOND);
        for (id, address) in std::mem::take(&mut script.checks) {
            let is_first = address.ip() == ip("10.0.0.1");
            done += u32::from(is_first);
            let outcome = if is_first { first.clone() } else { Outcome::Passed };
            script.step(Event::Checked(id, outcome));
        }
    }
}

#[test]
fn three_failures_out_two_passes_in() {
    let mut script = two(true);
    round(&mut script, &unfit());
    round(&mut script, &unfit());
    assert_eq!((script.shown().as_str(), script.said().as_str()), ("Serving 1+ 2+", ""));
    round(&mut script, &Outcome::Passed);
    round(&mut script, &unfit());
    round(&mut script, &unfit());
    assert_eq!(script.shown(), "Serving 1+ 2+", "not in a row");
    round(&mut script, &unfit());
    assert_eq!(script.shown(), "Serving 1- 2+");
    assert_eq!(
        script.said(),
        "upstream api: http://10.0.0.1:80 is not healthy: GET /health answered 500"
    );
    round(&mut script, &Outcome::Passed);
    round(&mut script, &unfit());
    round(&mut script, &Outcome::Passed);
    assert_eq!(script.shown(), "Serving 1- 2+");
    round(&mut script, &Outcome::Passed);
    assert_eq!(script.shown(), "Serving 1+ 2+");
    assert_eq!(script.said(), "upstream api: http://10.0.0.1:80 is healthy again");
    assert_eq!(script.origin.check_failures, 6);
}

#[test]
fn a_doubtful_server_is_checked_again_soon() {
    let mut script = two(true);
    let begin = script.now;
    round(&mut script, &unfit());
    let first = script.now - begin;
    round(&mut script, &unfit());
    round(&mut script, &unfit());
    let all = script.now - begin;
    assert!(first <= 11 * SECOND && all - first <= 3 * SECOND, "{first:?} {all:?}");
}

#[test]
fn when_nobody_is_healthy_requests_go_to_who_can_be_reached() {
    let mut script = two(true);
    for _ in 0..40 {
        script.pass(20 * SECOND);
        script.all_checked(&unfit());
    }
    assert_eq!(script.shown(), "Serving 1+ 2+");
    assert_eq!(script.said().matches("no server is healthy; requests go to").count(), 1);
    for _ in 0..3 {
        script.pass(20 * SECOND);
        for (id, address) in std::mem::take(&mut script.checks) {
            let first = address.ip() == ip("10.0.0.1");
            script.step(Event::Checked(id, if first { unreachable() } else { unfit() }));
        }
    }
    assert_eq!(script.shown(), "Serving 1- 2+");
    // The first that is healthy gets all.
    while script.shown() != "Serving 1+ 2-" {
        script.pass(20 * SECOND);
        for (id, address) in std::mem::take(&mut script.checks) {
            let first = address.ip() == ip("10.0.0.1");
            script.step(Event::Checked(id, if first { Outcome::Passed } else { unfit() }));
        }
    }
}

#[test]
fn when_nobody_can_be_reached_that_is_told() {
    let mut script = two(true);
    for _ in 0..20 {
        script.pass(20 * SECOND);
        script.all_checked(&unreachable());
    }
    assert_eq!(script.shown(), "Unreachable 1- 2-");
    // One good answer is enough when there is nobody else.
    script.pass(20 * SECOND);
    script.all_checked(&Outcome::Passed);
    assert!(script.shown().starts_with("Serving"), "{}", script.shown());
}

#[test]
fn a_new_server_gets_nothing_before_its_first_check() {
    let settings = upstream(&[server("api", 80)], true);
    let mut script = Script::new(&settings);
    script.resolve("api", Ok(&["10.0.0.1"]));
    assert_eq!(script.shown(), "Starting 1-");
    script.all_checked(&Outcome::Passed);
    script.checks.clear();
    while script.lookups.is_empty() {
        script.pass(40 * SECOND);
        script.all_checked(&Outcome::Passed);
    }
    script.resolve("api", Ok(&["10.0.0.1", "10.0.0.2"]));
    assert_eq!(script.shown(), "Serving 1+ 2-");
    script.checked(2, Outcome::Passed);
    assert_eq!(script.shown(), "Serving 1+ 2+");
}

#[test]
fn without_health_a_server_is_checked_when_requests_fail() {
    let mut script = two(false);
    script.pass(300 * SECOND);
    assert_eq!(script.checks, [], "nothing failed");
    let load = script.origin.members()[0].load.clone();
    load.connect_failures.fetch_add(1, Relaxed);
    let before = script.now;
    script.pass(SECOND);
    assert!(script.now - before <= SECOND);
    script.checked(1, unreachable());
    assert_eq!(script.shown(), "Serving 1+ 2+");
    for _ in 0..2 {
        script.pass(2 * SECOND);
        script.checked(1, unreachable());
    }
    assert_eq!(script.shown(), "Serving 1- 2+");
    assert!(script.now - before < 4 * SECOND, "{:?}", script.now - before);
    for _ in 0..2 {
        script.pass(2 * SECOND);
        script.checked(1, Outcome::Passed);
    }
    assert_eq!(script.shown(), "Serving 1+ 2+");
    script.pass(300 * SECOND);
    assert_eq!(script.checks, []);
}

#[test]
fn many_failing_requests_are_one_check_a_second() {
    let mut script = two(false);
    let load = script.origin.members()[0].load.clone();
    let begin = script.now;
    let mut checks = 0;
    while script.now - begin < 10 * SECOND {
        load.connect_failures.fetch_add(7, Relaxed);
        script.pass(SECOND / 10);
        checks += script.checks.len();
        script.all_checked(&Outcome::Passed);
    }
    assert!((5..=11).contains(&checks), "{checks}");
}

#[test]
fn a_changed_cause_is_told_at_a_bounded_rate() {
    let mut script = two(true);
    for _ in 0..3 {
        round(&mut script, &unfit());
    }
    script.said();
    let begin = script.now;
    let mut rounds = 0;
    while script.now - begin < 100 * SECOND {
        let cause = format!("cause {rounds}");
        round(&mut script, &Outcome::Unfit(cause));
        rounds += 1;
    }
    let told = script.said.len();
    assert!((4..=10).contains(&told), "{told} of {rounds}: {:?}", script.said);
}
