//! The size of the radix tree that Redis would keep the nodes in: tools show it (`XINFO STREAM`).

use super::StreamId;

/// Bytes of a key in that tree.
const KEY_BYTES: usize = 16;

/// Nodes of a radix tree with these keys, in rising order. A chain of bytes without a fork is one node, so is each
/// fork, and each end.
pub(super) fn nodes(keys: impl Iterator<Item = StreamId>) -> usize {
    // The forks on the way to the last key: how many bytes lie before them.
    let mut forks: Vec<usize> = Vec::new();
    let (mut last, mut count): (Option<[u8; KEY_BYTES]>, usize) = (None, 0);
    // A chain ends at a fork or a key; it is a node if it has a byte besides the one that the fork above holds.
    let chain = |above: Option<usize>, end: usize| usize::from(above.map_or(0, |at| at + 1) < end);
    for key in keys.map(StreamId::to_bytes) {
        if let Some(last) = last {
            let common = last.iter().zip(&key).take_while(|(one, other)| one == other).count();
            let mut end = KEY_BYTES;
            while let Some(&fork) = forks.last().filter(|fork| **fork > common) {
                forks.pop();
                count += chain(Some(fork), end) + 1;
                end = fork;
            }
            if forks.last() != Some(&common) {
                // The way so far forks here: what was below the fork is finished.
                count += chain(Some(common), end);
                forks.push(common);
            } else {
                count += chain(Some(common), end);
            }
        }
        count += 1;
        last = Some(key);
    }
    if last.is_none() {
        return 1;
    }
    let mut end = KEY_BYTES;
    while let Some(fork) = forks.pop() {
        count += chain(Some(fork), end) + 1;
        end = fork;
    }
    count + chain(None, end)
}
