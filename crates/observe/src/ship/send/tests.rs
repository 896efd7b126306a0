use super::http::target;
use crate::ship::queue::form::Kind;
use config::ExportForm;

#[test]
fn paths_are_completed() {
    let check = |form: &ExportForm, path, kind, expected: &str| {
        let told = target(form, path, kind);
        assert_eq!(told.split('?').next(), Some(expected), "{form:?} {path:?}");
    };
    let elastic = ExportForm::Elasticsearch { index: "x".into() };
    check(&elastic, "", Kind::Logs, "/_bulk");
    check(&elastic, "/es", Kind::Logs, "/es/_bulk");
    check(&elastic, "/insert/elasticsearch/_bulk", Kind::Logs, "/insert/elasticsearch/_bulk");
    check(&ExportForm::Loki, "", Kind::Logs, "/loki/api/v1/push");
    check(&ExportForm::Loki, "/loki/api/v1/push", Kind::Logs, "/loki/api/v1/push");
    check(&ExportForm::Otlp, "/otlp", Kind::Logs, "/otlp/v1/logs");
    check(&ExportForm::Otlp, "/otlp", Kind::Metrics, "/otlp/v1/metrics");
    check(&ExportForm::Prometheus, "", Kind::Metrics, "/api/v1/write");
    check(&ExportForm::Prometheus, "/api/v1/push", Kind::Metrics, "/api/v1/push");
}
