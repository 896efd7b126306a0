use super::script::{Script, check, check_fleets};
use super::{app, workers};
use config::{Health, ReadyOn, Run};
use model::FleetState;
use model::api::AppState;
use std::time::Duration;

#[test]
fn each_number_gets_a_worker() {
    check(workers(3), "start", "spawn 0 n0 g1@0.00s; spawn 1 n1 g1@0.00s; spawn 2 n2 g1@0.00s");
}

#[test]
fn a_crashing_worker_waits_longer_each_time() {
    let script = Script::run(
        app(|app| app.restart.crash_loop_after = 100),
        "start; exit 0; exit 1; tick 1000; exit 2; tick 2000; exit 3; tick 4000; exit 4; tick 8000; \
         exit 5; tick 8000",
    );
    let times: Vec<f64> = script
        .did
        .iter()
        .map(|did| {
            let (_, at) = did.split_once('@').unwrap();
            at.trim_end_matches('s').parse().unwrap()
        })
        .collect();
    let waits: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let full = [0.0, 1.0, 2.0, 4.0, 8.0, 8.0];
    assert_eq!(waits.len(), full.len(), "{:?}", script.did);
    for (wait, full) in waits.iter().zip(full) {
        assert!(*wait <= full + 1.0 + 0.06 && *wait >= full * 0.75, "{waits:?}");
    }
}

#[test]
fn a_stable_run_starts_the_waits_from_the_beginning() {
    check(
        workers(1),
        "start; ready 0; exit 0; ready 1; exit 1; tick 1000; ready 2; tick 60000; exit 2; ready 3",
        "spawn 0 n0 g1@0.00s; spawn 1 n0 g1@0.00s; spawn 2 n0 g1@0.80s; spawn 3 n0 g1@61.00s",
    );
}

#[test]
fn a_worker_that_does_not_listen_is_killed_and_told_why() {
    let script = Script::run(workers(1), "start; tick 29950; tick 50; exit 0");
    assert_eq!(script.did[1], "kill 0@30.00s");
    assert_eq!(script.told, ["WorkerKilled", "WorkerDied"]);
}

#[test]
fn an_app_that_never_starts_is_failed_and_left_alone_until_a_reload() {
    let words = "start; exit 0; exit 1; tick 1000; exit 2; tick 60000";
    let script = Script::run(workers(1), words);
    assert_eq!(script.did.len(), 3, "{:?}", script.did);
    assert_eq!(script.told.last().unwrap(), "AppFailed");
    assert_eq!(script.fleet().state(), AppState::Failed);
    assert_eq!(script.fleet().fleet_state(), FleetState::Failed);
    let script = Script::run(workers(1), &format!("{words}; reload; ready 3"));
    assert_eq!(script.answers, ["reloaded g2"]);
    assert_eq!(script.fleet().state(), AppState::Online);
    let script = Script::run(workers(1), &format!("{words}; reload; exit 3; tick 60000"));
    assert!(script.answers[0].starts_with("not reloaded: "), "{:?}", script.answers);
    assert_eq!((script.fleet().state(), script.did.len()), (AppState::Failed, 4));
    let script = Script::run(workers(1), &format!("{words}; restart 0; ready 3"));
    assert_eq!(
        (script.answers.join(","), script.fleet().state()),
        ("restarted".into(), AppState::Online)
    );
}

#[test]
fn one_number_that_loops_leaves_the_others_serving() {
    let script = Script::run(
        workers(2),
        "start; ready 0; exit 1; exit 2; tick 1000; exit 3; tick 3000; exit 4; tick 10000",
    );
    assert!(script.told.iter().any(|told| told == "CrashLoop"));
    assert!(!script.told.iter().any(|told| told == "AppFailed"));
    assert_eq!(script.fleet().state(), AppState::Degraded);
    let reason = script.fleet().reason().unwrap();
    assert!(reason.contains("worker 1 died 4 times in a row: exit code 1"), "{reason}");
    assert_eq!(script.fleets.last().unwrap(), "0:open");
}

#[test]
fn a_reload_keeps_the_old_until_the_new_is_ready() {
    check_fleets(
        workers(1),
        "start; ready 0; busy 0 3; reload; tick 5000; ready 1; tick 1000; busy 0 0; tick 50; exit 0",
        &["", "0:open", "0:draining 1:open", "0:cut 1:open", "1:open"],
    );
}

#[test]
fn a_reload_goes_number_by_number_and_never_has_more_than_a_quarter_extra() {
    check(
        workers(2),
        "start; ready 0; ready 1; reload; ready 2; tick 100; exit 0; ready 3; tick 100; exit 1",
        "spawn 0 n0 g1@0.00s; spawn 1 n1 g1@0.00s; spawn 2 n0 g2@0.00s; signal 0@0.05s; \
         spawn 3 n1 g2@0.10s; signal 1@0.15s",
    );
    let all: String = (0..8).map(|at| format!("ready {at};")).collect();
    let script = Script::run(workers(8), &format!("start; {all} reload; tick 100"));
    assert_eq!(script.did.len(), 9, "one first, to see whether it starts");
    let script =
        Script::run(workers(8), &format!("start; {all} reload; ready 8; tick 50; exit 0; tick 50"));
    assert_eq!(script.did.len(), 12, "then two at a time: {:?}", script.did);
}

#[test]
fn a_new_version_that_does_not_start_leaves_the_old() {
    let script = Script::run(workers(2), "start; ready 0; ready 1; reload; exit 2; tick 10000");
    assert_eq!(script.did.len(), 3, "{:?}", script.did);
    assert_eq!(script.fleets.last().unwrap(), "0:open 1:open");
    assert_eq!(script.answers, ["not reloaded: the new worker 0 was not ready: exit code 1"]);
    assert_eq!((script.fleet().state(), script.fleet().generation()), (AppState::Online, 1));
}

#[test]
fn a_reload_that_fails_half_way_says_so() {
    let words = "start; ready 0; ready 1; reload; ready 2; tick 50; exit 0; exit 3; tick 1000";
    let script = Script::run(workers(2), words);
    assert_eq!(script.fleet().state(), AppState::Degraded);
    assert!(
        script.answers[0].contains("1 of 2 workers run the new version"),
        "{:?}",
        script.answers
    );
    assert_eq!(script.fleets.last().unwrap(), "1:open 2:open");
    let script = Script::run(
        workers(2),
        &format!("{words}; reload; ready 4; tick 50; exit 2; ready 5; tick 50; exit 1"),
    );
    assert_eq!(script.answers[1], "reloaded g3");
    assert_eq!(script.fleet().state(), AppState::Online);
}

#[test]
fn reloads_asked_for_during_a_reload_share_the_next() {
    let script = Script::run(
        workers(1),
        "start; ready 0; reload; reload; reload; ready 1; tick 50; exit 0; ready 2; tick 50",
    );
    assert_eq!(script.answers, ["reloaded g2", "reloaded g3", "reloaded g3"]);
}

#[test]
fn a_changed_number_of_workers_counts_when_the_reload_is_through() {
    check(
        workers(1),
        "start; ready 0; change 2; ready 1; tick 50; exit 0; tick 50; ready 2",
        "spawn 0 n0 g1@0.00s; spawn 1 n0 g2@0.00s; signal 0@0.05s; spawn 2 n1 g2@0.05s",
    );
}

#[test]
fn websockets_have_their_grace_then_a_close_then_the_signal_then_sigkill() {
    check_fleets(
        workers(1),
        "start; ready 0; upgraded 0 2; tick 50; restart 0; ready 1; tick 5000; tick 1000; tick 10000",
        &["", "0:open", "0:draining 1:open", "0:closing 1:open", "0:cut 1:open"],
    );
    check(
        workers(1),
        "start; ready 0; upgraded 0 2; tick 50; restart 0; ready 1; tick 16000",
        "spawn 0 n0 g1@0.00s; spawn 1 n0 g1@0.05s; signal 0@6.05s; kill 0@16.05s",
    );
}

#[test]
fn requests_that_do_not_end_are_cut_after_the_drain_time() {
    check(
        workers(1),
        "start; ready 0; busy 0 1; restart 0; ready 1; tick 20000",
        "spawn 0 n0 g1@0.00s; spawn 1 n0 g1@0.00s; signal 0@20.00s",
    );
}

#[test]
fn memory_replaces_and_the_hard_limit_kills() {
    check(
        workers(1),
        "start; ready 0; tick 60000; rss 0 600; tick 50; ready 1; tick 50",
        "spawn 0 n0 g1@0.00s; spawn 1 n0 g1@60.05s; signal 0@60.10s",
    );
    check(
        workers(1),
        "start; ready 0; rss 0 600; tick 59950; rss 0 1100; tick 50; exit 0",
        "spawn 0 n0 g1@0.00s; kill 0@60.00s; spawn 1 n0 g1@60.00s",
    );
}

#[test]
fn a_stall_is_told_then_drained_if_it_recovers_and_killed_if_not() {
    let words = "start; ready 0; beat 0 50; tick 100; beat 0 2100; tick 50";
    let script = Script::run(workers(1), words);
    assert_eq!(script.told.last().unwrap(), "WorkerStalled");
    check(
        workers(1),
        &format!("{words}; beat 0 20; tick 50; ready 1; tick 50"),
        "spawn 0 n0 g1@0.00s; spawn 1 n0 g1@0.20s; signal 0@0.25s",
    );
    check(
        workers(1),
        &format!("{words}; beat 0 6100; tick 50; exit 0"),
        "spawn 0 n0 g1@0.00s; kill 0@0.20s; spawn 1 n0 g1@0.20s",
    );
}

#[test]
fn ready_waits_for_the_message_and_the_health_path() {
    let settings = app(|app| {
        app.ready = ReadyOn::Message;
        let (timeout, interval) = (Duration::from_secs(1), Duration::from_secs(5));
        app.health = Some(Health { path: "/health".into(), timeout, interval });
    });
    check(
        settings.clone(),
        "start; listen 0; tick 50; refuse 0; tick 100; answer 0; tick 50; said 0; tick 5000",
        "spawn 0 n0 g1@0.00s; probe 0@0.00s; probe 0@0.15s; probe 0@5.20s",
    );
    let script = Script::run(settings.clone(), "start; listen 0; answer 0; tick 30000; exit 0");
    assert!(script.did.contains(&"kill 0@30.00s".to_owned()));
    let ill = "start; listen 0; said 0; answer 0; tick 5000; refuse 0; tick 5000; refuse 0; tick 5000; refuse 0";
    let script = Script::run(settings, ill);
    assert_eq!(script.did.last().unwrap(), "spawn 1 n0 g1@15.00s");
    assert_eq!(script.told.last().unwrap(), "Replacing");
}

#[test]
fn a_command_is_ready_when_its_port_answers() {
    let settings = app(|app| app.run = Run::Command(vec!["python3".into()]));
    check_fleets(settings, "start; refuse 0; tick 100; answer 0", &["", "0:open"]);
}

#[test]
fn an_unfit_worker_is_killed_with_its_reason() {
    let script = Script::run(workers(1), "start; unfit 0; exit 0; exit 1; tick 2000; exit 2");
    assert_eq!(script.told[..2], ["WorkerKilled", "WorkerDied"]);
    assert_eq!(script.fleet().state(), AppState::Failed);
}

#[test]
fn scaling_adds_at_the_end_and_drains_from_the_end() {
    check(
        workers(2),
        "start; ready 0; ready 1; scale 3; ready 2; scale 1; tick 50",
        "spawn 0 n0 g1@0.00s; spawn 1 n1 g1@0.00s; spawn 2 n2 g1@0.00s; signal 1@0.05s; signal 2@0.05s",
    );
}

#[test]
fn scaling_down_waits_until_those_that_stay_serve() {
    let settings = app(|app| app.workers = config::Workers { min: 1, max: 2 });
    let script = Script::run(settings.clone(), "start; scale 2; ready 1; scale 1; tick 1000");
    assert_eq!(script.fleets.last().unwrap(), "1:open");
    let script =
        Script::run(settings, "start; scale 2; ready 1; scale 1; tick 1000; ready 0; tick 100");
    assert_eq!(script.did.last().unwrap(), "signal 1@1.05s");
}

#[test]
fn a_failed_restart_is_answered_and_the_old_stays() {
    let script = Script::run(workers(1), "start; ready 0; restart 0; exit 1; tick 60000");
    assert_eq!(script.answers, ["not restarted: the new worker 0 was not ready: exit code 1"]);
    assert_eq!(script.did.len(), 2, "{:?}", script.did);
    assert_eq!(script.fleets.last().unwrap(), "0:open");
}

#[test]
fn stop_drains_all_and_starts_nothing_more() {
    check(
        workers(2),
        "start; ready 0; busy 0 1; stop; tick 1000; exit 1; busy 0 0; tick 50; exit 0; tick 60000",
        "spawn 0 n0 g1@0.00s; spawn 1 n1 g1@0.00s; signal 1@0.00s; signal 0@1.05s; ended@1.05s",
    );
    check(
        workers(1),
        "start; ready 0; busy 0 1; stop; killnow; exit 0",
        "spawn 0 n0 g1@0.00s; kill 0@0.00s; ended@0.00s",
    );
    let script = Script::run(workers(1), "start; ready 0; reload; stop; exit 1; tick 50; exit 0");
    assert_eq!(script.answers, ["not reloaded: the app is being stopped"]);
    assert_eq!(script.fleet().fleet_state(), FleetState::Stopped);
}

#[test]
fn a_process_that_cannot_be_made_counts_as_a_death() {
    check(workers(1), "start; fail 0; tick 50", "spawn 0 n0 g1@0.00s; spawn 1 n0 g1@0.00s");
}

#[test]
fn nothing_is_started_before_the_start() {
    check(
        workers(1),
        "tick 1000; scale 2; tick 1000; start",
        "spawn 0 n0 g1@2.00s; spawn 1 n1 g1@2.00s",
    );
    check(workers(1), "tick 1000; refuse-start; tick 60000", "");
    check(workers(1), "stop; launch; tick 1000", "ended@0.00s");
    let script = Script::run(workers(1), "tick 50");
    assert_eq!(script.fleet().fleet_state(), FleetState::Starting);
}

#[test]
fn a_launch_is_answered_when_a_worker_is_ready_or_none_will_be() {
    let script = Script::run(workers(2), "launch; exit 0; tick 1000");
    assert!(script.answers.is_empty(), "{:?}", script.answers);
    let script = Script::run(workers(2), "launch; exit 0; ready 1; ready 2");
    assert_eq!(script.answers, ["reloaded g1"]);
    let script = Script::run(workers(1), "launch; exit 0; exit 1; tick 1000; exit 2; tick 60000");
    let want = "not reloaded: no worker became ready in 3 attempts; the last one: exit code 1";
    assert!(
        script.answers.len() == 1 && script.answers[0].starts_with(want),
        "{:?}",
        script.answers
    );
    for (words, want) in [
        ("refuse-start; tick 1000", "not reloaded: no script"),
        ("launch; stop", "not reloaded: the app is being stopped"),
        ("stop; launch", "not reloaded: the app is being stopped"),
        ("stop; refuse-start", "not reloaded: the app is being stopped"),
    ] {
        assert_eq!(Script::run(workers(1), words).answers, [want], "{words}");
    }
}

#[test]
fn an_app_that_could_not_be_started_starts_with_a_reload() {
    let words = "refuse-start; tick 1000";
    assert_eq!(Script::run(workers(1), words).fleet().state(), AppState::Failed);
    let script = Script::run(workers(1), &format!("{words}; reload; ready 0"));
    assert_eq!(script.answers[1..], ["reloaded g2"]);
    assert_eq!(script.fleet().state(), AppState::Online);
}

/// Two of up to four workers, the second in a crash loop.
const LOOPING: &str = "start; ready 0; exit 1; exit 2; tick 1000; exit 3; tick 2000; ";

fn two_to_four() -> std::sync::Arc<config::App> {
    app(|app| app.workers = config::Workers { min: 2, max: 4 })
}

#[test]
fn a_worker_in_a_crash_loop_does_not_keep_from_scaling_up() {
    let script = Script::run(two_to_four(), &format!("{LOOPING} busy 0 15; tick 15000"));
    assert_eq!((script.told.last().unwrap().as_str(), script.fleet().target()), ("Scaled", 3));
    let script = Script::run(two_to_four(), &format!("{LOOPING} tick 15000"));
    assert_eq!(script.fleet().target(), 2, "not without load");
}

#[test]
fn scaling_holds_still_while_a_worker_starts() {
    let script = Script::run(two_to_four(), "start; ready 0; busy 0 100; tick 29000");
    assert_eq!(script.fleet().target(), 2);
    let script = Script::run(two_to_four(), "start; ready 0; busy 0 100; ready 1; tick 15000");
    assert_eq!(script.fleet().target(), 4);
}
