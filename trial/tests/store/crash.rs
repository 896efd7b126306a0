//! Ostler is killed in random moments while BullMQ works.

use super::jobs::Jobs;
use base::random::Random;
use rustix::process::Signal;
use std::net::TcpListener;
use std::time::Duration;
use trial::{Project, Running, Wire, until};

/// Rounds in each run of the tests; `OSTLER_ROUNDS` of the long one.
const ROUNDS: u64 = 12;

/// A store at a fixed port and nothing else, so that a start takes no time.
fn project() -> (Project, String) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let project = Project::new();
    let text = format!(
        "upstream.far.url = 'http://127.0.0.1:1'\nroute.\"/*\".upstream = 'far'\n\
         [store]\nlisten = {port}\npassword = 'a good one'\n"
    );
    project.write("ostler.toml", &text);
    (project, format!("redis://:a good one@127.0.0.1:{port}"))
}

/// Begin Ostler, and wait until the store answers.
fn begin<'a>(project: &'a Project, url: &str) -> Running<'a> {
    let running = project.begin(&[]);
    until("the store answers", || {
        Wire::open(url)
            .and_then(|mut wire| wire.say(&["PING"]))
            .is_ok_and(|said| said == "PONG")
            .then_some(())
    });
    running
}

#[test]
fn no_acknowledged_job_is_lost_when_ostler_is_killed() {
    let rounds = std::env::var("OSTLER_ROUNDS").ok().and_then(|kills| kills.parse().ok());
    let rounds = rounds.unwrap_or(ROUNDS);
    let seed = base::clock::wall_ms();
    let mut random = Random::new(seed);
    let (project, url) = project();
    let mut running = begin(&project, &url);
    let mut jobs = Jobs::begin(&url.replace(' ', "%20"));
    for round in 0..rounds {
        // Now and then it gets far enough for a snapshot or a long log; mostly it is young.
        let most = if round % 10 == 9 { 1_500 } else { 250 };
        if round % 4 == 0 {
            jobs.go_on();
        }
        std::thread::sleep(Duration::from_millis(random.next_u64() % most));
        running.signal(Signal::KILL);
        running.wait();
        running = begin(&project, &url);
    }
    jobs.go_on();
    let verdict = jobs.check();
    println!("{rounds} kills, {} jobs, {} ran again (seed {seed})", verdict.added, verdict.twice);
    assert!(verdict.added >= rounds);
    running.stop();
}
