//! For fuzzing: what is read of anything that a worker writes or a disk gives back, checked against itself.

use super::block::{Builder, Index, Unpacker, build::ROWS_MAX};
use super::parse::time;
use super::query::{FieldTest, Matcher, Query, Text};
use super::redact::{MARK, Redactor, USUAL};
use super::row::{Row, Text as Line};
use super::search::Opened;
use super::store::part::{InPart, Part, TAIL_BYTES, Tail};
use super::store::wal;
use crate::record::Level;
use model::Stream;
use std::sync::Arc;

/// Builds blocks of lines and looks for things in them.
#[derive(Debug)]
pub struct Lines {
    builder: Builder,
    unpacker: Unpacker,
    redactor: Redactor,
}

impl Lines {
    /// None: there is no memory for it.
    pub fn new() -> Option<Self> {
        let names: Vec<String> = USUAL.iter().map(|name| (*name).into()).collect();
        Some(Lines {
            builder: Builder::new()?,
            unpacker: Unpacker::new()?,
            redactor: Redactor::new(&names),
        })
    }

    /// The lines of `text` are a block, come back as they were, and are found by what the first one says, where a look
    /// at each alone finds them.
    ///
    /// # Panics
    /// When one of that is not so.
    #[expect(clippy::expect_used, reason = "a probe is to fail loudly")]
    pub fn check(&mut self, text: &str) {
        let (asked, lines) = text.split_once('\n').unwrap_or(("", text));
        let lines: Vec<&str> = lines.split('\n').take(ROWS_MAX).collect();
        let row = |(at, line): (usize, &&str)| {
            let text = Line::Own((*line).into());
            Row { at_ms: at as u64 / 2, worker: None, level: Level::Info, text }
        };
        let rows: Vec<Row> = lines.iter().enumerate().map(row).collect();
        let app: Arc<str> = "web".into();
        let part = Arc::new(Part::of_block(self.builder.build(&app, Stream::Out, &rows)));
        let index = part.index().expect("an index in memory");
        assert_eq!(
            Index::read(&index.write()).as_ref(),
            Some(&*index),
            "an index is read as it was written"
        );
        let block = &index.blocks[0];
        let mut opened = Opened::new(block.clone(), &index.shapes, InPart::new(&part, block));
        let mut matcher = Matcher::default();
        let queries = [
            Ok(Query { texts: vec![Text::new(asked)], ..Query::default() }),
            FieldTest::parse(asked).map(|field| Query { fields: vec![field], ..Query::default() }),
        ];
        for query in queries.into_iter().flatten() {
            let found =
                opened.find(&query, &mut self.unpacker, &mut matcher).expect("a block in memory");
            let want: Vec<u32> = (0..)
                .zip(&lines)
                .filter(|(_, line)| matcher.meets_text(&query, line))
                .map(|(at, _)| at)
                .collect();
            assert_eq!(found, want, "{asked:?}");
        }
        let mut out = String::new();
        for (at, line) in (0..).zip(&lines) {
            opened.line(at, &mut self.unpacker, &mut out).expect("a block in memory");
            assert_eq!(out, **line);
        }
        if let Some(clean) = self.redactor.redact(text) {
            assert!(clean.contains(MARK));
        }
        time::moment(asked, 0);
    }

    /// Whatever a disk gives back is read, or is damaged.
    pub fn check_disk(&mut self, bytes: &[u8]) {
        if let Some(tail) = bytes.first_chunk::<TAIL_BYTES>().and_then(Tail::read) {
            assert_eq!(Tail::read(&tail.write()), Some(tail));
        }
        let mut rows = 0;
        wal::read_frames(bytes, &mut |noted| rows += noted.len());
        rows += wal::read_frame(bytes).len();
        assert!(rows <= bytes.len());
        // With the right sum more of it is looked at.
        let mut summed = bytes.to_vec();
        summed.extend_from_slice(&crc32fast::hash(bytes).to_le_bytes());
        self.unpacker.take(&summed, bytes.len().min(100));
        if let Some(index) = Index::read(bytes) {
            assert_eq!(Index::read(&index.write()), Some(index));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::random::Random;

    const PIECES: &[&str] = &[
        "{",
        "}",
        "\"a\"",
        ":",
        ",",
        "1",
        "\"",
        "\\",
        "\n",
        "[",
        "]",
        "true",
        "{\"a\":1,\"b\":{\"c\":\"x\"}}\n",
        "a=1\n",
        "é",
        " ",
        "GET /a 200 1 ms - 2\n",
        "[Nest] 1  - x LOG ",
        "ERROR ",
        "token=",
        "{\"level\":30,\"msg\":\"hi\"}\n",
        "info: ",
        "\u{1b}[1m",
        "0",
        "\t",
        "|",
    ];

    #[test]
    fn any_lines_come_back() {
        let mut random = Random::new(5);
        let mut lines = Lines::new().unwrap();
        for _ in 0..3_000 {
            let count = random.below(60);
            let text: String =
                (0..count).map(|_| PIECES[random.below(PIECES.len() as u64) as usize]).collect();
            lines.check(&text);
        }
    }

    #[test]
    fn any_bytes_are_borne() {
        let mut random = Random::new(6);
        let mut lines = Lines::new().unwrap();
        let rows = [Row {
            at_ms: 5,
            worker: Some(1),
            level: Level::Warn,
            text: Line::Own("{\"a\":\"b\",\"c\":1}".into()),
        }];
        let block = lines.builder.build(&"web".into(), Stream::Out, &rows);
        let whole = [block.index().write(), block.data, super::super::store::part::MAGIC.to_vec()];
        for _ in 0..20_000 {
            let mut bytes = whole[random.below(3) as usize].clone();
            for _ in 0..random.below(4) {
                let at = random.below(bytes.len() as u64) as usize;
                bytes[at] = random.next_u64() as u8;
            }
            bytes.truncate(random.below(bytes.len() as u64 + 1) as usize);
            lines.check_disk(&bytes);
        }
    }
}
