use crate::fake::{line, scaled, web};
use crate::house::{House, TOKEN, eventually, request};
use control::client::LogQuery;
use control::{Item, Limits};
use model::EventKind;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::time::Duration;

#[tokio::test]
async fn followed_logs_are_of_one_app() {
    let mut house = House::new();
    let query = LogQuery { app: Some(web()), lines: 1, follow: true };
    let mut logs = house.client().logs(&query).await.unwrap();
    let mut texts = Vec::new();
    eventually("the stream listens", || house.fake.lines.receiver_count() > 0);
    for (app, text) in [("other", "no"), ("web", "yes \u{1f40e}\nand more")] {
        house.fake.lines.send(line(app, text)).unwrap();
    }
    while texts.len() < 2 {
        match logs.next().await.unwrap() {
            Some(Item::Entry(line)) => texts.push(line.text),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(texts, ["old 19", "yes \u{1f40e}\nand more"]);
    house.finish().await;
    assert!(matches!(logs.next().await, Ok(None)), "streams end with the server");
}

#[tokio::test]
async fn unfollowed_logs_end() {
    let house = House::new();
    let query = LogQuery { app: None, lines: 3, follow: false };
    let mut logs = house.client().logs(&query).await.unwrap();
    let mut count = 0;
    while logs.next().await.unwrap().is_some() {
        count += 1;
    }
    assert_eq!(count, 3);
}

#[test]
fn events_are_server_sent() {
    let house = House::new();
    let mut stream = TcpStream::connect(house.tcp).unwrap();
    let head = format!("GET /api/v1/events\nHost: localhost\nAuthorization: Bearer {TOKEN}");
    stream.write_all(request(&head, "").as_bytes()).unwrap();
    eventually("the stream listens", || house.fake.events.receiver_count() > 0);
    house.fake.events.send(scaled(2)).unwrap();
    let mut lines = BufReader::new(stream).lines().map(|line| line.unwrap());
    let head: Vec<_> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
    assert!(head.iter().any(|line| line == "content-type: text/event-stream"), "{head:?}");
    let mut data = lines.filter(|line| line.starts_with("data: "));
    for to in [1, 2] {
        let want = format!(
            "data: {{\"at_ms\":2,\"app\":\"web\",\"event\":\"scaled\",\"from\":0,\"to\":{to},\"why\":\"test\"}}"
        );
        assert_eq!(data.next().unwrap(), want);
    }
}

#[tokio::test]
async fn events_arrive_typed() {
    let house = House::new();
    let mut events = house.client().events().await.unwrap();
    let Some(Item::Entry(event)) = events.next().await.unwrap() else { panic!("no event") };
    assert!(matches!(event.kind, EventKind::Scaled { to: 1, .. }), "{event:?}");
}

#[tokio::test]
async fn a_quiet_stream_is_kept_alive() {
    let limits = Limits { keep_alive: Duration::from_millis(20), ..Limits::default() };
    let house = House::with(limits);
    let mut stream = UnixStream::connect(house.socket()).unwrap();
    let head = "GET /api/v1/logs?lines=0&follow\nHost: localhost";
    stream.write_all(request(head, "").as_bytes()).unwrap();
    let mut text = String::new();
    while text.matches("\r\n1\r\n\n\r\n").count() < 3 {
        let mut bytes = [0; 512];
        let length = stream.read(&mut bytes).unwrap();
        assert!(length > 0, "closed after {text:?}");
        text.push_str(std::str::from_utf8(&bytes[..length]).unwrap());
    }
}

#[test]
fn a_closed_stream_is_let_go_at_once() {
    let house = House::new();
    let mut stream = UnixStream::connect(house.socket()).unwrap();
    let head = "GET /api/v1/logs?follow\nHost: localhost";
    stream.write_all(request(head, "").as_bytes()).unwrap();
    eventually("the stream listens", || house.fake.lines.receiver_count() == 1);
    drop(stream);
    eventually("nobody listens", || house.fake.lines.receiver_count() == 0);
}

#[test]
fn a_reader_that_reads_nothing_is_dropped() {
    let limits = Limits { write_timeout: Duration::from_millis(100), ..Limits::default() };
    let house = House::with(limits);
    let mut stream = UnixStream::connect(house.socket()).unwrap();
    let head = "GET /api/v1/logs?follow\nHost: localhost";
    stream.write_all(request(head, "").as_bytes()).unwrap();
    eventually("the stream listens", || house.fake.lines.receiver_count() == 1);
    let text = "x".repeat(64 * 1024);
    eventually("the stream is dropped", || {
        // Far more than the socket's buffer.
        (0..16).for_each(|_| drop(house.fake.lines.send(line("web", &text))));
        house.fake.lines.receiver_count() == 0
    });
    drop(stream);
}

/// What a stream of these topics tells first, up to `count` events as (topic, data).
fn topics(house: &House, query: &str, count: usize) -> Vec<(String, String)> {
    let mut stream = TcpStream::connect(house.tcp).unwrap();
    let head =
        format!("GET /api/v1/stream?{query}\nHost: localhost\nAuthorization: Bearer {TOKEN}");
    stream.write_all(request(&head, "").as_bytes()).unwrap();
    let mut lines = BufReader::new(stream).lines().map(|line| line.unwrap());
    let mut told = Vec::new();
    while told.len() < count {
        let line = lines.next().unwrap();
        if let Some(topic) = line.strip_prefix("event: ") {
            let data = lines.next().unwrap();
            told.push((topic.to_owned(), data.strip_prefix("data: ").unwrap().to_owned()));
        }
    }
    told
}

#[test]
fn several_topics_share_a_stream() {
    let house = House::new();
    let mut told = topics(&house, "topic=status&topic=events&topic=status", 2);
    told.sort();
    assert_eq!((told[0].0.as_str(), told[1].0.as_str()), ("events", "status"));
    assert!(told[0].1.contains("\"event\":\"scaled\""), "{told:?}");
    assert!(told[1].1.contains("\"version\":\"1.2.3\""), "{told:?}");
    assert_eq!(topics(&house, "topic=status", 2).len(), 2, "again after a second");
}

#[test]
fn topics_ask_for_what_their_resources_ask_for() {
    let house = House::new();
    let get = |query: &str| house.tcp(&format!("GET /api/v1/stream?{query}"), "").status;
    for topic in ["events", "diagram", "logs:level%3Derror"] {
        assert_eq!(get(&format!("topic={topic}")), 401, "{topic}");
        assert_eq!(get(&format!("topic=status&topic={topic}")), 401, "{topic}");
    }
    let many: String = (0..40).map(|n| format!("topic=metrics:a%2B{n}&")).collect();
    for query in
        ["", "topic=", "topic=nothing", "topic=metrics:", "topic=%zz", "topics=status", &many]
    {
        assert_eq!(get(query), 400, "{query}");
    }
}

#[test]
fn a_topic_that_cannot_be_told_does_not_end_the_others() {
    let house = House::new();
    let told = topics(&house, "topic=logs:levels%3Dx&topic=status", 2);
    let logs = told.iter().find(|(topic, _)| topic == "logs:levels=x").unwrap();
    assert!(logs.1.starts_with("{\"error\":\"There is no parameter"), "{logs:?}");
}

#[test]
fn a_stream_ends_with_its_session() {
    let house = House::new();
    let body = format!("{{\"token\":\"{TOKEN}\"}}");
    let got = house.tcp("POST /api/v1/login\nContent-Type: application/json", &body);
    let cookie =
        got.head.split("set-cookie: ").nth(1).unwrap().split(';').next().unwrap().to_owned();
    let csrf = got.body.split("\"csrf\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let mut stream = TcpStream::connect(house.tcp).unwrap();
    let head = format!("GET /api/v1/stream?topic=events\nHost: localhost\nCookie: {cookie}");
    stream.write_all(request(&head, "").as_bytes()).unwrap();
    eventually("the stream listens", || house.fake.events.receiver_count() > 0);
    let head = format!(
        "POST /api/v1/logout\nContent-Type: application/json\nCookie: {cookie}\nOrigin: http://{}\nX-Ostler-CSRF: {csrf}",
        house.tcp
    );
    assert_eq!(house.tcp(&head, "{}").status, 200);
    eventually("the stream has ended", || house.fake.events.receiver_count() == 0);
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("event: events"), "{rest}");
}
