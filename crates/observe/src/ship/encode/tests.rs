use super::{bulk, fluent, lines, loki, otlp, otlp_metrics, remote_write};
use crate::wire::msgpack;
use crate::wire::protobuf::{Reader, Value as Field};
use crate::{Level, Record};
use base::histogram::Histogram;
use meter::{Snapshot, names};
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

fn snapshot() -> Snapshot {
    let mut snapshot = Snapshot::new(1_700_000_000_000);
    snapshot.sample(&names::EDGE_REQUESTS, &["web", "2xx"], 7_u64);
    snapshot.sample(&names::RSS, &[], 5_000_u64);
    let histogram = Histogram::default();
    [900, 3_000, 3_000, 20_000_000]
        .iter()
        .for_each(|us| histogram.record(std::time::Duration::from_micros(*us)));
    snapshot.histogram(&names::EDGE_DURATION, &["web"], &histogram.counts());
    snapshot
}

/// The labels and the value of each series, as text.
fn series(body: &[u8]) -> Vec<String> {
    let bytes = snap::raw::Decoder::new().decompress_vec(body).unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let one = |series: Field<'_>| {
        let Field::Bytes(series) = series else { panic!() };
        let label = |label: Field<'_>| {
            let Field::Bytes(label) = label else { panic!() };
            format!("{}={}", text(nested(label, &[1])), text(nested(label, &[2])))
        };
        let labels: Vec<String> = of(series, 1).into_iter().map(label).collect();
        let sample = nested(series, &[2]);
        let [Field::Fixed64(value)] = of(sample, 1)[..] else { panic!() };
        assert_eq!(of(sample, 2), [Field::Number(1_700_000_000_000)]);
        format!("{} {}", labels.join(","), f64::from_bits(value))
    };
    of(&bytes, 1).into_iter().map(one).collect()
}

#[test]
fn prometheus_gets_series_with_sorted_labels() {
    let more = [
        ("env".into(), "prod".into()),
        ("app".into(), "other".into()),
        ("zone".into(), String::new()),
    ];
    let (count, body) = remote_write::body(&snapshot(), &more).unwrap();
    let series = series(&body);
    assert_eq!(count, series.len());
    assert_eq!(series[0], "__name__=ostler_edge_requests_total,app=web,class=2xx,env=prod 7");
    assert_eq!(series[1], "__name__=ostler_resident_memory_bytes,app=other,env=prod 5000");
    let bucket = |bound: &str, count: u32| {
        format!(
            "__name__=ostler_edge_request_duration_seconds_bucket,app=web,env=prod,le={bound} {count}"
        )
    };
    assert_eq!(series[2], bucket("0.001", 1));
    assert_eq!(series[4], bucket("0.005", 3));
    assert_eq!(series[15], bucket("+Inf", 4));
    assert_eq!(
        series[17],
        "__name__=ostler_edge_request_duration_seconds_count,app=web,env=prod 4"
    );
    assert_eq!(remote_write::body(&Snapshot::new(1), &[]), None);
}

#[test]
fn opentelemetry_gets_sums_gauges_and_histograms() {
    let (count, body) = otlp_metrics::body(&snapshot(), 1_600_000_000_000, &labels()).unwrap();
    assert_eq!(count, 3);
    let scope = nested(&body, &[1, 2]);
    let metrics: Vec<&[u8]> = of(scope, 2)
        .into_iter()
        .map(|metric| if let Field::Bytes(metric) = metric { metric } else { panic!() })
        .collect();
    assert_eq!(nested(metrics[0], &[1]), b"ostler_edge_requests_total");
    let sum = nested(metrics[0], &[7]);
    assert_eq!((of(sum, 2), of(sum, 3)), (vec![Field::Number(2)], vec![Field::Number(1)]));
    let point = nested(sum, &[1]);
    assert_eq!(of(point, 2), [Field::Fixed64(1_600_000_000_000_000_000)]);
    assert_eq!(of(point, 3), [Field::Fixed64(1_700_000_000_000_000_000)]);
    assert_eq!(of(point, 4), [Field::Fixed64(7f64.to_bits())]);
    assert_eq!(of(point, 7).len(), 2);
    assert_eq!(nested(metrics[1], &[3]), b"By");
    assert!(of(nested(metrics[1], &[5, 1]), 2).is_empty(), "a gauge has no start");
    let point = nested(metrics[2], &[9, 1]);
    assert_eq!(of(point, 4), [Field::Fixed64(4)]);
    let counts: Vec<u64> =
        nested(point, &[6]).chunks(8).map(|c| u64::from_le_bytes(c.try_into().unwrap())).collect();
    assert_eq!(counts.len(), meter::BOUNDS_MS.len() + 1);
    assert_eq!((counts.iter().sum::<u64>(), counts[0], counts[2], counts[13]), (4, 1, 2, 1));
    assert_eq!(nested(point, &[7]).len(), 8 * meter::BOUNDS_MS.len());
}
