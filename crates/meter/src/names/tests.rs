use super::*;

#[test]
fn names_follow_prometheus_rules() {
    for metric in ALL {
        let name = metric.name;
        assert!(name.starts_with("ostler_"), "{name}");
        assert!(name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_')), "{name}");
        assert_eq!(name.ends_with("_total"), metric.kind == Counter, "{name}");
        assert!(metric.help.ends_with('.'), "{name}");
        assert_eq!(ALL.iter().filter(|other| other.name == name).count(), 1, "{name} twice");
    }
}

#[test]
fn families_of_open_metrics_are_distinct() {
    // There a counter's family is its name without `_total`.
    let family = |metric: &Metric| metric.name.trim_end_matches("_total");
    for metric in ALL {
        let same = ALL.iter().filter(|other| family(other) == family(metric));
        assert_eq!(same.count(), 1, "{}", metric.name);
    }
}
