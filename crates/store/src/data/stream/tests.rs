use super::*;
use base::random::Random;
use std::collections::BTreeMap;

type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

/// What a stream is: entries under ids.
#[derive(Default)]
struct Model {
    entries: BTreeMap<StreamId, Pairs>,
    last: StreamId,
    added: u64,
}

fn pairs(entry: &Entry<'_>) -> Pairs {
    entry.fields.map(|(name, value)| (name.to_vec(), value.to_vec())).collect()
}

fn random_pairs(chance: &mut Random) -> Pairs {
    let names: &[&[u8]] = match chance.below(4) {
        0 => &[b"temperature", b"7"],
        1 => &[b"other"],
        _ => &[b"temperature", b"humidity"],
    };
    let value = |chance: &mut Random| match chance.below(4) {
        0 => vec![b'v'; chance.below(200) as usize],
        1 => (chance.next_u64() as i64).to_string().into_bytes(),
        2 => chance.below(300).to_string().into_bytes(),
        _ => Vec::new(),
    };
    names.iter().map(|name| (name.to_vec(), value(chance))).collect()
}

fn add(stream: &mut Stream, id: StreamId, pairs: &Pairs, limits: &NodeLimits) -> bool {
    let flat: Vec<&[u8]> = pairs.iter().flat_map(|(name, value)| [&name[..], &value[..]]).collect();
    stream.append(id, &flat, limits)
}

fn check(stream: &Stream, model: &Model) {
    assert_eq!(stream.len(), model.entries.len() as u64);
    assert_eq!((stream.last_id, stream.entries_added), (model.last, model.added));
    let (mut live, mut last) = (0, None);
    for (master, node) in &stream.nodes {
        let count = node.check(*master).expect("a node is whole");
        assert!(last.is_none_or(|last| last < *master));
        (live, last) = (live + count, node.last_id(*master));
    }
    assert_eq!(live, stream.len());
    let all: Vec<_> = model.entries.iter().map(|(id, pairs)| (*id, pairs.clone())).collect();
    let found: Vec<_> =
        stream.range(StreamId::MIN, StreamId::MAX).map(|entry| (entry.id, pairs(&entry))).collect();
    assert_eq!(found, all);
    let mut back: Vec<_> = stream
        .range_back(StreamId::MIN, StreamId::MAX)
        .map(|entry| (entry.id, pairs(&entry)))
        .collect();
    back.reverse();
    assert_eq!(back, all);
}

fn some_id(model: &Model, chance: &mut Random) -> StreamId {
    StreamId::new(chance.below(model.last.ms + 3), chance.below(4))
}

fn run(seed: u64, limits: NodeLimits, steps: usize) {
    let mut chance = Random::new(seed);
    let (mut stream, mut model) = (Stream::default(), Model::default());
    for step in 0..steps {
        match chance.below(100) {
            0..80 => {
                let next = match chance.below(3) {
                    0 => model.last.next().unwrap(),
                    _ => StreamId::new(model.last.ms + 1 + chance.below(3), chance.below(3)),
                };
                let pairs = random_pairs(&mut chance);
                assert!(add(&mut stream, next, &pairs, &limits));
                assert!(!add(&mut stream, next, &pairs, &limits));
                model.entries.insert(next, pairs);
                (model.last, model.added) = (next, model.added + 1);
            }
            80..96 => {
                let id = some_id(&model, &mut chance);
                assert_eq!(stream.delete(id), model.entries.remove(&id).is_some());
            }
            96 => {
                let max = chance.below(model.entries.len() as u64 + 2);
                let limit = (chance.below(2) == 0).then(|| chance.below(50));
                let trim = Trim { to: TrimTo::Length(max), whole_nodes: true, limit };
                let removed = stream.trim(&trim);
                assert!(limit.is_none_or(|limit| removed <= limit));
                assert!(removed == 0 || stream.len() >= max);
                (0..removed).for_each(|_| drop(model.entries.pop_first()));
            }
            97 => {
                let id = some_id(&model, &mut chance);
                let trim = Trim { to: TrimTo::Id(id), whole_nodes: false, limit: None };
                let kept = model.entries.split_off(&id);
                assert_eq!(stream.trim(&trim), model.entries.len() as u64);
                model.entries = kept;
            }
            98 => {
                let max =
                    model.entries.len() as u64 - chance.below(20).min(model.entries.len() as u64);
                let trim = Trim { to: TrimTo::Length(max), whole_nodes: false, limit: None };
                for _ in 0..stream.trim(&trim) {
                    model.entries.pop_first();
                }
                assert_eq!(stream.len(), max);
            }
            _ => {
                let (low, high) = (some_id(&model, &mut chance), some_id(&model, &mut chance));
                let want: Vec<_> = if low > high {
                    Vec::new()
                } else {
                    model.entries.range(low..=high).map(|(id, _)| *id).collect()
                };
                let found: Vec<_> = stream.range(low, high).map(|entry| entry.id).collect();
                assert_eq!(found, want, "{low} {high}");
                let mut back: Vec<_> = stream.range_back(low, high).map(|entry| entry.id).collect();
                back.reverse();
                assert_eq!(back, want, "{low} {high}");
            }
        }
        if step % 53 == 0 {
            check(&stream, &model);
        }
    }
    check(&stream, &model);
    let mut copy =
        Stream { last_id: stream.last_id, entries_added: model.added, ..Stream::default() };
    for (master, bytes) in stream.nodes() {
        assert!(copy.restore_node(master, bytes.to_vec()));
        assert!(!copy.restore_node(master, bytes.to_vec()));
    }
    check(&copy, &model);
}

#[test]
fn a_stream_is_what_a_sorted_map_is() {
    for seed in 0..8 {
        run(seed, NodeLimits::default(), 4_000);
        run(seed, NodeLimits { bytes_max: 0, entries_max: 7 }, 2_000);
        run(seed, NodeLimits { bytes_max: 400, entries_max: 0 }, 2_000);
        run(seed, NodeLimits { bytes_max: 0, entries_max: 400 }, 2_000);
    }
}

#[test]
fn foreign_nodes_are_refused_not_trusted() {
    let mut chance = Random::new(5);
    let mut stream = Stream::default();
    for ms in 1..20 {
        let pairs = random_pairs(&mut chance);
        add(&mut stream, StreamId::new(ms, 0), &pairs, &NodeLimits::default());
    }
    let whole = stream.nodes().next().unwrap().1.to_vec();
    for _ in 0..20_000 {
        let mut bytes = whole.clone();
        for _ in 0..1 + chance.below(3) {
            let at = chance.below(bytes.len() as u64) as usize;
            bytes[at] = chance.next_u64() as u8;
        }
        bytes.truncate(bytes.len() - chance.below(3) as usize);
        let mut stream = Stream::default();
        if stream.restore_node(StreamId::new(1, 0), bytes) {
            assert_eq!(stream.range(StreamId::MIN, StreamId::MAX).count() as u64, stream.len());
        }
    }
}

#[test]
fn whole_nodes_go_as_in_redis() {
    let limits = NodeLimits::default();
    let mut stream = Stream::default();
    for ms in 1..=1_000 {
        stream.append(StreamId::new(ms, 0), &[b"a", b"1"], &limits);
    }
    assert_eq!(stream.nodes_len(), 10);
    let about = |to| Trim { to, whole_nodes: true, limit: None };
    assert_eq!(stream.trim(&about(TrimTo::Length(550))), 400);
    assert_eq!(stream.trim(&about(TrimTo::Id(StreamId::new(501, 0)))), 100);
    let limited = Trim { to: TrimTo::Length(0), whole_nodes: true, limit: Some(150) };
    assert_eq!(stream.trim(&limited), 100);
    assert_eq!((stream.len(), stream.first_id()), (400, StreamId::new(601, 0)));
    assert!(stream.memory() < 400 * 12, "{}", stream.memory());
}

#[test]
fn a_group_knows_who_has_what() {
    let mut group = Group::new(StreamId::MIN, Some(0));
    assert!(group.add_consumer(b"one", 1) && group.add_consumer(b"two", 1));
    assert!(!group.add_consumer(b"one", 2));
    let ids: Vec<_> = (1..=4).map(|ms| StreamId::new(ms, 0)).collect();
    ids.iter().for_each(|id| group.give(*id, b"one", 5, 1));
    group.give(ids[1], b"two", 9, 2);
    assert_eq!(group.consumer(b"one").unwrap().pending().len(), 3);
    assert_eq!(group.owner(&group.pending()[&ids[1]]), b"two");
    assert!(group.acknowledge(ids[0]) && !group.acknowledge(ids[0]));
    assert_eq!(group.remove_consumer(b"one"), Some(2));
    assert_eq!(group.pending().keys().copied().collect::<Vec<_>>(), [ids[1]]);
    assert!(
        group.add_consumer(b"three", 1) && group.consumer(b"three").unwrap().pending().is_empty()
    );
    assert_eq!(group.owner(&group.pending()[&ids[1]]), b"two");
    assert_eq!(
        group.consumers().map(|one| &*one.name).collect::<Vec<_>>(),
        [&b"three"[..], b"two"]
    );
}

#[test]
fn lag_is_known_where_nothing_is_missing() {
    let limits = NodeLimits::default();
    let mut stream = Stream::default();
    assert_eq!(stream.lag(&Group::new(StreamId::MIN, Some(0))), Some(0));
    for ms in 1..=10 {
        stream.append(StreamId::new(ms, 0), &[b"a", b"1"], &limits);
    }
    let behind = |ms, read| Group::new(StreamId::new(ms, 0), read);
    assert_eq!(stream.lag(&behind(0, Some(0))), Some(10));
    assert_eq!(stream.lag(&behind(5, Some(5))), Some(5));
    assert_eq!(stream.lag(&behind(5, None)), None);
    assert_eq!(stream.lag(&behind(1, None)), Some(9));
    assert_eq!(stream.lag(&behind(10, None)), Some(0));
    stream.delete(StreamId::new(7, 0));
    assert_eq!(stream.lag(&behind(5, Some(5))), None);
    assert_eq!(stream.lag(&behind(8, Some(8))), Some(2));
}

#[test]
fn the_radix_tree_of_redis_is_counted() {
    let count =
        |ids: &[(u64, u64)]| radix::nodes(ids.iter().map(|(ms, seq)| StreamId::new(*ms, *seq)));
    assert_eq!(count(&[]), 1);
    assert_eq!(count(&[(1, 0)]), 2);
    // A chain, the fork, and two ends.
    assert_eq!(count(&[(1, 0), (1, 1)]), 4);
    // A chain, the fork, and for each way a chain and an end.
    assert_eq!(count(&[(1, 0), (2, 0)]), 6);
    assert_eq!(count(&[(1, 0), (1, 1), (2, 0)]), 1 + 1 + (1 + 1 + 2) + 2);
}
