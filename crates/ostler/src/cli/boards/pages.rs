//! Catalogue: what is on the dashboards.

use super::ask::{SPAN, of, quantile, rate, total};
use super::grafana::{Board, Panel};
use meter::names;

const APP: &str = "app=~\"$app\"";

/// Golden signals of apps, routes and upstreams.
pub const OVERVIEW: Board = Board {
    uid: "ostler-overview",
    title: "Ostler: overview",
    panels: || {
        let errors = rate(&names::EDGE_REQUESTS, "class=\"5xx\",app=~\"$app\"", &["app"]);
        let all = rate(&names::EDGE_REQUESTS, APP, &["app"]);
        let route_errors = rate(&names::EDGE_ROUTE_REQUESTS, "class=\"5xx\"", &["route"]);
        vec![
            Panel::new("Requests", "reqps")
                .line("{{app}} {{class}}", rate(&names::EDGE_REQUESTS, APP, &["app", "class"])),
            Panel::new("Errors (5xx)", "percentunit").line("{{app}}", format!("{errors} / {all}")),
            Panel::new("Duration", "s")
                .line("{{app}} p50", quantile("0.5", &names::EDGE_DURATION, APP, &["app"]))
                .line("{{app}} p99", quantile("0.99", &names::EDGE_DURATION, APP, &["app"])),
            Panel::new("Saturation", "short")
                .line("waiting for a worker", total(&names::EDGE_WAITING, "", &[]))
                .line("{{app}} shed", rate(&names::EDGE_SHED, APP, &["app"]))
                .line("{{app}} ejected workers", total(&names::EDGE_EJECTED, APP, &["app"])),
            Panel::new("Requests by route", "reqps")
                .line("{{route}}", rate(&names::EDGE_ROUTE_REQUESTS, "", &["route"])),
            Panel::new("Errors by route", "reqps").line("{{route}}", route_errors),
            Panel::new("Duration by route, p99", "s")
                .line("{{route}}", quantile("0.99", &names::EDGE_ROUTE_DURATION, "", &["route"])),
            Panel::new("Cache", "reqps")
                .line("{{outcome}}", rate(&names::EDGE_CACHE_REQUESTS, "", &["outcome"])),
            Panel::new("Upstreams", "reqps")
                .line(
                    "{{upstream}} {{server}}",
                    rate(&names::EDGE_ORIGIN_REQUESTS, "", &["upstream", "server"]),
                )
                .line(
                    "{{upstream}} {{server}} failed",
                    rate(&names::EDGE_ORIGIN_FAILURES, "", &["upstream", "server"]),
                ),
            Panel::new("Duration by upstream, p99", "s").line(
                "{{upstream}}",
                quantile("0.99", &names::EDGE_ORIGIN_DURATION, "", &["upstream"]),
            ),
            Panel::new("Connections", "short")
                .line("open", total(&names::EDGE_CONNECTIONS, "", &[]))
                .line("{{app}} WebSockets", total(&names::EDGE_UPGRADED, APP, &["app"])),
            Panel::new("Traffic", "Bps")
                .line("received", rate(&names::EDGE_RECEIVED, "", &[]))
                .line("sent", rate(&names::EDGE_SENT, "", &[])),
            Panel::new("Refused by the edge", "reqps")
                .line("{{reason}}", rate(&names::EDGE_REFUSED, "", &["reason"])),
        ]
    },
};

/// Workers one by one.
pub const WORKERS: Board = Board {
    uid: "ostler-workers",
    title: "Ostler: workers",
    panels: || {
        let each = &["app", "worker"][..];
        let name = "{{app}}.{{worker}}";
        vec![
            Panel::new("Workers", "short")
                .line("{{app}} {{state}}", total(&names::WORKERS, APP, &["app", "state"])),
            Panel::new("Restarts", "short").line("{{app}}", rate(&names::RESTARTS, APP, &["app"])),
            Panel::new("Requests", "reqps").line(name, rate(&names::WORKER_REQUESTS, APP, each)),
            Panel::new("Failures", "reqps").line(name, rate(&names::WORKER_FAILURES, APP, each)),
            Panel::new("Duration, p99", "s")
                .line(name, quantile("0.99", &names::WORKER_DURATION, APP, each)),
            Panel::new("Processor", "percentunit")
                .line(name, rate(&names::WORKER_CPU_SECONDS, APP, each)),
            Panel::new("Event loop: use", "percentunit")
                .line(name, of(&names::WORKER_LOOP_UTILISATION, APP)),
            Panel::new("Event loop: largest delay", "s").line(
                name,
                format!("max_over_time({}[{SPAN}])", of(&names::WORKER_LOOP_DELAY, APP)),
            ),
            Panel::new("Memory", "bytes").line(name, of(&names::WORKER_RSS, APP)),
            Panel::new("JavaScript heap", "bytes").line(name, of(&names::WORKER_HEAP, APP)),
            Panel::new("Garbage collection", "percentunit")
                .line(name, rate(&names::WORKER_GC, APP, each)),
            Panel::new("Lines", "short")
                .line("{{app}} {{stream}}", rate(&names::LOG_LINES, APP, &["app", "stream"])),
        ]
    },
};

/// The machine, the store, and Ostler itself.
pub const MACHINE: Board = Board {
    uid: "ostler-machine",
    title: "Ostler: machine and store",
    panels: || {
        vec![
            Panel::new("Processor (1 is a core)", "short")
                .line("{{mode}}", rate(&names::MACHINE_CPU, "mode!=\"idle\"", &["mode"])),
            Panel::new("Memory", "bytes").line("{{kind}}", of(&names::MACHINE_MEMORY, "")),
            Panel::new("Pressure", "percentunit").line(
                "{{resource}} {{kind}}",
                rate(&names::MACHINE_PRESSURE, "", &["resource", "kind"]),
            ),
            Panel::new("Disk", "Bps")
                .line("{{device}} read", rate(&names::MACHINE_DISK_READ, "", &["device"]))
                .line("{{device}} written", rate(&names::MACHINE_DISK_WRITTEN, "", &["device"])),
            Panel::new("File system", "bytes").line("{{kind}}", of(&names::MACHINE_FILESYSTEM, "")),
            Panel::new("Network", "Bps")
                .line(
                    "{{interface}} received",
                    rate(&names::MACHINE_NETWORK_RECEIVED, "", &["interface"]),
                )
                .line("{{interface}} sent", rate(&names::MACHINE_NETWORK_SENT, "", &["interface"])),
            Panel::new("Store: commands", "ops")
                .line("commands", rate(&names::STORE_COMMANDS, "", &[])),
            Panel::new("Store: memory", "bytes").line("data", of(&names::STORE_MEMORY, "")),
            Panel::new("Store: keys", "short")
                .line("keys", of(&names::STORE_KEYS, ""))
                .line("expired a second", rate(&names::STORE_EXPIRED, "", &[]))
                .line("evicted a second", rate(&names::STORE_EVICTED, "", &[])),
            Panel::new("Store: not on disk yet", "short")
                .line("changes", of(&names::STORE_LOG_BEHIND, "")),
            Panel::new("Ostler: memory", "bytes")
                .line("resident", of(&names::RSS, ""))
                .line("metrics", of(&names::OBSERVE_METRICS_MEMORY, "")),
            Panel::new("Ostler: processor", "percentunit")
                .line("cores", rate(&names::CPU, "", &[])),
        ]
    },
};
