//! Writing members and scores.

use crate::resp::{Reply, Version};

/// How members are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Members alone.
    Members,
    /// Member, score, member, score.
    Flat,
    /// An array of two for each member.
    Pairs,
}

impl Shape {
    /// With scores, as the client's form of the protocol has them.
    pub(super) fn of(reply: &Reply, with_scores: bool) -> Self {
        match reply.version() {
            _ if !with_scores => Shape::Members,
            Version::Resp2 => Shape::Flat,
            Version::Resp3 => Shape::Pairs,
        }
    }

    /// The head of so many members.
    pub(super) fn head(self, reply: &mut Reply, members: usize) {
        reply.array(if self == Shape::Flat { 2 * members } else { members });
    }

    /// A member.
    pub(super) fn member(self, reply: &mut Reply, member: &[u8], score: f64) {
        if self == Shape::Pairs {
            reply.array(2);
        }
        reply.bulk(member);
        if self != Shape::Members {
            reply.double(score);
        }
    }
}
