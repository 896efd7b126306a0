//! A node of a stream that comes from elsewhere is refused, or read whole from both ends as what it says it is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use store::data::stream::{Stream, StreamId};

fuzz_target!(|bytes: &[u8]| {
    let master = StreamId::new(1, 0);
    let mut stream = Stream::default();
    if !stream.restore_node(master, bytes.to_vec()) {
        assert!(stream.is_empty() && stream.nodes_len() == 0);
        return;
    }
    let forward: Vec<StreamId> =
        stream.range(StreamId::MIN, StreamId::MAX).map(|entry| entry.id).collect();
    let mut back: Vec<StreamId> =
        stream.range_back(StreamId::MIN, StreamId::MAX).map(|entry| entry.id).collect();
    back.reverse();
    assert_eq!(forward, back);
    assert_eq!(forward.len() as u64, stream.len());
    assert!(forward.is_sorted());
    for (left, id) in forward.iter().enumerate().rev() {
        assert!(stream.delete(*id) && !stream.delete(*id));
        assert_eq!(stream.len(), left as u64);
    }
});
