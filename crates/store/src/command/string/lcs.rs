//! `LCS`: the longest common subsequence of two strings.

use crate::command::{Args, Call, Flags, Group, Keys, Run, Spec};
use crate::data::Value;
use crate::resp::{Fault, Limits, Outcome, Reply};

/// `LCS key1 key2 [LEN] [IDX] [MINMATCHLEN length] [WITHMATCHLEN]`
pub const LCS: Spec = Spec::new("LCS", -3, Group::Text, Run::Data(lcs))
    .flags(Flags::READONLY)
    .keys(Keys::TWO)
    .since("7.0.0");

#[derive(Default)]
struct Asked {
    len: bool,
    ranges: bool,
    with_len: bool,
    len_min: i64,
}

/// How long the longest common subsequence of each pair of beginnings is.
struct Lengths {
    table: Vec<u32>,
    width: usize,
}

/// A run of bytes that both have: where it begins in each, and how long it is.
#[derive(Clone, Copy)]
struct Common {
    one: usize,
    other: usize,
    len: usize,
}

fn lcs(call: &mut Call<'_>) -> Outcome {
    let (one, other) = (text(call, call.args[1])?, text(call, call.args[2])?);
    let (mut asked, mut rest) = (Asked::default(), Args::from(call.args, 3));
    while !rest.is_empty() {
        if rest.accept("IDX") {
            asked.ranges = true;
        } else if rest.accept("LEN") {
            asked.len = true;
        } else if rest.accept("WITHMATCHLEN") {
            asked.with_len = true;
        } else if rest.accept("MINMATCHLEN") {
            asked.len_min = rest.int()?.max(0);
        } else {
            return Err(Fault::Syntax);
        }
    }
    if asked.ranges && asked.len {
        return Err(Fault::err("If you want both the length and indexes, please just use IDX."));
    }
    let lengths = Lengths::of(&one, &other)?;
    if asked.ranges {
        write_ranges(call.reply, &asked, &lengths, &one, &other);
    } else if asked.len {
        call.reply.count(lengths.at(one.len(), other.len()));
    } else {
        let mut common = Vec::new();
        lengths.walk(&one, &other, |at| common.extend(one.get(at)), |_| ());
        common.reverse();
        call.reply.bulk(&common);
    }
    Ok(())
}

fn text(call: &mut Call<'_>, key: &[u8]) -> Result<Vec<u8>, Fault> {
    match call.keys.read(key) {
        None => Ok(Vec::new()),
        Some(Value::Text(text)) => Ok(text.to_vec()),
        Some(_) => Err(Fault::err("The specified keys must contain string values")),
    }
}

fn write_ranges(reply: &mut Reply, asked: &Asked, lengths: &Lengths, one: &[u8], other: &[u8]) {
    reply.map(2);
    reply.bulk(b"matches");
    let (at, mut count) = (reply.defer(), 0);
    lengths.walk(
        one,
        other,
        |_| (),
        |common| {
            if (common.len as i64) < asked.len_min {
                return;
            }
            count += 1;
            reply.array(2 + usize::from(asked.with_len));
            for start in [common.one, common.other] {
                reply.array(2);
                reply.count(start);
                reply.count(start + common.len - 1);
            }
            if asked.with_len {
                reply.count(common.len);
            }
        },
    );
    reply.settle_array(at, count);
    reply.bulk(b"len");
    reply.count(lengths.at(one.len(), other.len()));
}

impl Lengths {
    fn of(one: &[u8], other: &[u8]) -> Result<Self, Fault> {
        let width = other.len() + 1;
        let cells = width.checked_mul(one.len() + 1);
        let cells = cells.filter(|cells| cells * 4 <= Limits::default().bulk_bytes_max);
        let cells = cells.ok_or(Fault::plain(
            "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len",
        ))?;
        let mut lengths = Lengths { table: vec![0; cells], width };
        for (i, byte) in one.iter().enumerate() {
            for (j, against) in other.iter().enumerate() {
                let longest = if byte == against {
                    lengths.table[i * width + j] + 1
                } else {
                    lengths.table[i * width + j + 1].max(lengths.table[(i + 1) * width + j])
                };
                lengths.table[(i + 1) * width + j + 1] = longest;
            }
        }
        Ok(lengths)
    }

    fn at(&self, i: usize, j: usize) -> usize {
        self.table[i * self.width + j] as usize
    }

    /// Go from the ends to the starts: `byte` is told each common byte's place in `one`, `run` each run. A byte
    /// that ends one run without belonging to it begins no other: so Redis does it.
    fn walk(
        &self,
        one: &[u8],
        other: &[u8],
        mut byte: impl FnMut(usize),
        mut run: impl FnMut(Common),
    ) {
        let (mut i, mut j) = (one.len(), other.len());
        let mut open: Option<Common> = None;
        while i > 0 && j > 0 {
            let mut ends = false;
            if one[i - 1] == other[j - 1] {
                byte(i - 1);
                match &mut open {
                    None => open = Some(Common { one: i - 1, other: j - 1, len: 1 }),
                    Some(common) if common.one == i && common.other == j => {
                        *common = Common { one: i - 1, other: j - 1, len: common.len + 1 };
                    }
                    Some(_) => ends = true,
                }
                ends |= open.is_some_and(|common| common.one == 0 || common.other == 0);
                (i, j) = (i - 1, j - 1);
            } else {
                if self.at(i - 1, j) > self.at(i, j - 1) {
                    i -= 1;
                } else {
                    j -= 1;
                }
                ends = open.is_some();
            }
            if ends && let Some(common) = open.take() {
                run(common);
            }
        }
    }
}
