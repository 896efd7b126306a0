use super::*;
use meter::names;

const HOUR: u64 = 3_600_000;

fn snapshot(at_ms: u64) -> Snapshot {
    let mut snapshot = Snapshot::new(at_ms);
    snapshot.sample(&names::EDGE_RECEIVED, &[], at_ms / 100);
    snapshot.sample(&names::EDGE_CONNECTIONS, &[], (at_ms / 1_000) % 10);
    snapshot
}

fn filled(from_ms: u64, seconds: u64) -> (History, Vec<Done>) {
    let mut history = History::new(100, super::super::tier::KEEP_MS);
    let mut done = Vec::new();
    for at_ms in (0..seconds).map(|second| from_ms + second * 1_000) {
        if at_ms % 300_000 == 0 {
            history.slice();
        }
        done.extend(history.record(&snapshot(at_ms)));
    }
    (history, done)
}

#[test]
fn seconds_become_tens_and_minutes() {
    let (history, done) = filled(100 * HOUR, 2 * 3_600 + 61);
    let count = |tier: usize| done.iter().filter(|done| done.tier == tier).count();
    assert_eq!((count(0), count(1), count(2)), (24, 2, 0));
    let [_, tens, minutes] = &history.tiers;
    assert_eq!(tens.sealed()[0].block.times.len(), 360);
    let gauge = history.registry.all().find(|(_, key)| &*key.name == "ostler_edge_connections");
    let read = tens.sealed()[0].block.read(gauge.unwrap().0).unwrap();
    let at = |column: usize| read.columns[column][5];
    assert_eq!([at(0), at(1), at(2), at(3), at(4)], [9.0, 0.0, 9.0, 45.0, 10.0]);
    assert_eq!(minutes.open().times().len(), 120);
    let lane = minutes.open().lane(gauge.unwrap().0).unwrap().read().unwrap();
    assert_eq!(lane.columns[4][3], 60.0, "a minute is sixty seconds");
}

#[test]
fn what_is_replayed_is_what_was() {
    let (mut sealed, done) = filled(100 * HOUR, 3 * 3_600 + 77);
    // All that a new process finds: what was sealed, and the seconds that were open.
    let mut after = History::new(100, super::super::tier::KEEP_MS);
    let (bytes, keys) = sealed.slice().unwrap();
    let rest = Done { tier: 0, number: 0, bytes: bytes.into(), keys };
    for done in done.iter().chain([&rest]) {
        let parsed = super::super::block::parse(&done.bytes).unwrap();
        for (_, key) in &done.keys {
            after.remember(Key::clone(key)).unwrap();
        }
        let body = super::super::block::Body::Memory(done.bytes.clone());
        after.keep(done.tier, Arc::new(Sealed::new(parsed, body, Some)), None, 0);
    }
    let made = after.replay();
    assert!(made.is_empty(), "nothing that was sealed is sealed again: {made:?}");
    for tier in 1..3 {
        let (old, new) = (sealed.tiers[tier].open(), after.tiers[tier].open());
        assert_eq!(old.times(), new.times(), "tier {tier}");
        assert_eq!(old.encode(), new.encode(), "tier {tier}");
    }
}

#[test]
fn what_is_old_or_too_much_goes() {
    let (mut history, _) = filled(100 * HOUR, 3 * 3_600);
    let now = 103 * HOUR;
    let gone = history.expire(now, u64::MAX, usize::MAX);
    assert_eq!(gone.len(), 35 - 12, "an hour and the block that is not yet over are kept");
    assert_eq!(history.lost, Lost::default());
    let heavy = history.size().memory_bytes;
    history.expire(now, u64::MAX, heavy - 1);
    assert_eq!(history.lost.disk, 1);
    let gone = history.expire(now + 400 * HOUR, u64::MAX, usize::MAX);
    assert!(!gone.is_empty() && history.tiers.iter().all(|tier| tier.sealed().is_empty()));
    history.expire(5, u64::MAX, usize::MAX);
}
