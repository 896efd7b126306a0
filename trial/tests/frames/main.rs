//! HTTP/2 frame by frame: what h2spec looks at, and what a proxy must not pass on to an app that
//! speaks HTTP/1.
//!
//! Frames are written and read by the code in `wire.rs` and `hpack.rs`, which shares nothing with the
//! edge's. `cases_*.rs` are the tables; every case goes through the real binary, on a connection of
//! its own.
#![expect(clippy::unwrap_used, reason = "a trial that cannot go on must fail loudly")]

mod cases_frames;
mod cases_hpack;
mod cases_meaning;
mod hpack;
mod judge;
mod limits;
mod table;
mod tls;
mod view;
mod wire;

use trial::Project;

const FILE: &str = "[edge.limits]\nhead_bytes = '32 kB'\nstreams = 100\n[app.web]\nrun = 'server.js'\nworkers = 1\n";

fn check_all(cases: &[table::Case]) {
    let project = Project::with_server(view::APP);
    project.write("ostler.toml", FILE);
    let running = project.run(&[]);
    let edge = project.address();
    let faults: Vec<String> =
        cases.iter().filter_map(|case| judge::judge(edge, case).err()).collect();
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), cases.len(), faults.join("\n"));
    let finished = running.stop();
    assert!(!finished.stderr.contains("panicked"), "{}", finished.stderr);
}

#[test]
fn frames_and_streams_are_kept_in_order() {
    check_all(&cases_frames::cases());
}

#[test]
fn requests_mean_to_the_app_what_they_say() {
    check_all(&cases_meaning::cases());
}

#[test]
fn headers_are_decompressed_strictly() {
    check_all(&cases_hpack::cases());
}
