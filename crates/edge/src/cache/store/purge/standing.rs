//! Purges that are in force until everything on disk was looked through.

use super::{Mark, Purge, Rule, Verdict, What};
use crate::cache::Key;
use std::collections::HashMap;

/// More than so many are not kept apart: then everything is purged.
const RULES_MAX: usize = 10_000;
/// Prefixes are tried one by one.
const PREFIXES_MAX: usize = 1_000;

/// The numbers of the last purges of one thing; 0: none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Last {
    hard: u64,
    soft: u64,
}

impl Last {
    fn note(&mut self, rule: &Rule) {
        let mine = if rule.purge.soft { &mut self.soft } else { &mut self.hard };
        *mine = rule.number.max(*mine);
    }

    fn verdict(self, mark: Mark) -> Verdict {
        match mark.0 {
            mark if mark < self.hard => Verdict::Gone,
            mark if mark < self.soft => Verdict::Stale,
            _ => Verdict::Keep,
        }
    }

    /// Forget the purges up to `number`; false if none is left.
    fn settle(&mut self, number: u64) -> bool {
        let left = |mine: u64| if mine > number { mine } else { 0 };
        *self = Last { hard: left(self.hard), soft: left(self.soft) };
        *self != Last::default()
    }

    fn rules(self, what: What) -> impl Iterator<Item = Rule> {
        let both = [(self.hard, false), (self.soft, true)].into_iter();
        both.filter(|(number, _)| *number > 0).map(move |(number, soft)| {
            let purge = Purge { what: what.clone(), soft };
            Rule { number, purge }
        })
    }
}

/// The purges.
#[derive(Debug, Default)]
pub struct Standing {
    all: Last,
    keys: HashMap<Key, Last>,
    tags: HashMap<Box<[u8]>, Last>,
    prefixes: HashMap<Box<[u8]>, Last>,
}

impl Standing {
    /// One more.
    pub fn add(&mut self, rule: &Rule) {
        match &rule.purge.what {
            What::All => self.all.note(rule),
            What::Key(key) => self.keys.entry(key.clone()).or_default().note(rule),
            What::Tag(tag) => self.tags.entry(tag.clone()).or_default().note(rule),
            What::Prefix(prefix) => self.prefixes.entry(prefix.clone()).or_default().note(rule),
        }
        if self.len() > RULES_MAX || self.prefixes.len() > PREFIXES_MAX {
            let all = Last { hard: rule.number, soft: 0 };
            *self = Standing { all, ..Standing::default() };
        }
    }

    /// So many things are purged.
    pub fn len(&self) -> usize {
        let all = usize::from(self.all != Last::default());
        self.keys.len() + self.tags.len() + self.prefixes.len() + all
    }

    /// True if only what has tags can be meant.
    pub fn is_for_tags_only(&self) -> bool {
        self.len() == self.tags.len()
    }

    /// What they say of a reply.
    pub fn verdict(&self, mark: Mark, key: &Key, tags: &[Box<[u8]>]) -> Verdict {
        let mut verdict = self.all.verdict(mark);
        if let Some(last) = self.keys.get(key) {
            verdict = verdict.max(last.verdict(mark));
        }
        for tag in tags.iter().filter_map(|tag| self.tags.get(tag)) {
            verdict = verdict.max(tag.verdict(mark));
        }
        for (prefix, last) in &self.prefixes {
            if key.bytes().starts_with(prefix) {
                verdict = verdict.max(last.verdict(mark));
            }
        }
        verdict
    }

    /// Everything was looked through since purge `number`: those up to it are done.
    pub fn settle(&mut self, number: u64) {
        self.all.settle(number);
        self.keys.retain(|_, last| last.settle(number));
        self.tags.retain(|_, last| last.settle(number));
        self.prefixes.retain(|_, last| last.settle(number));
    }

    /// Every purge, in no order.
    pub fn rules(&self) -> Vec<Rule> {
        let mut rules: Vec<Rule> = self.all.rules(What::All).collect();
        rules.extend(self.keys.iter().flat_map(|(key, last)| last.rules(What::Key(key.clone()))));
        rules.extend(self.tags.iter().flat_map(|(tag, last)| last.rules(What::Tag(tag.clone()))));
        let prefixes = self.prefixes.iter();
        rules.extend(prefixes.flat_map(|(text, last)| last.rules(What::Prefix(text.clone()))));
        rules
    }
}
