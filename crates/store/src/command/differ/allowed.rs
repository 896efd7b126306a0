//! In what replies may differ, at most twenty things: docs/decisions/0013-store-differences.md gives the reasons.

use crate::command::oracle::Words;

/// How the reply to a command is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// To the byte.
    Exact,
    /// The items are the same, in any order: a hash table has its own.
    AnyOrder,
    /// The same, in any order, of pairs.
    AnyOrderOfPairs,
    /// How many there are: some of what has no order.
    Count,
    /// Nothing: Redis 7.2, which is what is meant to be answered as, differs from 7.0 here.
    Newer,
    /// An error that 7.2 says in other words.
    Unbalanced,
    /// Small lists and sets have a form of their own since 7.2; and SORT leaves a small sorted set as it is.
    Encoding,
    /// A number that may differ by so much: time passes between the two servers.
    Near(i64),
}

/// How the reply to `command` is compared.
pub fn kind(command: &Words) -> Kind {
    let is = |at: usize, word: &str| {
        command.get(at).is_some_and(|given| given.eq_ignore_ascii_case(word.as_bytes()))
    };
    let name = command.first().map(|name| name.to_ascii_uppercase()).unwrap_or_default();
    match name.as_slice() {
        b"SMEMBERS" | b"SINTER" | b"SUNION" | b"SDIFF" | b"HKEYS" | b"HVALS" | b"KEYS" => {
            Kind::AnyOrder
        }
        b"HGETALL" => Kind::AnyOrderOfPairs,
        // Any key may hold a set.
        b"SORT" if keeps_order(command) => {
            let is_limited = command.iter().any(|word| word.eq_ignore_ascii_case(b"LIMIT"));
            if is_limited { Kind::Count } else { Kind::AnyOrder }
        }
        b"EVAL"
            if command
                .get(1)
                .is_some_and(|script| script.windows(7).any(|word| word == b"HGETALL")) =>
        {
            Kind::AnyOrderOfPairs
        }
        // They take WITHSCORE.
        b"ZRANK" | b"ZREVRANK" if command.len() > 3 => Kind::Newer,
        // A consumer is made when it first asks, also for nothing.
        b"XGROUP" if is(1, "CREATECONSUMER") => Kind::Newer,
        b"OBJECT" if is(1, "ENCODING") => Kind::Encoding,
        // `+` stands for the last entry.
        b"XREAD" if command.iter().any(|word| word == b"+") => Kind::Newer,
        b"XREAD" | b"XREADGROUP" => Kind::Unbalanced,
        b"TTL" => Kind::Near(1),
        b"PTTL" => Kind::Near(2_000),
        b"EXPIRETIME" => Kind::Near(1),
        b"PEXPIRETIME" => Kind::Near(2_000),
        _ => Kind::Exact,
    }
}

/// 7.0 does not take numbers to be numbers in `SORT` if one that it read long before was out of range: `errno` is
/// left from then.
fn is_stale(command: &Words, ours: &[u8], theirs: &[u8]) -> bool {
    let name = command.first().map(|name| name.to_ascii_uppercase()).unwrap_or_default();
    let by_others = command.iter().any(|word| word.eq_ignore_ascii_case(b"BY"));
    let is_number = |value: &&[u8]| {
        let text = std::str::from_utf8(value).unwrap_or_default().split("\r\n").nth(1);
        text.is_none_or(|text| text.is_empty() || text.trim().parse::<f64>().is_ok())
    };
    name.starts_with(b"SORT")
        && theirs.starts_with(b"-ERR One or more scores can't be converted")
        && !ours.starts_with(b"-")
        && (by_others || values(ours).iter().all(is_number))
}

/// `SORT` that leaves the order as it is, or in which texts that are not there may weigh the same.
fn keeps_order(command: &Words) -> bool {
    let is_alpha = command.iter().any(|word| word.eq_ignore_ascii_case(b"ALPHA"));
    let by = |pair: &[Vec<u8>]| {
        pair[0].eq_ignore_ascii_case(b"BY") && (is_alpha || !pair[1].contains(&b'*'))
    };
    command.windows(2).any(by)
}

/// Whether the two replies to `command` are as they should.
pub fn same(command: &Words, ours: &[u8], theirs: &[u8]) -> bool {
    if ours == theirs {
        return true;
    }
    match kind(command) {
        Kind::Exact => same_numbers(ours, theirs) || is_stale(command, ours, theirs),
        Kind::Unbalanced => {
            [ours, theirs].iter().all(|reply| reply.starts_with(b"-ERR Unbalanced "))
        }
        Kind::Newer => true,
        Kind::Count => sorted(ours, 1).0 == sorted(theirs, 1).0 || is_stale(command, ours, theirs),
        Kind::Encoding => {
            let older: [&[u8]; 3] =
                [b"$9\r\nquicklist\r\n", b"$9\r\nhashtable\r\n", b"$8\r\nskiplist\r\n"];
            ours == b"$8\r\nlistpack\r\n" && older.contains(&theirs)
        }
        Kind::AnyOrder => sorted(ours, 1) == sorted(theirs, 1) || is_stale(command, ours, theirs),
        // A map of RESP3 is a list of pairs as well.
        Kind::AnyOrderOfPairs => sorted(ours, 2) == sorted(theirs, 2),
        Kind::Near(most) => match (number(ours), number(theirs)) {
            (Some(ours), Some(theirs)) => ours > 0 && theirs > 0 && (ours - theirs).abs() <= most,
            _ => false,
        },
    }
}

/// The same values, but that numbers are written with 17 digits by 7.0, and with no more than they need by 7.2.
fn same_numbers(ours: &[u8], theirs: &[u8]) -> bool {
    let (ours, theirs) = (values(ours), values(theirs));
    let digits = |text: &str| {
        text.split('e').next().unwrap_or_default().bytes().filter(u8::is_ascii_digit).count()
    };
    let same = |(ours, theirs): (&&[u8], &&[u8])| {
        ours == theirs || {
            let text = |value: &[u8]| {
                Some(
                    std::str::from_utf8(value)
                        .ok()?
                        .trim_end()
                        .rsplit(['\n', ','])
                        .next()?
                        .to_owned(),
                )
            };
            let read = |value: &[u8]| text(value)?.parse::<f64>().ok();
            let shorter = text(ours).is_some_and(|text| text.contains('e'));
            let longer = |text: String| {
                digits(&text) >= 17 || text.contains('e') || text == "-0" || text == "0"
            };
            (shorter || text(theirs).is_some_and(longer))
                && read(ours).is_some()
                && read(ours) == read(theirs)
        }
    };
    ours.len() == theirs.len() && ours.iter().zip(&theirs).all(same)
}

/// Heads and values, one after the other.
fn values(mut reply: &[u8]) -> Vec<&[u8]> {
    let mut all = Vec::new();
    while !reply.is_empty() {
        let (value, rest) = reply.split_at(value_bytes(reply));
        all.push(value);
        reply = rest;
    }
    all
}

/// The head of an aggregate and its items in order, each `size` values.
fn sorted(reply: &[u8], size: usize) -> (Vec<u8>, Vec<Vec<u8>>) {
    let head = reply.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let (first, rest) = reply.split_at(head);
    let items = values(rest);
    let mut groups: Vec<Vec<u8>> = items.chunks(size).map(|group| group.concat()).collect();
    groups.sort();
    (first.to_vec(), groups)
}

/// The bytes of one value that is no aggregate; of an aggregate those of its head.
fn value_bytes(bytes: &[u8]) -> usize {
    let line = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| end + 1);
    match (bytes.first(), number_of(&bytes[1..line])) {
        (Some(b'$' | b'='), Some(length)) if length >= 0 => line + length as usize + 2,
        _ => line,
    }
}

fn number(reply: &[u8]) -> Option<i64> {
    reply.strip_prefix(b":").and_then(number_of)
}

fn number_of(line: &[u8]) -> Option<i64> {
    std::str::from_utf8(line).ok()?.trim_end().parse().ok()
}
