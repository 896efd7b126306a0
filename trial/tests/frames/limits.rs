//! Cases that need more than one stream, or time.

use super::hpack::block;
use super::table::{GET, get, headers};
use super::wire::{
    ACK, DATA, END_STREAM, GOAWAY, HEADERS, PING, RST_STREAM, connect, frame, reset, settings,
    window,
};
use super::{hpack, view};
use std::io::Read;
use trial::Project;

const FILE: &str = "[edge.limits]\nstreams = 4\n[app.web]\nrun = 'server.js'\nworkers = 1\n";

#[test]
fn streams_beyond_the_limit_are_refused_and_the_others_served() {
    let project = Project::with_server(view::APP);
    project.write("ostler.toml", FILE);
    let _running = project.run(&[]);
    let mut wire = connect(project.address()).greet();
    let waiting = block(&[GET, &[("x-wait", "1")]].concat());
    for stream in [1, 3, 5, 7] {
        wire.send(&headers(stream, END_STREAM, &waiting));
    }
    wire.send(&headers(9, END_STREAM, &block(GET)));
    let refused = loop {
        let frame = wire.read().unwrap();
        if frame.kind == RST_STREAM {
            break frame;
        }
    };
    // REFUSED_STREAM: the client may try again (RFC 9113 section 5.1.2).
    assert_eq!((refused.stream, refused.number(0)), (9, 7));
    // A place that becomes free is given away.
    wire.send(&[reset(1, 8), headers(11, END_STREAM, &block(GET))].concat());
    let reply = loop {
        let frame = wire.read().unwrap();
        if frame.kind == HEADERS {
            break frame;
        }
    };
    assert_eq!((reply.stream, hpack::status(&reply.payload)), (11, 200));
}

#[test]
fn a_reply_keeps_to_the_clients_window_and_frame_size() {
    let project = Project::with_server(
        "require('http').createServer((q, s) => s.end('y'.repeat(50_000))).listen(1)",
    );
    let _running = project.run(&[]);
    let mut wire = connect(project.address()).greet();
    wire.send(&[settings(&[(4, 10)]), get(&[])].concat());
    wire.send(&frame(PING, 0, 0, &[1; 8]));
    let mut content = 0;
    let mut frames = Vec::new();
    while content < 50_000 {
        let came = wire.read().unwrap();
        assert_ne!(came.kind, GOAWAY);
        if came.kind != DATA {
            continue;
        }
        assert!(came.payload.len() <= 16_384);
        content += came.payload.len();
        frames.push(came.payload.len());
        if content == 10 {
            // Nothing more comes until there is room: the answer to a PING comes first.
            wire.send(&frame(PING, 0, 0, b"no room?"));
            loop {
                let came = wire.read().unwrap();
                assert_ne!(came.kind, DATA);
                if came.kind == PING && came.flags & ACK != 0 && came.payload == b"no room?" {
                    break;
                }
            }
            wire.send(&window(1, 100_000));
        }
    }
    assert_eq!(frames[0], 10);
    assert_eq!(content, 50_000);
}

#[test]
fn who_only_gives_up_is_sent_away() {
    let project = Project::with_server(view::APP);
    let running = project.run(&["--workers", "1", "server.js"]);
    let mut wire = connect(project.address()).greet();
    let waiting = block(&[GET, &[("x-wait", "1")]].concat());
    let mut given_up = 0;
    let code = 'all: loop {
        // In turns, so that each request was accepted before it is given up.
        let streams: Vec<u32> = (0..20).map(|at| (given_up + at) * 2 + 1).collect();
        given_up += 20;
        assert!(given_up < 1000, "nothing happens");
        for stream in &streams {
            wire.send(&headers(*stream, END_STREAM, &waiting));
        }
        for after in 0..2 {
            wire.send(&frame(PING, 0, 0, &[after; 8]));
            loop {
                let came = wire.read().unwrap();
                match came.kind {
                    GOAWAY => break 'all came.number(4),
                    PING if came.payload == [after; 8] => break,
                    _ => {}
                }
            }
            if after == 0 {
                wire.send(&streams.iter().flat_map(|one| reset(*one, 8)).collect::<Vec<_>>());
            }
        }
    };
    assert_eq!(code, super::table::CALM);
    assert!(given_up > 200, "{given_up}: pages may be left");
    let finished = running.stop();
    assert!(finished.stderr.contains("http2_connection"), "{}", finished.stderr);
}

#[test]
fn who_does_not_read_is_dropped_though_its_requests_are_over() {
    let project = Project::with_server(
        "require('http').createServer((q, s) => s.end('y'.repeat(120_000))).listen(1)",
    );
    project.write(
        "ostler.toml",
        "[edge.limits]\nstall_timeout = '1s'\n[app.web]\nrun = 'server.js'\nworkers = 1\n",
    );
    let _running = project.run(&[]);
    let mut wire = connect(project.address()).greet();
    wire.send(&[settings(&[(4, 0x7fff_ffff)]), window(0, 0x7fff_0000)].concat());
    for stream in 0..128 {
        wire.send(&headers(stream * 2 + 1, END_STREAM, &block(GET)));
    }
    trial::until("the edge has let go", || (project.status()?.edge.connections == 0).then_some(()));
    let mut rest = Vec::new();
    // It ends, cleanly or not, before all of the replies have come.
    let _ = wire.0.read_to_end(&mut rest);
    assert!(rest.len() < 128 * 120_000, "{}", rest.len());
}

#[test]
fn who_takes_a_reply_in_crumbs_is_sent_away() {
    let project = Project::with_server(
        "require('http').createServer((q, s) => s.end('y'.repeat(50_000))).listen(1)",
    );
    let _running = project.run(&[]);
    let mut wire = connect(project.address()).greet();
    wire.send(&[settings(&[(4, 1)]), get(&[])].concat());
    let mut crumbs = 0;
    let code = loop {
        let came = wire.read().unwrap();
        match came.kind {
            GOAWAY => break came.number(4),
            DATA => {
                assert_eq!(came.payload.len(), 1);
                crumbs += 1;
                wire.send(&window(1, 1));
            }
            _ => {}
        }
    };
    assert_eq!(code, super::table::CALM);
    assert!((500..3000).contains(&crumbs), "{crumbs}");
}
