//! Names: what they stand for, and what becomes of servers that they stand for no more.

use super::*;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};

fn api() -> Script {
    let mut script = Script::new(&upstream(&[server("api", 80)], false));
    script.fleet.as_ref().expect("told at once");
    assert_eq!(script.shown(), "Starting");
    script.resolve("api", Ok(&["10.0.0.2", "10.0.0.1"]));
    script.all_checked(&Outcome::Passed);
    assert_eq!(script.shown(), "Serving 1+ 2+");
    assert_eq!(script.said(), "upstream api: api is 10.0.0.1, 10.0.0.2");
    script
}

/// Until the next lookup.
fn next_lookup(script: &mut Script) {
    while script.lookups.is_empty() {
        script.pass(60 * SECOND);
        script.all_checked(&Outcome::Passed);
    }
}

#[test]
fn a_name_is_resolved_again_and_again() {
    let mut script = api();
    let id = script.fleet.as_ref().unwrap().members[0].worker;
    for _ in 0..5 {
        let before = script.now;
        next_lookup(&mut script);
        let waited = script.now - before;
        assert!(waited >= 27 * SECOND && waited <= 33 * SECOND, "{waited:?}");
        // The same in another order is the same.
        script.resolve("api", Ok(&["10.0.0.1", "10.0.0.2", "10.0.0.1"]));
    }
    assert_eq!(script.said(), "");
    assert_eq!(script.fleet.as_ref().unwrap().members[0].worker, id);
}

#[test]
fn a_failure_keeps_the_addresses_and_is_told_once() {
    let mut script = api();
    next_lookup(&mut script);
    let mut tries = 0;
    let begin = script.now;
    while script.now - begin < 100 * SECOND {
        script.resolve("api", Err("no answer"));
        tries += 1;
        next_lookup(&mut script);
    }
    assert_eq!(script.shown(), "Serving 1+ 2+");
    assert_eq!(
        script.said(),
        "upstream api: cannot resolve api: no answer; going on with 10.0.0.1, 10.0.0.2"
    );
    // After 1, 2, 4, 8, 16 s, then every 30 s.
    assert!((6..=9).contains(&tries), "{tries}");
    script.resolve("api", Ok(&["10.0.0.1", "10.0.0.2"]));
    assert_eq!(script.said(), "upstream api: api resolves again");
    assert_eq!(script.origin.resolve_failures, tries);
}

#[test]
fn a_name_that_never_resolves_fails_requests_at_once() {
    let mut script = Script::new(&upstream(&[server("nowhere", 80)], true));
    assert_eq!(script.shown(), "Starting");
    script.resolve("nowhere", Err("Name or service not known"));
    assert_eq!(script.shown(), "Unreachable");
    assert_eq!(
        script.said(),
        "upstream api: cannot resolve nowhere: Name or service not known; no request can go there until it resolves"
    );
    next_lookup(&mut script);
    script.resolve("nowhere", Ok(&[]));
    assert!(script.said().contains("it has no address"), "an empty answer is none");
    next_lookup(&mut script);
    script.resolve("nowhere", Ok(&["10.0.0.9"]));
    script.all_checked(&Outcome::Passed);
    assert_eq!(script.shown(), "Serving 9+");
}

#[test]
fn who_leaves_finishes_what_it_has() {
    let mut script = api();
    let leaver = script.origin.members()[0].load.clone();
    leaver.in_flight.store(1, SeqCst);
    next_lookup(&mut script);
    script.resolve("api", Ok(&["10.0.0.2"]));
    assert_eq!(script.shown(), "Serving 1- 2+");
    script.pass(100 * SECOND);
    script.lookups.clear();
    assert_eq!(script.shown(), "Serving 1- 2+");
    leaver.in_flight.store(0, SeqCst);
    script.pass(SECOND);
    assert_eq!(script.shown(), "Serving 2+");
}

#[test]
fn who_leaves_and_is_never_idle_is_forgotten() {
    let mut script = api();
    script.origin.members()[0].load.upgraded.store(1, Relaxed);
    next_lookup(&mut script);
    script.resolve("api", Ok(&["10.0.0.2"]));
    let begin = script.now;
    while script.shown() != "Serving 2+" {
        script.pass(SECOND);
        script.lookups.clear();
        assert!(script.now - begin < 700 * SECOND, "{}", script.shown());
    }
    assert!(script.now - begin > 500 * SECOND);
}

#[test]
fn who_comes_back_is_the_same() {
    let mut script = api();
    let before = script.fleet.as_ref().unwrap().members[0].worker;
    script.origin.members()[0].load.in_flight.store(1, SeqCst);
    next_lookup(&mut script);
    script.resolve("api", Ok(&["10.0.0.2"]));
    next_lookup(&mut script);
    script.resolve("api", Ok(&["10.0.0.1", "10.0.0.2"]));
    assert_eq!(script.shown(), "Serving 1+ 2+");
    assert_eq!(script.fleet.as_ref().unwrap().members[0].worker, before);
    assert_eq!(script.checks.len(), 1, "and is checked");
}

#[test]
fn two_urls_of_one_address_are_one_server() {
    let servers =
        [server("a", 80), server("10.0.0.1", 80), server("10.0.0.1", 81), server("a", 80)];
    let mut script = Script::new(&upstream(&servers, false));
    script.resolve("a", Ok(&["10.0.0.1"]));
    assert_eq!((script.lookups.len(), script.checks.len()), (0, 2));
    script.all_checked(&Outcome::Passed);
    assert_eq!(script.shown(), "Serving 1+ 1+");
}

#[test]
fn too_many_addresses_are_cut_and_told() {
    let mut script = Script::new(&upstream(&[server("many", 80)], false));
    let all: Vec<String> = (0..100).map(|last| format!("10.0.0.{last}")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    script.resolve("many", Ok(&all));
    assert_eq!(script.origin.members().len(), 64);
    assert!(script.said().contains("many has 100 addresses; the first 64 are used"));
}

#[test]
fn a_reload_keeps_what_is_still_there() {
    let mut script = api();
    let before = script.fleet.as_ref().unwrap().members[1].worker;
    let settings = upstream(&[server("api", 80), server("10.0.0.7", 80)], true);
    script.step(Event::Settings(settings));
    assert_eq!(script.shown(), "Serving 1+ 2+ 7-");
    assert_eq!((script.lookups.len(), script.checks.len()), (0, 3), "by the new path");
    assert_eq!(script.fleet.as_ref().unwrap().members[1].worker, before);
    script.all_checked(&Outcome::Passed);
    let settings = upstream(&[server("10.0.0.7", 80)], true);
    script.step(Event::Settings(settings));
    assert_eq!(script.shown(), "Serving 1- 2- 7+");
    script.pass(SECOND);
    assert_eq!(script.shown(), "Serving 7+");
}

#[test]
fn a_removed_upstream_ends() {
    let mut script = api();
    script.origin.members()[0].load.upgraded.store(1, Relaxed);
    script.step(Event::Remove(10 * SECOND));
    assert_eq!(script.shown(), "Stopped 1- 2-");
    script.pass(9 * SECOND);
    assert_eq!(script.shown(), "Stopped 1-");
    script.pass(2 * SECOND);
    assert_eq!(script.shown(), "Stopped 1x");
    assert!(!script.origin.is_over());
    script.pass(2 * SECOND);
    assert!(script.origin.is_over());
    assert_eq!(script.origin.due(script.now), None);
    assert!(script.lookups.is_empty() && script.checks.is_empty());
}
