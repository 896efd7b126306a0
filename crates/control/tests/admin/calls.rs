use crate::fake::web;
use crate::house::{House, eventually, request};
use control::client::{CallError, Client, instances};
use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::Arc;
use std::time::Duration;

#[tokio::test]
async fn every_call_arrives() {
    let mut house = House::new();
    let client = house.client();
    assert_eq!(client.status().await.unwrap().apps[0].workers[0].pid, 42);
    let reports = client.reload(Some(web())).await.unwrap();
    assert_eq!(reports[0].reason.as_deref(), Some("it never listened"));
    assert_eq!(client.scale(web(), 3).await.unwrap().to, 3);
    client.restart(web(), 0).await.unwrap();
    client.stop().await.unwrap();
    assert_eq!(client.config().await.unwrap()["edge"]["threads"], 2);
    match client.upgrade().await {
        Err(CallError::Refused(refusal)) => assert!(refusal.error.contains("new binary")),
        other => panic!("{other:?}"),
    }
    let done = house.fake.done();
    assert_eq!(done, ["reload Some(AppName(\"web\"))", "scale web 3", "restart web 0", "stop"]);
    house.finish().await;
    assert!(matches!(client.status().await, Err(CallError::NotRunning { .. })), "a stale socket");
}

#[tokio::test]
async fn nobody_there() {
    let client = Client::new("/nonexistent/admin.sock");
    let error = client.status().await.unwrap_err();
    assert!(matches!(error, CallError::NotRunning { .. }), "{error:?}");
    assert!(error.to_string().contains("ostler start"), "{error}");
}

#[tokio::test]
async fn somebody_else_there() {
    let house = House::new();
    let socket = house.socket().with_file_name("strange.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    let answers = ["SSH-2.0-hello\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"];
    let answering = std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            assert!(stream.read(&mut [0; 1024]).unwrap() > 0);
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    let client = Client::new(socket);
    for _ in 0..2 {
        let error = client.status().await.unwrap_err();
        assert!(matches!(error, CallError::Protocol(_)), "{error:?}");
    }
    answering.join().unwrap();
}

#[test]
fn a_command_goes_on_when_its_asker_hangs_up() {
    let house = House::new();
    house.fake.open.send_replace(false);
    let mut stream = UnixStream::connect(house.socket()).unwrap();
    let head = "POST /api/v1/reload\nHost: localhost\nContent-Type: application/json";
    stream.write_all(request(head, "{}").as_bytes()).unwrap();
    eventually("the reload begins", || house.fake.begun() == 1);
    drop(stream);
    // Answered only after the server has seen the end of the other connection.
    assert_eq!(house.unix("GET /healthz", "").status, 200);
    assert!(house.fake.done().is_empty());
    house.fake.open.send_replace(true);
    eventually("the reload is done", || house.fake.done() == ["reload None"]);
}

#[tokio::test]
async fn answers_under_way_are_finished() {
    let mut house = House::new();
    let fake = Arc::clone(&house.fake);
    fake.open.send_replace(false);
    let client = house.client();
    let reloading = async { client.reload(None).await.unwrap() };
    let finishing = async {
        while fake.begun() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let finished = house.finish();
        tokio::join!(finished, async {
            // The server has been told to finish, and waits for this.
            tokio::time::sleep(Duration::from_millis(20)).await;
            fake.open.send_replace(true);
        });
    };
    let (reports, ()) = tokio::join!(reloading, finishing);
    assert_eq!(reports.len(), 1);
}

#[tokio::test]
async fn running_ostlers_are_found() {
    let house = House::new();
    let found = instances(&house.environment).await;
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].socket.clone(), found[0].status.version.as_str()),
        (house.socket(), "1.2.3")
    );
}
