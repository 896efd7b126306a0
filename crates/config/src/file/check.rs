use super::place::Place;
use crate::Mistake;
use crate::mistakes::Source;
use std::ops::Range;

/// More mistakes than these are not told: nobody reads them.
const MISTAKES_MAX: usize = 100;

/// What is carried through the check of one text: where it stands and what is wrong so far.
pub(super) struct Check<'a> {
    pub place: &'a Place<'a>,
    /// The text is no valid TOML: parts may be absent that the user did write.
    broken: bool,
    faults: Vec<Fault>,
}

struct Fault {
    span: Range<usize>,
    key: String,
    text: String,
    cure: String,
    syntax: bool,
}

impl<'a> Check<'a> {
    pub(super) fn new(place: &'a Place<'a>) -> Self {
        Check { place, broken: false, faults: Vec::new() }
    }

    /// The text is no TOML at `span`.
    pub(super) fn syntax(&mut self, span: Range<usize>, text: String, cure: String) {
        self.broken = true;
        self.faults.push(Fault { span, key: String::new(), text, cure, syntax: true });
    }

    /// What stands at `span` is wrong.
    pub(super) fn fault(
        &mut self,
        span: Range<usize>,
        key: &str,
        text: impl Into<String>,
        cure: impl Into<String>,
    ) {
        let (text, cure) = (text.into(), cure.into());
        self.faults.push(Fault { span, key: key.into(), text, cure, syntax: false });
    }

    /// Something is absent. Not told of a text that is no TOML, where it may only be unreadable.
    pub(super) fn missing(
        &mut self,
        span: Range<usize>,
        key: &str,
        text: impl Into<String>,
        cure: impl Into<String>,
    ) {
        if !self.broken {
            self.fault(span, key, text, cure);
        }
    }

    /// Nothing is wrong so far at or below this path. What several keys say together is looked at
    /// only then: with a default in place of a mistaken value it would mean nothing.
    pub(super) fn clean(&self, path: &str) -> bool {
        let below = |key: &str| {
            key.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        !self.faults.iter().any(|fault| below(&fault.key))
    }

    /// Every mistake, in the order of the text. A line that is no TOML has only that mistake.
    pub(super) fn finish(mut self, source: &Source<'_>) -> Vec<Mistake> {
        self.faults.sort_by_key(|fault| (fault.span.start, !fault.syntax));
        let (syntax, rest): (Vec<Fault>, Vec<Fault>) =
            self.faults.into_iter().partition(|fault| fault.syntax);
        let mut mistakes: Vec<Mistake> = Vec::new();
        for fault in syntax.into_iter().take(MISTAKES_MAX) {
            let mistake = source.mistake(fault.span, fault.key, fault.text, fault.cure);
            if mistakes.last().is_none_or(|last| last.line != mistake.line) {
                mistakes.push(mistake);
            }
        }
        let lines: Vec<u32> = mistakes.iter().map(|mistake| mistake.line).collect();
        for fault in rest.into_iter().take(MISTAKES_MAX) {
            let mistake = source.mistake(fault.span, fault.key, fault.text, fault.cure);
            if !lines.contains(&mistake.line) {
                mistakes.push(mistake);
            }
        }
        mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
        mistakes.truncate(MISTAKES_MAX);
        mistakes
    }
}
