//! WebSockets through the edge, and what a reload does to them.

use trial::{Connection, Project, get, until};

/// A WebSocket server by hand: accepts, then echoes what it gets as one text frame.
const SERVER: &str = r#"
const http = require('node:http'), crypto = require('node:crypto');
const server = http.createServer((req, res) => res.end('plain'));
server.on('upgrade', (req, socket) => {
  const key = crypto.createHash('sha1').update(req.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
  socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ' + key + '\r\n\r\n');
  socket.on('data', (frame) => {
    const length = frame[1] & 127, mask = frame.subarray(2, 6), data = Buffer.from(frame.subarray(6, 6 + length));
    for (let i = 0; i < data.length; i++) data[i] ^= mask[i % 4];
    socket.write(Buffer.concat([Buffer.from([0x81, data.length]), data]));
  });
  socket.on('error', () => {});
});
server.listen(3000);
"#;

fn open(project: &Project) -> Connection {
    let mut connection = Connection::open(project.address()).unwrap();
    let request = "GET /chat HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    connection.send(request.as_bytes()).unwrap();
    let head = connection.head().unwrap();
    assert_eq!(head.status, 101);
    assert_eq!(head.header("sec-websocket-accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    connection
}

fn echo(connection: &mut Connection, text: &str) {
    let length = u8::try_from(text.len()).unwrap();
    let mut frame = vec![0x81, 0x80 | length, 0, 0, 0, 0];
    frame.extend(text.bytes());
    connection.send(&frame).unwrap();
    let reply = connection.bytes(2 + text.len()).unwrap();
    assert_eq!(reply, [&[0x81, length], text.as_bytes()].concat());
}

#[test]
fn a_websocket_works_and_a_reload_closes_it_properly() {
    let project = Project::with_server(SERVER);
    project.write(
        "ostler.toml",
        "[app.web]\nrun = 'server.js'\nworkers = 1\nwebsocket_grace = '1s'\n",
    );
    let running = project.run(&[]);
    let mut connection = open(&project);
    echo(&mut connection, "hello");
    let reload = std::thread::scope(|scope| {
        let reload = scope.spawn(|| project.ostler(&["reload"]));
        until("the new worker answers", || {
            (project.status()?.apps[0].generation == 2).then_some(())
        });
        assert_eq!(get(project.address(), "/").unwrap().body, "plain");
        echo(&mut connection, "still here within the grace");
        reload.join().unwrap()
    });
    assert_eq!(reload.code, Some(0), "{}", reload.stderr);
    let end = connection.rest().unwrap();
    assert_eq!(end.first(), Some(&0x88), "a close frame: {end:?}");
    assert_eq!(end.get(2..4), Some(&1001u16.to_be_bytes()[..]));
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_stop_closes_websockets_after_their_grace() {
    let project = Project::with_server(SERVER);
    let long = "[edge.limits]\ndrain_timeout = '50s'\n[app.web]\nrun = 'server.js'\nworkers = 1\nwebsocket_grace = '1s'\n";
    project.write("ostler.toml", long);
    let running = project.run(&[]);
    let mut connection = open(&project);
    echo(&mut connection, "hello");
    running.signal(rustix::process::Signal::TERM);
    // The client's patience is shorter than the drain timeout.
    let end = connection.rest().unwrap();
    assert_eq!(end.get(2..4), Some(&1001u16.to_be_bytes()[..]), "{end:?}");
    assert_eq!(running.wait().code, Some(0));
}
