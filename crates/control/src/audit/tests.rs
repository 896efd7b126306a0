use super::file::{append, before, last};
use super::*;
use crate::gate::Caller;
use serde_json::json;
use std::path::PathBuf;

fn entry(n: u64) -> Entry {
    let caller = Caller {
        via: Via::Session,
        user: "ann".into(),
        role: Some(Role::Admin),
        from: "::1".into(),
    };
    Entry { at_ms: n, ..Entry::new(&caller, "scale", json!({ "app": "web", "workers": n }), "ok") }
}

fn path(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("ostler-audit-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    folder.join("audit.log")
}

#[test]
fn the_next_process_goes_on_where_the_last_one_ended() {
    let path = path("goes-on");
    let journal = Journal::open(Some(path.clone())).unwrap();
    (0..3).for_each(|n| journal.note(entry(n)));
    assert_eq!(journal.last(2), [entry(2), entry(1)]);
    journal.finish();
    let next = Journal::open(Some(path.clone())).unwrap();
    assert_eq!(next.last(10), [entry(2), entry(1), entry(0)]);
    std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
}

#[test]
fn what_is_kept_is_bounded() {
    let path = path("bounded");
    append(&path, &entry(0)).unwrap();
    std::fs::File::options().write(true).open(&path).unwrap().set_len(FILE_BYTES_MAX).unwrap();
    append(&path, &entry(1)).unwrap();
    assert_eq!(last(&path), [entry(1)]);
    assert_eq!(std::fs::metadata(before(&path)).unwrap().len(), FILE_BYTES_MAX);
    let journal = Journal::open(None).unwrap();
    (0..2 * RECENT_MAX as u64).for_each(|n| journal.note(entry(n)));
    assert_eq!(journal.last(usize::MAX).len(), RECENT_MAX);
    std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
}

#[test]
fn a_damaged_file_is_read_as_far_as_it_goes() {
    let path = path("damaged");
    append(&path, &entry(0)).unwrap();
    use std::io::Write;
    let mut file = std::fs::File::options().append(true).open(&path).unwrap();
    file.write_all(b"{\"at_ms\":\n\xff\xfe\n").unwrap();
    append(&path, &entry(1)).unwrap();
    assert_eq!(last(&path), [entry(0), entry(1)]);
    std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
}
