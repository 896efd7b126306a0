//! The lines of a head that httparse has parsed: where they lie, and which are copied on.

use httparse::Header;
use std::mem::MaybeUninit;

/// The most headers a message may have, whatever the settings say.
pub const HEADERS_MAX: usize = 256;

/// Room for parsed headers. It lives on the stack and is not initialised, so it costs nothing.
pub type Scratch<'b> = [MaybeUninit<Header<'b>>; HEADERS_MAX];

/// Empty room.
pub fn scratch<'b>() -> Scratch<'b> {
    [const { MaybeUninit::uninit() }; HEADERS_MAX]
}

/// Header lines by position: those that are not copied on.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Marks([u64; HEADERS_MAX / 64]);

impl Marks {
    pub(super) fn set(&mut self, at: usize) {
        if let Some(word) = self.0.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }

    pub(super) fn add(&mut self, other: &Marks) {
        self.0.iter_mut().zip(other.0).for_each(|(mine, theirs)| *mine |= theirs);
    }

    fn has(&self, at: usize) -> bool {
        self.0.get(at / 64).is_some_and(|word| word & (1 << (at % 64)) != 0)
    }
}

/// A whole head (start line, header lines, empty line) and its parsed headers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lines<'h, 'b> {
    head: &'b [u8],
    headers: &'h [Header<'b>],
}

impl<'h, 'b> Lines<'h, 'b> {
    /// None if a line does not end in CRLF: httparse takes a bare LF too.
    pub(super) fn new(head: &'b [u8], headers: &'h [Header<'b>]) -> Option<Self> {
        let lines = Lines { head, headers };
        let crlf_before = |at: usize| head.get(..at).is_some_and(|part| part.ends_with(b"\r\n"));
        let starts = headers.iter().map(|header| lines.start(header));
        let good = starts.chain([head.len() - 2, head.len()]).all(crlf_before);
        good.then_some(lines)
    }

    /// The values of all headers called `name`, in any case.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = &'b [u8]> {
        let same = move |header: &&Header<'b>| header.name.eq_ignore_ascii_case(name);
        self.headers.iter().filter(same).map(|header| header.value)
    }

    /// Mark all headers called `name`, in any case.
    pub(super) fn mark(&self, name: &str, marks: &mut Marks) {
        let same = |header: &Header<'_>| header.name.eq_ignore_ascii_case(name);
        let found = self.headers.iter().enumerate().filter(|(_, header)| same(header));
        found.for_each(|(at, _)| marks.set(at));
    }

    /// Mark the headers for which `goes` is true, of those that are not marked.
    pub(super) fn sift(&self, marks: &mut Marks, mut goes: impl FnMut(&'b str, &'b [u8]) -> bool) {
        for (at, header) in self.headers.iter().enumerate() {
            if !marks.has(at) && goes(header.name, header.value) {
                marks.set(at);
            }
        }
    }

    /// The start line without its CRLF.
    pub(super) fn start_line(&self) -> &'b [u8] {
        let end = self.headers.first().map_or(self.head.len() - 2, |first| self.start(first));
        self.head.get(..end.saturating_sub(2)).unwrap_or_default()
    }

    /// Append all header lines but the marked ones, in runs that are as long as possible.
    /// With `start_line` the first run begins with it.
    pub(super) fn copy(&self, skip: &Marks, start_line: bool, out: &mut Vec<u8>) {
        let mut run = start_line.then_some(0);
        for (at, header) in self.headers.iter().enumerate() {
            let start = self.start(header);
            match (skip.has(at), run) {
                (true, Some(from)) => {
                    out.extend_from_slice(self.head.get(from..start).unwrap_or_default());
                    run = None;
                }
                (false, None) => run = Some(start),
                _ => {}
            }
        }
        if let Some(from) = run {
            let end = self.head.len() - 2;
            out.extend_from_slice(self.head.get(from..end).unwrap_or_default());
        }
    }

    /// The headers that are not marked.
    pub(super) fn unmarked(&self, skip: &Marks) -> impl Iterator<Item = (&'b str, &'b [u8])> {
        let kept = self.headers.iter().enumerate().filter(|(at, _)| !skip.has(*at));
        kept.map(|(_, header)| (header.name, header.value))
    }

    /// Where a header's line starts. Its name is a slice of the head, so this is a subtraction.
    fn start(&self, header: &Header<'_>) -> usize {
        (header.name.as_ptr() as usize).wrapping_sub(self.head.as_ptr() as usize)
    }
}
