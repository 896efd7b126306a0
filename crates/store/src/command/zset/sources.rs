//! What commands over several keys read.

use crate::data::{Set, Value, Zset};
use crate::keyspace::Keyspace;
use crate::resp::Fault;

/// A sorted set, or a set whose members have the score 1, or nothing.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source<'a> {
    Missing,
    Zset(&'a Zset),
    Set(&'a Set),
}

impl<'a> Source<'a> {
    /// Look `keys` up for a command that reads.
    pub(super) fn check(keys: &mut Keyspace, names: &[&[u8]]) -> Result<(), Fault> {
        for name in names {
            match keys.read(name) {
                None | Some(Value::Zset(_) | Value::Set(_)) => {}
                Some(_) => return Err(Fault::WrongType),
            }
        }
        Ok(())
    }

    /// What is at a key that was checked.
    pub(super) fn of(keys: &'a Keyspace, name: &[u8]) -> Self {
        match keys.peek(name) {
            Some(Value::Zset(zset)) => Source::Zset(zset),
            Some(Value::Set(set)) => Source::Set(set),
            _ => Source::Missing,
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Source::Missing => 0,
            Source::Zset(zset) => zset.len(),
            Source::Set(set) => set.len(),
        }
    }

    pub(super) fn score(&self, member: &[u8]) -> Option<f64> {
        match self {
            Source::Missing => None,
            Source::Zset(zset) => zset.score(member),
            Source::Set(set) => set.contains(member).then_some(1.0),
        }
    }

    /// Visit all members until `visit` says no.
    pub(super) fn visit(&self, mut visit: impl FnMut(&[u8], f64) -> bool) {
        // Ends with the first `false`.
        let _ = match self {
            Source::Missing => true,
            Source::Zset(zset) => zset.iter().all(|(member, score)| visit(&member, score)),
            Source::Set(set) => set.iter().all(|member| visit(&member.text(), 1.0)),
        };
    }
}
