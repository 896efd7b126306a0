use super::{Form, Limits, Request, take};
use crate::ship::encode;
use crate::ship::pack;
use crate::wire::protobuf::Writer;
use crate::{Level, Record};
use serde_json::{Value, json};
use std::sync::Arc;

const NOW: u64 = 1_700_000_100_000;

fn request<'a>(form: Form, content_type: &'a str, body: &'a [u8]) -> Request<'a> {
    Request { form, index: None, content_type, encoding: "", body, now_ms: NOW }
}

/// Status, records and body of an answer.
fn ask(request: &Request<'_>) -> (u16, Vec<Record>, String) {
    let (records, reply) = take(request, &Limits::default());
    (reply.status, records, String::from_utf8_lossy(&reply.body).into_owned())
}

fn raw(record: &Record) -> Value {
    serde_json::from_str(&record.raw).unwrap_or_else(|_| json!(record.raw))
}

#[test]
fn bulk_takes_documents_and_says_what_it_refuses() {
    let body = br#"{"create":{"_index":"logs-shop"}}
{"@timestamp":"2023-11-14T22:14:00.5Z","message":"one","log.level":"warn","service.name":"web"}

{"index":{}}
{"@timestamp":1700000000000,"msg":"two","level":50}
{"delete":{"_index":"x","_id":"1"}}
{"create":{}}
{"broken
{"update":{"_id":"1"}}
{"doc":{}}
{"create":{}}"#;
    let request =
        Request { index: Some("path"), ..request(Form::Bulk, "application/x-ndjson", body) };
    let (status, records, reply) = ask(&request);
    assert_eq!((status, records.len()), (200, 2), "{reply}");
    assert_eq!((&*records[0].app, records[0].level), ("web", Level::Warn));
    assert_eq!(records[0].at_ms, 1_700_000_040_500);
    assert_eq!((&*records[1].app, records[1].level), ("path", Level::Error));
    assert_eq!(records[1].at_ms, 1_700_000_000_000);
    let reply: Value = serde_json::from_str(&reply).unwrap();
    let statuses: Vec<(&str, i64)> = reply["items"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|item| item.as_object().unwrap())
        .map(|(name, item)| (name.as_str(), item["status"].as_i64().unwrap()))
        .collect();
    assert_eq!(reply["errors"], true);
    assert_eq!(
        statuses,
        [
            ("create", 201),
            ("index", 201),
            ("delete", 400),
            ("create", 400),
            ("update", 400),
            ("create", 400)
        ]
    );
    assert_eq!(reply["items"][3]["create"]["error"]["type"], "document_parsing_exception");
}

#[test]
fn bulk_refuses_what_is_none() {
    for (body, content_type, status) in [
        (&b""[..], "application/x-ndjson", 400),
        (b"not json\n", "application/x-ndjson", 400),
        (b"{\"create\":{},\"index\":{}}\n{}\n", "application/json", 400),
        (b"{\"create\":{}}\n{}\n", "text/plain", 415),
        (
            b"{\"create\":{}}\n{}\n",
            "application/vnd.elasticsearch+x-ndjson; compatible-with=8",
            200,
        ),
    ] {
        let (got, _, reply) = ask(&request(Form::Bulk, content_type, body));
        assert_eq!(got, status, "{reply}");
        if status != 200 {
            let reply: Value = serde_json::from_str(&reply).unwrap();
            assert_eq!(reply["status"], status);
        }
    }
}

#[test]
fn loki_takes_json() {
    let body = json!({"streams": [
        {"stream": {"app": "web", "level": "error", "env": "prod"}, "values": [
            ["1700000000123456789", "plain text"],
            ["1700000001000000000", "{\"msg\":\"of json\",\"level\":\"x\"}", {"trace_id": "ab"}],
        ]},
        {"stream": {"job": "cron"}, "values": [["5", "{\"level\":20,\"msg\":\"old\"}"]]},
        {"stream": {"app": "bare"}, "values": [["1700000000000000000", "as it is"]]},
    ]});
    let (status, records, reply) =
        ask(&request(Form::Loki, "application/json", body.to_string().as_bytes()));
    assert_eq!((status, records.len()), (204, 4), "{reply}");
    assert_eq!((&*records[0].app, records[0].level), ("web", Level::Error));
    assert_eq!(records[0].at_ms, 1_700_000_000_123);
    assert_eq!(raw(&records[0]), json!({"msg": "plain text", "env": "prod", "level": "error"}));
    assert_eq!(raw(&records[1])["trace_id"], "ab");
    assert_eq!(raw(&records[1])["msg"], "of json");
    assert_eq!((&*records[2].app, records[2].level, records[2].at_ms), ("cron", Level::Debug, NOW));
    assert_eq!(records[3].raw, "as it is");
    let (status, _, reply) = ask(&request(Form::Loki, "application/json", b"{\"streams\":[{}]}"));
    assert_eq!(status, 400, "{reply}");
}

#[test]
fn loki_takes_protobuf_in_snappy() {
    let mut push = Writer::default();
    push.message(1, |stream| {
        stream.bytes(1, br#"{app="web", level="warn",note="a \"b\", c"}"#);
        stream.message(2, |entry| {
            entry.message(1, |time| {
                time.number(1, 1_700_000_000);
                time.number(2, 250_000_000);
            });
            entry.bytes(2, b"hello");
            entry.message(3, |pair| {
                pair.bytes(1, b"user");
                pair.bytes(2, b"7");
            });
        });
    });
    let packed = snap::raw::Encoder::new().compress_vec(&push.into_bytes()).unwrap();
    let (status, records, reply) = ask(&request(Form::Loki, "application/x-protobuf", &packed));
    assert_eq!((status, records.len()), (204, 1), "{reply}");
    assert_eq!((records[0].at_ms, records[0].level), (1_700_000_000_250, Level::Warn));
    let expected = json!({"msg": "hello", "note": "a \"b\", c", "user": "7", "level": "warn"});
    assert_eq!(raw(&records[0]), expected);
    for end in 0..packed.len() {
        let (status, records, _) =
            ask(&request(Form::Loki, "application/x-protobuf", &packed[..end]));
        assert!(status == 400 && records.is_empty(), "{end}");
    }
}

fn sent() -> Record {
    Record {
        at_ms: 1_700_000_000_000,
        app: "web".into(),
        worker: Some(1),
        stream: model::Stream::Out,
        level: Level::Fatal,
        text: "down".into(),
        fields: vec![("user.id".into(), "7".into())],
        trace_id: Some("0af7651916cd43dd8448eb211c80319c".into()),
        request_id: None,
        raw: "down".into(),
    }
}

#[test]
fn what_is_exported_is_taken_again() {
    let records = [Arc::new(sent())];
    let otlp = encode::otlp::body(&records, &[("env".into(), "prod".into())]);
    let (status, taken, _) = ask(&request(Form::Otlp, "application/x-protobuf", &otlp));
    assert_eq!((status, taken.len()), (200, 1));
    assert_eq!(
        (&*taken[0].app, taken[0].level, taken[0].at_ms),
        ("web", Level::Fatal, sent().at_ms)
    );
    assert_eq!(
        raw(&taken[0]),
        json!({"level": "fatal", "msg": "down", "trace_id": "0af7651916cd43dd8448eb211c80319c",
            "log.iostream": "stdout", "user.id": "7", "service.instance.id": "web.1", "env": "prod"})
    );
    let loki = pack::gzip(&encode::loki::body(&records, &[]));
    let packed = Request { encoding: "gzip", ..request(Form::Loki, "application/json", &loki) };
    let (status, taken, _) = ask(&packed);
    assert_eq!((status, &*taken[0].app, taken[0].level), (204, "web", Level::Fatal));
    let bulk = encode::bulk::body(&records, "logs", &[]);
    let (status, taken, _) = ask(&request(Form::Bulk, "application/x-ndjson", &bulk));
    assert_eq!((status, &*taken[0].app, taken[0].level), (200, "web", Level::Fatal));
}

#[test]
fn opentelemetry_in_json() {
    let body = br#"{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"my.service"}}]},
        "scopeLogs":[{"scope":{"name":"my.library"},"logRecords":[{"timeUnixNano":"1700000000300000000",
        "observedTimeUnixNano":"1544712660300000000","severityNumber":10,"severityText":"Information",
        "traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","unknown":{"x":1},
        "body":{"stringValue":"Example log record"},"attributes":[
        {"key":"string.attribute","value":{"stringValue":"some string"}},{"key":"int","value":{"intValue":"10"}},
        {"key":"double","value":{"doubleValue":637.704}},{"key":"flag","value":{"boolValue":true}},
        {"key":"array","value":{"arrayValue":{"values":[{"stringValue":"many"},{"intValue":7}]}}},
        {"key":"map","value":{"kvlistValue":{"values":[{"key":"a","value":{"stringValue":"b"}}]}}}]}]}]}]}"#;
    let (status, records, reply) =
        ask(&request(Form::Otlp, "application/json; charset=utf-8", body));
    assert_eq!((status, reply.as_str(), records.len()), (200, "{}", 1));
    assert_eq!((&*records[0].app, records[0].level), ("my.service", Level::Info));
    assert_eq!(records[0].at_ms, 1_700_000_000_300);
    assert_eq!(
        raw(&records[0]),
        json!({"level": "info", "msg": "Example log record", "trace_id": "5b8efff798038103d269b633813fc60c",
            "span_id": "eee19b7ec3c1b174", "string.attribute": "some string", "int": 10, "double": 637.704,
            "flag": true, "array": ["many", 7], "map": {"a": "b"}})
    );
    assert_eq!(
        ask(&request(Form::Otlp, "application/json", b"{}")).0,
        200,
        "an empty request is one"
    );
    assert_eq!(ask(&request(Form::Otlp, "application/x-protobuf", b"")).0, 200);
}

#[test]
fn refusals_are_in_the_coding_of_the_request() {
    let limits = Limits { body_bytes_max: 1_000, records_max: 2 };
    let bomb = pack::gzip(&vec![b' '; 1 << 20]);
    assert!(bomb.len() < 100_000);
    for (form, content_type, expected) in [
        (Form::Otlp, "application/json", "application/json"),
        (Form::Otlp, "application/x-protobuf", "application/x-protobuf"),
        (Form::Loki, "application/json", "text/plain; charset=utf-8"),
        (Form::Bulk, "application/x-ndjson", "application/json"),
    ] {
        let request = Request { encoding: "gzip", ..request(form, content_type, &bomb) };
        let (records, reply) = take(&request, &limits);
        assert_eq!((records.len(), reply.status, reply.content_type), (0, 413, expected));
        let (_, reply) = take(&Request { encoding: "br", ..request }, &limits);
        assert_eq!(reply.status, 415);
        let (_, reply) = take(&Request { encoding: "", body: b"\x0a\xff", ..request }, &limits);
        assert_eq!(reply.status, 400, "{form:?}");
    }
    let snappy = snap::raw::Encoder::new().compress_vec(&vec![0; 1 << 20]).unwrap();
    let (_, reply) = take(&request(Form::Loki, "application/x-protobuf", &snappy), &limits);
    assert_eq!(reply.status, 413);
    let many = b"{\"create\":{}}\n{}\n".repeat(3);
    let (records, reply) = take(&request(Form::Bulk, "application/x-ndjson", &many), &limits);
    assert_eq!((records.len(), reply.status), (0, 413));
}

#[test]
fn times_that_cannot_be_are_now() {
    let at = |text: &str| {
        let body = format!("{{\"create\":{{}}}}\n{{\"@timestamp\":{text}}}\n");
        ask(&request(Form::Bulk, "application/x-ndjson", body.as_bytes())).1[0].at_ms
    };
    assert_eq!(at("1700000000000"), 1_700_000_000_000);
    for strange in ["0", "-5", "99999999999999", "\"soon\"", "null", "{}"] {
        assert_eq!(at(strange), NOW, "{strange}");
    }
}
