//! The latest purges, for replies that were on their way meanwhile.

use super::{Mark, Purge, Rule, Verdict};
use crate::cache::Key;
use std::collections::VecDeque;

/// So many are remembered. A reply whose app was asked before the oldest of them is not kept:
/// whether it was purged since is not known any more.
const RULES_MAX: usize = 4_096;

/// The latest purges.
#[derive(Debug)]
pub struct Recent {
    rules: VecDeque<Rule>,
    last: u64,
    /// What is marked lower is not kept.
    floor: u64,
}

impl Recent {
    /// None yet; the first gets a number above `begin`.
    pub fn new(begin: Mark) -> Self {
        Recent { rules: VecDeque::new(), last: begin.0, floor: begin.0 }
    }

    /// Go on from `begin`, if that is later than now.
    pub fn advance(&mut self, begin: Mark) {
        self.last = self.last.max(begin.0);
    }

    /// Now.
    pub fn mark(&self) -> Mark {
        Mark(self.last)
    }

    /// A purge, in force from now on.
    pub fn add(&mut self, purge: Purge) -> Rule {
        self.last += 1;
        let rule = Rule { number: self.last, purge };
        self.rules.push_back(rule.clone());
        if self.rules.len() > RULES_MAX
            && let Some(oldest) = self.rules.pop_front()
        {
            self.floor = oldest.number;
        }
        rule
    }

    /// What the purges since `mark` say of a reply.
    pub fn verdict(&self, mark: Mark, key: &Key, tags: &[Box<[u8]>]) -> Verdict {
        if mark.0 < self.floor {
            return Verdict::Gone;
        }
        let since = self.rules.iter().rev().take_while(|rule| rule.number > mark.0);
        let meant = since.filter(|rule| rule.purge.what.is_for(key, tags));
        meant.map(|rule| rule.purge.verdict()).max().unwrap_or(Verdict::Keep)
    }
}
