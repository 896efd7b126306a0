//! What it costs to make requests of records: `cargo run --release -p observe --example ship_bench`.
#![expect(clippy::print_stdout, reason = "a program for people")]

use base::clock;
use observe::ship::encode::{bulk, fluent, lines, loki, otlp};
use observe::ship::pack;
use observe::{Level, Record};
use std::sync::Arc;

const RECORDS: usize = 2_000;
const ROUNDS: u32 = 50;

fn records() -> Vec<Arc<Record>> {
    let mut random = base::random::Random::new(7);
    let record = |at: usize| {
        let (id, ms) = (random.next_u64(), random.below(400));
        let path =
            ["/api/orders", "/api/users", "/healthz", "/"].get(at % 4).copied().unwrap_or("/");
        let raw = format!(
            r#"{{"level":30,"time":{},"pid":4242,"hostname":"web-1","req":{{"id":"{id:016x}","method":"GET","url":"{path}?page={at}","remoteAddress":"10.0.0.{}"}},"res":{{"statusCode":200}},"responseTime":{ms},"msg":"request completed"}}"#,
            1_700_000_000_000 + at,
            at % 250,
        );
        let fields = [
            ("pid", "4242".to_owned()),
            ("hostname", "web-1".to_owned()),
            ("req.id", format!("{id:016x}")),
            ("req.method", "GET".to_owned()),
            ("req.url", format!("{path}?page={at}")),
            ("res.statusCode", "200".to_owned()),
            ("responseTime", ms.to_string()),
        ];
        Arc::new(Record {
            at_ms: 1_700_000_000_000 + at as u64,
            app: "web".into(),
            worker: Some(0),
            stream: model::Stream::Out,
            level: Level::Info,
            text: "request completed".into(),
            fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            trace_id: None,
            request_id: None,
            raw,
        })
    };
    (0..RECORDS).map(record).collect()
}

fn measure(name: &str, raw_bytes: usize, make: impl Fn() -> Vec<u8>) {
    let begin = clock::now();
    let mut sent = 0;
    for _ in 0..ROUNDS {
        sent = make().len();
    }
    let seconds = begin.elapsed().as_secs_f64() / f64::from(ROUNDS);
    let rate = raw_bytes as f64 / 1e6 / seconds;
    let share = 100.0 * sent as f64 / raw_bytes as f64;
    println!("{name:<14} {rate:>7.1} MB/s of lines   body {share:>5.1} % of them");
}

fn main() {
    let records = records();
    let raw_bytes = records.iter().map(|record| record.raw.len()).sum();
    let gzip = |body: Vec<u8>| pack::gzip(&body);
    measure("elasticsearch", raw_bytes, || gzip(bulk::body(&records, "logs-shop-default", &[])));
    measure("loki", raw_bytes, || gzip(loki::body(&records, &[])));
    measure("otlp", raw_bytes, || gzip(otlp::body(&records, &[])));
    measure("fluent", raw_bytes, || {
        let all = fluent::entries(&records, "ostler", &[]);
        all.iter().flat_map(|one| pack::gzip(&one.bytes)).collect()
    });
    measure("file", raw_bytes, || lines::body(&records, &[]));
}
