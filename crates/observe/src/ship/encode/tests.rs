use super::{bulk, fluent, lines, loki, otlp};
use crate::wire::msgpack;
use crate::wire::protobuf::{Reader, Value as Field};
use crate::{Level, Record};
use model::Stream;
use serde_json::{Value, json};
use std::sync::Arc;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

fn records() -> Vec<Arc<Record>> {
    let first = Record {
        at_ms: 1_709_210_096_789,
        app: "web".into(),
        worker: Some(2),
        stream: Stream::Out,
        level: Level::Warn,
        text: "slow \"query\"\nof é".into(),
        fields: vec![("req.id".into(), "7".into()), ("req_id".into(), "8".into())],
        trace_id: Some(TRACE.into()),
        request_id: Some("r-1".into()),
        raw: r#"{"level":40,"msg":"slow"}"#.into(),
    };
    let second = Record {
        at_ms: 1_709_210_096_790,
        app: "ostler".into(),
        worker: None,
        stream: Stream::Err,
        level: Level::Info,
        text: "serving".into(),
        fields: Vec::new(),
        trace_id: Some("not an id".into()),
        request_id: None,
        raw: String::new(),
    };
    vec![Arc::new(first), Arc::new(second)]
}

fn labels() -> Vec<(String, String)> {
    vec![("env".into(), "prod".into())]
}

fn json_lines(body: &[u8]) -> Vec<Value> {
    assert_eq!(body.last(), Some(&b'\n'), "the final newline is mandatory");
    let text = std::str::from_utf8(body).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn elasticsearch_gets_an_action_and_a_document_each() {
    let body = bulk::body(&records(), "logs-shop-default", &labels());
    let lines = json_lines(&body);
    assert_eq!(lines[0], json!({"create": {"_index": "logs-shop-default"}}));
    assert_eq!(
        lines[1],
        json!({
            "@timestamp": "2024-02-29T12:34:56.789Z", "message": "slow \"query\"\nof é",
            "log.level": "warn", "service.name": "web", "service.node.name": "2",
            "trace.id": TRACE, "http.request.id": "r-1",
            "labels": {"stream": "stdout", "env": "prod", "req_id": "7"},
        })
    );
    assert_eq!((lines.len(), &lines[3]["service.name"]), (4, &json!("ostler")));
    let second = bulk::only(&body, &[1]);
    assert_eq!(json_lines(&second), lines[2..]);
    assert_eq!(bulk::only(&body, &[0, 1]), body);
    assert!(bulk::only(&body, &[]).is_empty());
}

#[test]
fn loki_gets_few_labels() {
    let body: Value = serde_json::from_slice(&loki::body(&records(), &labels())).unwrap();
    let stream = |app, level| json!({"app": app, "level": level, "env": "prod"});
    assert_eq!(
        body,
        json!({"streams": [
            {"stream": stream("ostler", "info"), "values": [["1709210096790000000", "serving",
                {"stream": "stderr", "trace_id": "not an id"}]]},
            {"stream": stream("web", "warn"), "values": [["1709210096789000000", "{\"level\":40,\"msg\":\"slow\"}",
                {"stream": "stdout", "worker": "2", "trace_id": TRACE, "request_id": "r-1"}]]},
        ]})
    );
}

#[test]
fn files_get_json_lines() {
    let lines = json_lines(&lines::body(&records(), &[]));
    assert_eq!(lines[0]["text"], "slow \"query\"\nof é");
    assert_eq!(lines[0]["fields"], json!({"req.id": "7", "req_id": "8"}));
    assert_eq!(
        lines[1],
        json!({"time": "2024-02-29T12:34:56.790Z", "app": "ostler", "stream": "stderr", "level": "info",
            "text": "serving", "trace_id": "not an id"})
    );
}

/// The values of a field.
fn of<'a>(bytes: &'a [u8], field: u32) -> Vec<Field<'a>> {
    let all: Vec<_> = Reader::new(bytes).collect::<Result<_, _>>().unwrap();
    all.into_iter().filter(|(at, _)| *at == field).map(|(_, value)| value).collect()
}

fn nested<'a>(bytes: &'a [u8], path: &[u32]) -> &'a [u8] {
    path.iter().fold(bytes, |bytes, field| match of(bytes, *field).first() {
        Some(Field::Bytes(inner)) => inner,
        other => panic!("field {field} of {path:?} is {other:?}"),
    })
}

#[test]
fn opentelemetry_gets_resources_and_logs() {
    let body = otlp::body(&records(), &labels());
    assert_eq!(of(&body, 1).len(), 2, "a resource for each app and worker");
    let Field::Bytes(web) = of(&body, 1)[1] else { panic!() };
    assert_eq!(nested(web, &[1, 1, 1]), b"service.name");
    assert_eq!(nested(web, &[1, 1, 2, 1]), b"web");
    assert_eq!(of(nested(web, &[1]), 1).len(), 3, "name, instance and the label");
    let log = nested(web, &[2, 2]);
    assert_eq!(of(log, 1), [Field::Fixed64(1_709_210_096_789_000_000)]);
    assert_eq!(of(log, 2), [Field::Number(13)]);
    assert_eq!(of(log, 3), [Field::Bytes(b"WARN")]);
    assert_eq!(nested(log, &[5, 1]), "slow \"query\"\nof é".as_bytes());
    assert_eq!(of(log, 6).len(), 4, "stream, request, two fields");
    assert_eq!(nested(log, &[9])[..3], [0x0a, 0xf7, 0x65]);
    let Field::Bytes(own) = of(&body, 1)[0] else { panic!() };
    assert!(of(nested(own, &[2, 2]), 9).is_empty(), "no id of another form");
}

#[test]
fn fluentd_gets_a_message_for_each_app() {
    let all = fluent::entries(&records(), "ostler", &labels());
    assert_eq!(
        all.iter().map(|one| (&*one.tag, one.count)).collect::<Vec<_>>(),
        [("ostler.ostler", 1), ("ostler.web", 1)]
    );
    let (msgpack::Value::Array(entry), end) = msgpack::read(&all[1].bytes).unwrap() else {
        panic!()
    };
    assert_eq!(end, all[1].bytes.len());
    let text = |name: &str| entry[1].get(name).and_then(msgpack::Value::bytes).map(<[u8]>::to_vec);
    assert_eq!(text("message"), Some("slow \"query\"\nof é".into()));
    assert_eq!((text("worker"), text("env")), (Some(b"2".into()), Some(b"prod".into())));
    assert_eq!(
        entry[1].get("fields").and_then(|fields| fields.get("req.id")?.bytes()),
        Some(&b"7"[..])
    );
    let message = fluent::message("ostler.web", b"packed", 1, 0xc1);
    let (chunk, message) = message.split_at(fluent::CHUNK_BYTES);
    let (msgpack::Value::Array(parts), _) = msgpack::read(message).unwrap() else { panic!() };
    assert_eq!(parts[0].bytes(), Some(&b"ostler.web"[..]));
    assert_eq!(parts[2].get("chunk").and_then(msgpack::Value::bytes), Some(chunk));
    assert_eq!(parts[2].get("size"), Some(&msgpack::Value::Number(1)));
}
