use super::*;
use crate::forward::Failure;
use crate::http::Method;
use crate::http::head::{Accept, Refusal};
use std::time::Duration;

fn told(failure: Failure, accept: Accept, method: Method, keep_alive: bool) -> String {
    let mut out = Vec::new();
    let asked = Asked { method, accept, id: "abc-1", keep_alive, lines: b"" };
    write(&verdict(&failure).unwrap(), &failure, &asked, &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn a_failure_says_what_happened_in_the_form_asked_for() {
    let late = Failure::ReplyTimeout(Duration::from_secs(60));
    let text = told(late, Accept::Text, Method::Get, true);
    assert_eq!(
        text,
        "HTTP/1.1 504 Gateway Timeout\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Length: 86\r\nCache-Control: no-store\r\nX-Request-Id: abc-1\r\n\r\n\
         504 Gateway Timeout: the app did not answer within 60s.\nRequest id: abc-1\n"
            .replace("86", &text.split("\r\n\r\n").nth(1).unwrap().len().to_string())
    );
    let json = told(Failure::QueueFull, Accept::Json, Method::Get, false);
    assert!(json.starts_with("HTTP/1.1 503 ") && json.contains("\r\nRetry-After: 1\r\n"), "{json}");
    assert!(json.contains("\r\nConnection: close\r\n"), "{json}");
    assert!(json.contains("\"request_id\":\"abc-1\""), "{json}");
    let html = told(Failure::NoRoute, Accept::Html, Method::Get, true);
    assert!(html.contains("<h1>404 Not Found</h1>"), "{html}");
}

#[test]
fn a_reply_to_head_has_no_body() {
    let reply = told(Failure::NoRoute, Accept::Text, Method::Head, true);
    assert!(reply.ends_with("\r\n\r\n") && !reply.contains("Content-Length: 0"), "{reply}");
}

#[test]
fn every_reason_has_its_own_place_and_name() {
    for (at, reason) in Reason::ALL.iter().enumerate() {
        assert_eq!(*reason as usize, at);
        let same = Reason::ALL.iter().filter(|other| other.name() == reason.name());
        assert_eq!(same.count(), 1, "{reason:?}");
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        assert!(reason.name().bytes().all(allowed), "{reason:?}");
    }
    assert_eq!(verdict(&Failure::Gone), None);
    let verdict = verdict(&Failure::Head(Refusal::LengthAndCoding)).unwrap();
    assert_eq!(
        (verdict.reason.name(), verdict.reason.rule()),
        ("length_and_coding", "RFC 9112 6.1")
    );
}
