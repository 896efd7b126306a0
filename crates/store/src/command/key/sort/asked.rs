//! The options of `SORT`.

use crate::command::Args;
use crate::resp::Fault;
use std::ops::Range;

#[derive(Debug, Default)]
pub(super) struct Asked<'a> {
    pub(super) descending: bool,
    pub(super) alpha: bool,
    /// Keep the order as it is: the pattern of `BY` names the same key for all.
    pub(super) as_is: bool,
    pub(super) by: Option<&'a [u8]>,
    pub(super) get: Vec<&'a [u8]>,
    pub(super) store: Option<&'a [u8]>,
    limit: Option<(i64, i64)>,
}

impl<'a> Asked<'a> {
    pub(super) fn parse(args: &'a [&'a [u8]], may_store: bool) -> Result<Self, Fault> {
        let (mut asked, mut rest) = (Asked::default(), Args::from(args, 2));
        while !rest.is_empty() {
            if rest.accept("ASC") {
                asked.descending = false;
            } else if rest.accept("DESC") {
                asked.descending = true;
            } else if rest.accept("ALPHA") {
                asked.alpha = true;
            } else if rest.len() > 2 && rest.accept("LIMIT") {
                asked.limit = Some((rest.int()?, rest.int()?));
            } else if may_store && rest.len() > 1 && rest.accept("STORE") {
                asked.store = Some(rest.need()?);
            } else if rest.len() > 1 && rest.accept("BY") {
                let pattern = rest.need()?;
                asked.as_is |= !pattern.contains(&b'*');
                asked.by = Some(pattern);
            } else if rest.len() > 1 && rest.accept("GET") {
                asked.get.push(rest.need()?);
            } else {
                return Err(Fault::Syntax);
            }
        }
        Ok(asked)
    }

    /// Which of `len` elements are wanted.
    pub(super) fn wanted(&self, len: usize) -> Range<usize> {
        let Some((offset, count)) = self.limit else { return 0..len };
        let start = usize::try_from(offset).unwrap_or(0).min(len);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        start..start.saturating_add(count).min(len)
    }
}
