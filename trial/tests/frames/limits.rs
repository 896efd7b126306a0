//! Cases that need more than one stream, or time.

use super::hpack::block;
use super::table::{GET, get, headers};
use super::wire::{
    ACK, DATA, END_STREAM, GOAWAY, HEADERS, PING, RST_STREAM, connect, frame, settings,
};
use super::{hpack, view};
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
    wire.send(&[super::wire::reset(1, 8), headers(11, END_STREAM, &block(GET))].concat());
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
            wire.send(&super::wire::window(1, 100_000));
        }
    }
    assert_eq!(frames[0], 10);
    assert_eq!(content, 50_000);
}
