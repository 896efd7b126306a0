use super::evaluate::Evaluation;
use super::table::Table;
use super::*;
use crate::series::History;
use crate::series::select::{Asked, Selection};
use crate::series::tier::KEEP_MS;
use base::histogram::Histogram;
use meter::{Snapshot, names};
use std::time::Duration;

/// The first moment that is recorded.
const BEGIN: u64 = 1_700_000_000_000;
/// Seconds that are recorded.
const SECONDS: u64 = 600;

/// App `web` answers 3 requests a second well and 1 badly, app `api` 5 well; after 300 seconds the counts begin
/// anew. There are as many connections as the second's last digit. Three of four requests take 3 ms, one 60 ms.
fn history() -> History {
    let mut history = History::new(1_000, KEEP_MS);
    let mut recorded = Histogram::default();
    for second in 0..SECONDS {
        if second == 300 {
            recorded = Histogram::default();
        }
        let since = second % 300 + 1;
        let mut snapshot = Snapshot::new(BEGIN + second * 1_000);
        for (app, class, count) in [("web", "2xx", 3), ("web", "5xx", 1), ("api", "2xx", 5)] {
            snapshot.sample(&names::EDGE_REQUESTS, &[app, class], since * count);
        }
        snapshot.sample(&names::EDGE_CONNECTIONS, &[], second % 10);
        [3, 3, 3, 60].iter().for_each(|ms| recorded.record(Duration::from_millis(*ms)));
        snapshot.histogram(&names::EDGE_DURATION, &["web"], &recorded.counts());
        history.record(&snapshot);
    }
    history
}

fn fetch(history: &History) -> impl Fn(&Asked<'_>) -> Selection {
    |asked| history.select(asked, BEGIN + SECONDS * 1_000)
}

/// The values at second 599, as `label=value … number`.
fn check(query: &str, want: &[(&str, f64)]) {
    let history = history();
    let fetch = fetch(&history);
    let evaluation = Evaluation::new(Range::at(BEGIN + 599_000), &fetch).unwrap();
    let got: Vec<(String, f64)> = match evaluation.table(&parse(query).unwrap()).unwrap() {
        Table::Scalar(values) => vec![(String::new(), values[0])],
        Table::Vector(rows) => {
            let name = |row: &table::Row| {
                let labels = row.labels.iter().map(|(name, value)| format!("{name}={value}"));
                labels.collect::<Vec<_>>().join(" ")
            };
            rows.iter().map(|row| (name(row), row.values[0].unwrap())).collect()
        }
    };
    let same = got.len() == want.len()
        && got.iter().zip(want).all(|(got, want)| {
            got.0 == want.0 && (got.1 == want.1 || (got.1 - want.1).abs() < 1e-6)
        });
    assert!(same, "{query}: {got:?} instead of {want:?}");
}

#[test]
fn selectors() {
    check("ostler_edge_connections", &[("__name__=ostler_edge_connections", 9.0)]);
    check("ostler_edge_connections offset 4s", &[("__name__=ostler_edge_connections", 5.0)]);
    let web = "__name__=ostler_edge_requests_total app=web class=";
    let (good, bad) = (format!("{web}2xx"), format!("{web}5xx"));
    check("ostler_edge_requests_total{app=\"web\"}", &[(&good, 900.0), (&bad, 300.0)]);
    check("{__name__=~\"ostler_edge_req.*total\", class!=\"2xx\"}", &[(&bad, 300.0)]);
    check("ostler_edge_requests_total{app!~\"a.*\", class=~\"5..|none\"}", &[(&bad, 300.0)]);
    check("ostler_edge_requests_total{app=~\"we\"}", &[]);
}

#[test]
fn functions_of_a_time() {
    check("rate(ostler_edge_requests_total{app=\"api\"}[1m])", &[("app=api class=2xx", 5.0)]);
    check("increase(ostler_edge_requests_total{app=\"api\"}[1m])", &[("app=api class=2xx", 300.0)]);
    check("irate(ostler_edge_requests_total{app=\"api\"}[1m])", &[("app=api class=2xx", 5.0)]);
    // Over the restart of the count.
    check("rate(ostler_edge_requests_total{app=\"api\"}[500s])", &[("app=api class=2xx", 5.0)]);
    check("avg_over_time(ostler_edge_connections[20s])", &[("", 4.5)]);
    check("max_over_time(ostler_edge_connections[5s] offset 3s)", &[("", 6.0)]);
    check("min_over_time(ostler_edge_connections[4s])", &[("", 6.0)]);
    check("sum_over_time(ostler_edge_connections[10s])", &[("", 45.0)]);
    check("count_over_time(ostler_edge_connections[10s])", &[("", 10.0)]);
    check("delta(ostler_edge_connections[5s])", &[("", 5.0)]);
}

#[test]
fn aggregations() {
    let rate = "rate(ostler_edge_requests_total[30s])";
    check(&format!("sum({rate})"), &[("", 9.0)]);
    check(&format!("sum by (app) ({rate})"), &[("app=api", 5.0), ("app=web", 4.0)]);
    check(&format!("max({rate}) without (app)"), &[("class=2xx", 5.0), ("class=5xx", 1.0)]);
    check(&format!("avg({rate})"), &[("", 3.0)]);
    check(&format!("count({rate} > 2)"), &[("", 2.0)]);
    check(&format!("min by (class) ({rate})"), &[("class=2xx", 3.0), ("class=5xx", 1.0)]);
    check(&format!("topk(1, {rate})"), &[("app=api class=2xx", 5.0)]);
    check(&format!("bottomk(1, {rate})"), &[("app=web class=5xx", 1.0)]);
}

#[test]
fn arithmetic() {
    check("1 + 2 * 3 ^ 2 - -4", &[("", 23.0)]);
    check("-2 ^ 2", &[("", -4.0)]);
    check("2 ^ 3 ^ 2", &[("", 512.0)]);
    check("7 % 4 > bool 2", &[("", 1.0)]);
    check("ostler_edge_connections * 100 / 3", &[("", 300.0)]);
    check("10 - ostler_edge_connections", &[("", 1.0)]);
    check("ostler_edge_connections > 9", &[]);
    check("ostler_edge_connections >= 9", &[("__name__=ostler_edge_connections", 9.0)]);
    let rate = "sum by (app) (rate(ostler_edge_requests_total{class=\"5xx\"}[30s]))";
    let all = "sum by (app) (rate(ostler_edge_requests_total[30s]))";
    check(&format!("{rate} / {all}"), &[("app=web", 0.25)]);
    check(&format!("{rate} / on (app) {all}"), &[("app=web", 0.25)]);
    check(&format!("{rate} or {all} * 0"), &[("app=web", 1.0), ("app=api", 0.0)]);
    check(&format!("{all} unless {rate}"), &[("app=api", 5.0)]);
    check(&format!("{all} and {rate}"), &[("app=web", 4.0)]);
    check("vector(1) or vector(2)", &[("", 1.0)]);
    check("time() - 1700000000", &[("", 599.0)]);
    check("scalar(ostler_edge_connections) / 0", &[("", f64::INFINITY)]);
    check("clamp_max(ostler_edge_connections, 5)", &[("", 5.0)]);
}

#[test]
fn quantiles_of_histograms() {
    let buckets = "ostler_edge_request_duration_seconds_bucket";
    let of = |q: &str| format!("histogram_quantile({q}, sum by (le) (rate({buckets}[1m])))");
    // Of four requests three lie between 2 and 5 ms, one between 50 and 100 ms.
    check(&of("0.375"), &[("", 0.0035)]);
    check(&of("0.875"), &[("", 0.075)]);
    check(&format!("histogram_quantile(0.875, rate({buckets}[1m]))"), &[("app=web", 0.075)]);
    check("rate(ostler_edge_request_duration_seconds_count[1m])", &[("app=web", 4.0)]);
    let mean = "rate(ostler_edge_request_duration_seconds_sum[1m]) \
                / rate(ostler_edge_request_duration_seconds_count[1m])";
    check(mean, &[("app=web", 0.01725)]);
}

#[test]
fn what_is_outside_is_refused_by_name() {
    let check = |query: &str, part: &str| {
        let error = parse(query).unwrap_err().to_string();
        assert!(error.contains(part), "{query}: {error}");
    };
    check("", "expected a metric, a function or a number, found the end");
    check("sum(", "found the end");
    check("a b", "expected the end or an operator, found \"b\"");
    check("rate(a)", "rate() takes series over a time");
    check("a[5m] + 1", "no series over a time");
    check("label_replace(a, \"b\", \"c\", \"d\", \"e\")", "the function label_replace");
    check("max_over_time(rate(a[5m])[1h:1m])", "a subquery");
    check("a * on (b) group_left c", "group_left");
    check("a @ 5", "@");
    check("{app=\"\"}", "must leave out something");
    check("a{b=~\"(\"}", "regular expression");
    check("1 > 2", "needs the word bool");
    check(&"(".repeat(500), "64 levels");
    check(&"-".repeat(500), "levels");
    check(&"+".repeat(20_000), "16384 bytes");
}

#[test]
fn no_text_does_harm() {
    const PARTS: [&str; 40] = [
        "a",
        "rate",
        "sum",
        "topk",
        "by",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        ",",
        "=",
        "=~",
        "!~",
        "!=",
        "\"x\"",
        "\"(\"",
        "5m",
        "1",
        "0x1",
        "1e9",
        "+",
        "-",
        "*",
        "/",
        "%",
        "^",
        "==",
        ">",
        "bool",
        "on",
        "or",
        "unless",
        "offset",
        "le",
        "histogram_quantile",
        "vector",
        "time()",
        "\u{f6}",
    ];
    let history = History::new(10, KEEP_MS);
    let fetch = fetch(&history);
    let mut random = base::random::Random::new(5);
    let mut answered = 0;
    for _ in 0..30_000 {
        let count = random.below(12) + 1;
        let parts: Vec<&str> =
            (0..count).map(|_| PARTS[random.below(PARTS.len() as u64) as usize]).collect();
        let reply = answer(&parts.join(" "), Range::at(BEGIN), false, &fetch);
        answered += u32::from(reply.status == 200);
    }
    assert!(answered > 100, "{answered}");
}

#[test]
fn ranges_are_answered_as_prometheus_does() {
    let history = history();
    let fetch = fetch(&history);
    let range =
        |start, end, step| Range { start_ms: BEGIN + start, end_ms: BEGIN + end, step_ms: step };
    let reply = answer("ostler_edge_connections", range(500, 2_500, 1_000), true, &fetch);
    assert_eq!(
        reply.body,
        "{\"data\":{\"result\":[{\"metric\":{\"__name__\":\"ostler_edge_connections\"},\"values\":\
         [[1700000000.5,\"0\"],[1700000001.5,\"1\"],[1700000002.5,\"2\"]]}],\"resultType\":\"matrix\"},\
         \"status\":\"success\"}"
    );
    let reply = answer("1+1", Range::at(BEGIN), false, &fetch);
    assert!(
        reply.body.contains("{\"result\":[1700000000,\"2\"],\"resultType\":\"scalar\"}"),
        "{reply:?}"
    );
    let reply = answer("ostler_edge_connections[3s]", Range::at(BEGIN + 20_000), false, &fetch);
    assert!(
        reply.body.contains("[[1700000018,\"8\"],[1700000019,\"9\"],[1700000020,\"0\"]]"),
        "{reply:?}"
    );
    let refused = |query: &str, range: Range, status: u16, part: &str| {
        let reply = answer(query, range, true, &fetch);
        assert!(reply.status == status && reply.body.contains(part), "{reply:?}");
    };
    refused("a[", range(0, 1, 1), 400, "bad_data");
    refused("1", range(5, 1, 1), 400, "end: it must not be before start");
    refused("1", range(0, 1, 0), 400, "step");
    refused("1", range(0, 11_000_000, 1_000), 400, "more than 11000 points");
    let two = "ostler_edge_requests_total / on (class) ostler_edge_requests_total";
    refused(two, range(0, 1_000, 1_000), 422, "several series of the right side");
}
