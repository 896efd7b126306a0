use super::*;

#[test]
fn quotas() {
    assert_eq!(parse_quota("max 100000\n"), None);
    assert_eq!(parse_quota("200000 100000\n"), Some(2));
    assert_eq!(parse_quota("150000 100000"), Some(2));
    assert_eq!(parse_quota("10000 100000"), Some(1));
    for bad in ["", "1", "x y", "100 0", "-1 100000"] {
        assert_eq!(parse_quota(bad), None, "{bad}");
    }
}

#[test]
fn groups() {
    assert_eq!(
        group_path("12:cpu:/x\n0::/system.slice/a.service\n"),
        Some("/system.slice/a.service")
    );
    assert_eq!(group_path("12:cpu:/x\n"), None);
}

#[test]
fn the_least_quota_on_the_way_up_holds() {
    let root = std::env::temp_dir().join(format!("ostler-cgroup-{}", std::process::id()));
    std::fs::create_dir_all(root.join("a/b")).unwrap();
    std::fs::write(root.join("a/cpu.max"), "300000 100000\n").unwrap();
    std::fs::write(root.join("a/b/cpu.max"), "max 100000\n").unwrap();
    let quota = quota_of(&root, "0::/a/b\n");
    std::fs::remove_dir_all(&root).unwrap();
    assert_eq!(quota, Some(3));
}

#[test]
fn there_is_at_least_one_core() {
    assert!(cores() >= 1);
}
