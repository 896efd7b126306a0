//! Alert rules for Prometheus.

use super::ask::{SPAN, of, quantile, rate};
use meter::names;

/// The time that rates are taken over.
const OVER: &str = "5m";

/// One alert.
pub struct Alert {
    name: &'static str,
    /// When it is raised.
    pub expr: String,
    /// How long that must hold.
    lasting: &'static str,
    severity: &'static str,
    summary: &'static str,
    action: &'static str,
}

/// Every alert.
#[expect(clippy::too_many_lines, reason = "a list, one alert after the other")]
pub fn all() -> Vec<Alert> {
    let over = |expr: String| expr.replace(SPAN, OVER);
    let requests = |filter| over(rate(&names::EDGE_REQUESTS, filter, &["app"]));
    let alert = |name, expr, lasting, severity, summary, action| Alert {
        name,
        expr,
        lasting,
        severity,
        summary,
        action,
    };
    vec![
        alert(
            "OstlerErrors",
            format!("{} / {} > 0.05", requests("class=\"5xx\""), requests("")),
            "5m",
            "critical",
            "More than 5 % of the requests to {{ $labels.app }} fail.",
            "Look at `ostler logs {{ $labels.app }} --level error` and at the routes of the dashboard.",
        ),
        alert(
            "OstlerSlow",
            format!("{} > 2.5", over(quantile("0.99", &names::EDGE_DURATION, "", &["app"]))),
            "10m",
            "warning",
            "One of a hundred requests to {{ $labels.app }} takes more than 2.5 s.",
            "Look at the event loop of its workers, and at its upstreams.",
        ),
        alert(
            "OstlerNoWorker",
            format!("sum by (app) ({}) == 0", of(&names::WORKERS, "state=\"ready\"")),
            "1m",
            "critical",
            "No worker of {{ $labels.app }} is ready.",
            "`ostler status` says why.",
        ),
        alert(
            "OstlerRestarts",
            format!("increase({}[15m]) > 3", of(&names::RESTARTS, "")),
            "0m",
            "warning",
            "Workers of {{ $labels.app }} died more than three times in a quarter of an hour.",
            "Look at the last lines of stderr in `ostler logs {{ $labels.app }}`.",
        ),
        alert(
            "OstlerEventLoop",
            format!("avg by (app) ({}) > 0.95", of(&names::WORKER_LOOP_UTILISATION, "")),
            "10m",
            "warning",
            "The event loops of {{ $labels.app }} have no time left.",
            "Run more workers, or move work out of the event loop.",
        ),
        alert(
            "OstlerShedding",
            format!("{} > 0", over(rate(&names::EDGE_SHED, "", &["app"]))),
            "5m",
            "warning",
            "Requests to {{ $labels.app }} are refused because its workers are saturated.",
            "Run more workers.",
        ),
        alert(
            "OstlerUpstream",
            format!(
                "{} < {}",
                of(&names::EDGE_ORIGIN_HEALTHY, ""),
                of(&names::EDGE_ORIGIN_SERVERS, "")
            ),
            "5m",
            "warning",
            "Servers of the upstream {{ $labels.upstream }} do not pass their checks.",
            "`ostler status` says which and why.",
        ),
        alert(
            "OstlerStoreDown",
            format!("{} == 0", of(&names::STORE_UP, "")),
            "1m",
            "critical",
            "The store does not take writes.",
            "`ostler status` says why: often the disk is full.",
        ),
        alert(
            "OstlerDiskFull",
            format!(
                "{} / ignoring (kind) {} < 0.05",
                of(&names::MACHINE_FILESYSTEM, "kind=\"available\""),
                of(&names::MACHINE_FILESYSTEM, "kind=\"size\"")
            ),
            "10m",
            "warning",
            "Less than 5 % of the file system of Ostler's state is free.",
            "Make room, or lower observe.metrics.disk and the limits of logs.",
        ),
        alert(
            "OstlerMetricsDropped",
            format!("increase({}[15m]) > 0", of(&names::OBSERVE_METRICS_DROPPED, "")),
            "15m",
            "warning",
            "Metrics are not kept ({{ $labels.why }}).",
            "See the limits in docs/guide/metrics.md.",
        ),
    ]
}

/// The rules as a file for Prometheus.
pub fn alerts() -> String {
    let mut text = String::from(
        "# Generated from the catalogue of metrics.\ngroups:\n  - name: ostler\n    rules:\n",
    );
    for alert in all() {
        text += &format!(
            "      - alert: {}\n        expr: {}\n        for: {}\n        labels:\n          severity: {}\n        \
             annotations:\n          summary: {}\n          description: {}\n",
            alert.name,
            quoted(&alert.expr),
            alert.lasting,
            alert.severity,
            quoted(alert.summary),
            quoted(alert.action),
        );
    }
    text
}

/// A text as YAML; JSON's quotes are YAML's.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
