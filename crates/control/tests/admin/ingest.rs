//! Logs of other programs.

use crate::house::House;
use model::api::IngestRules;

const NDJSON: &str = "Content-Type: application/x-ndjson";

#[test]
fn programs_of_this_machine_may_send_logs() {
    let house = House::new();
    let body = "x".repeat(70_000);
    let got = house.tcp(&format!("POST /shop/_bulk\n{NDJSON}"), &body);
    assert_eq!(got.status, 204, "{got:?}");
    assert!(got.head.contains("\r\nx-elastic-product: elasticsearch\r\n"), "{}", got.head);
    let got = house.tcp(&format!("PUT /_bulk\n{NDJSON}\nContent-Encoding: gzip"), "");
    assert_eq!(got.status, 204, "{got:?}");
    let got = house.tcp("POST /v1/logs\nContent-Type: application/json; charset=utf-8", "{}");
    assert_eq!(got.status, 204, "{got:?}");
    let got = house.unix("POST /loki/api/v1/push\nContent-Type: application/x-protobuf", "x");
    assert_eq!(got.status, 204, "{got:?}");
    let expected = [
        "ingest Bulk Some(\"shop\") \"\" 70000",
        "ingest Bulk None \"gzip\" 0",
        "ingest Otlp None \"\" 2",
        "ingest Loki None \"\" 1",
    ];
    assert_eq!(house.fake.done(), expected);
}

#[test]
fn others_may_not() {
    let house = House::new();
    // What a page of another site can send without asking first.
    for simple in ["Accept: */*", "Content-Type: text/plain"] {
        assert_eq!(house.tcp(&format!("POST /_bulk\n{simple}"), "{}").status, 415);
    }
    let evil = format!("POST /_bulk\n{NDJSON}\nOrigin: https://evil.example");
    assert_eq!(house.tcp(&evil, "{}").status, 403);
    assert_eq!(house.tcp(&format!("GET /_bulk\n{NDJSON}"), "").status, 405);
    let large = "x".repeat(100_001);
    assert_eq!(house.tcp(&format!("POST /_bulk\n{NDJSON}"), &large).status, 413);
    *house.fake.ingest.lock().unwrap() = Some(IngestRules { token: true, body_bytes_max: 10 });
    assert_eq!(house.tcp(&format!("POST /_bulk\n{NDJSON}"), "{}").status, 401);
    assert!(house.fake.done().is_empty());
    assert_eq!(house.trusted("POST /_bulk", "{}").status, 204);
    *house.fake.ingest.lock().unwrap() = None;
    assert_eq!(house.trusted("POST /_bulk", "{}").status, 404);
}
