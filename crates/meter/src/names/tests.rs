use super::*;

#[test]
fn names_follow_prometheus_rules() {
    for metric in ALL {
        let name = metric.name;
        assert!(name.starts_with("ostler_"), "{name}");
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{name}");
        assert_eq!(name.ends_with("_total"), metric.kind == Counter, "{name}");
        assert!(metric.help.ends_with('.'), "{name}");
        assert_eq!(ALL.iter().filter(|other| other.name == name).count(), 1, "{name} twice");
    }
}
