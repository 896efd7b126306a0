//! Logs of other programs: taken, found and sent on.

use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use trial::{Project, Target, apps, until};

/// Status and body of a POST.
fn post(admin: &str, path: &str, content_type: &str, body: &[u8]) -> (u16, String) {
    let address = admin.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: {content_type}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.into())
}

fn found(project: &Project, arguments: &[&str]) -> Vec<Value> {
    let mut all = vec!["logs", "--json"];
    all.extend(arguments);
    let finished = project.ostler(&all);
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    finished.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn what_other_programs_send_is_found_and_sent_on() {
    let project = Project::with_server(apps::SERVER);
    project.write("version", "1");
    let loki = Target::start("");
    project.write(
        "ostler.toml",
        &format!(
            "[edge]\nlisten = '127.0.0.1:0'\n[admin]\nlisten = '127.0.0.1:0'\n[app.web]\nrun = 'server.js'\nworkers = 1\n\
             [observe.export.loki]\nto = 'loki'\nurl = 'http://{}'\ndelay = '50ms'\ncompress = false\n",
            loki.address()
        ),
    );
    assert_eq!(project.ostler(&["start"]).code, Some(0));
    let admin = project.status().unwrap().admin.unwrap();
    let bulk = b"{\"create\":{\"_index\":\"nightly\"}}\n{\"level\":\"error\",\"message\":\"backup failed\",\"password\":\"hunter2\"}\n{\"create\":{}}\nbroken\n";
    let (status, reply) = post(&admin, "/_bulk", "application/x-ndjson", bulk);
    let reply: Value = serde_json::from_str(&reply).unwrap();
    assert_eq!((status, &reply["errors"]), (200, &Value::Bool(true)), "{reply}");
    assert_eq!(reply["items"][1]["create"]["status"], 400);
    let push = br#"{"streams":[{"stream":{"app":"cron","level":"warn","host":"a1"},"values":[["0","disk nearly full"]]}]}"#;
    assert_eq!(post(&admin, "/loki/api/v1/push", "application/json", push).0, 204);
    let otlp = br#"{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"pay"}}]},"scopeLogs":[{"logRecords":[{"severityNumber":17,"traceId":"0af7651916cd43dd8448eb211c80319c","body":{"stringValue":"card declined"},"attributes":[{"key":"order","value":{"intValue":"42"}}]}]}]}]}"#;
    assert_eq!(post(&admin, "/v1/logs", "application/json", otlp).0, 200);
    let backup = until("the document", || found(&project, &["--grep", "backup"]).pop());
    assert_eq!((&backup["app"], &backup["level"]), (&"nightly".into(), &"error".into()));
    assert_eq!(backup["text"], "backup failed");
    assert!(!backup.to_string().contains("hunter2"), "{backup}");
    let cron = until("the line", || found(&project, &["--field", "host=a1"]).pop());
    assert_eq!((&cron["app"], &cron["level"]), (&"cron".into(), &"warn".into()));
    let pay = until("the log", || found(&project, &["pay", "--field", "order=42"]).pop());
    assert_eq!((&pay["text"], &pay["level"]), (&"card declined".into(), &"error".into()));
    assert_eq!(pay["trace_id"], "0af7651916cd43dd8448eb211c80319c");
    let sent = until("they are sent on", || {
        let bodies: Vec<u8> = loki.got().into_iter().flat_map(|request| request.body).collect();
        let text = String::from_utf8(bodies).unwrap();
        ["backup failed", "disk nearly full", "card declined"]
            .iter()
            .all(|line| text.contains(line))
            .then_some(text)
    });
    assert!(!sent.contains("hunter2"), "{sent}");
    let metrics = trial::get(admin.trim_start_matches("http://").parse().unwrap(), "/metrics");
    let metrics = metrics.unwrap().body;
    for form in ["elasticsearch", "loki", "otlp"] {
        let line = format!("ostler_observe_ingest_records_total{{form=\"{form}\"}} 1\n");
        assert!(metrics.contains(&line), "{metrics}");
    }
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
}
