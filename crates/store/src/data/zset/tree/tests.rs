use super::node::{INNER_MAX, NONE};
use super::*;

impl Tree {
    /// All leaves at one depth, in order, linked both ways; counts and first keys exact; nodes filled.
    pub(in super::super) fn check_invariants<'a>(&self, member: impl Fn(Id) -> (f64, &'a [u8])) {
        let (mut leaves, mut depths) = (Vec::new(), Vec::new());
        let mut stack = vec![(self.root, 0)];
        while let Some((at, depth)) = stack.pop() {
            match &self.nodes[at as usize] {
                Node::Leaf(_) => {
                    leaves.push(at);
                    depths.push(depth);
                }
                Node::Inner(inner) => {
                    assert!((2..=INNER_MAX).contains(&inner.entries.len()));
                    for entry in &inner.entries {
                        assert_eq!(*entry, self.summary(entry.child));
                    }
                    stack.extend(inner.entries.iter().rev().map(|entry| (entry.child, depth + 1)));
                }
                Node::Free => panic!("a free node is linked"),
            }
        }
        depths.dedup();
        assert_eq!(depths.len(), 1);
        let (mut before, mut keys) = (NONE, Vec::new());
        for (place, &at) in leaves.iter().enumerate() {
            let leaf = self.leaf(at).unwrap();
            assert!(leaf.len() > 0 || leaves.len() == 1);
            assert_eq!(leaf.prev, before);
            assert_eq!(leaf.next, leaves.get(place + 1).copied().unwrap_or(NONE));
            before = at;
            for at in 0..leaf.len() {
                let (score, id) = leaf.get(at);
                assert_eq!(score.to_bits(), member(id).0.to_bits());
                keys.push((score, member(id).1));
            }
        }
        assert_eq!(keys.len(), self.len);
        assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
        let nodes = self.nodes.iter().filter(|node| !matches!(node, Node::Free)).count();
        let inner = nodes - leaves.len();
        assert!(inner <= leaves.len());
    }
}
