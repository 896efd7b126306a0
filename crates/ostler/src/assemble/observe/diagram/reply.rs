//! What the store inside answers: RESP2, whole replies. Pure.

/// Lists in lists go no deeper.
const DEPTH_MAX: usize = 4;

/// A reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// A number.
    Number(i64),
    /// Text.
    Text(String),
    /// Several of them.
    List(Vec<Reply>),
    /// Nothing, or an error: what was asked for is not there.
    Nothing,
}

impl Reply {
    /// The reply that `bytes` are; [`Reply::Nothing`] if they are none.
    pub fn read(bytes: &[u8]) -> Reply {
        let mut rest = bytes;
        read(&mut rest, 0).unwrap_or(Reply::Nothing)
    }

    /// A count: a number, or a text that is one; 0 for anything else.
    pub fn count(&self) -> u64 {
        match self {
            Reply::Number(number) => u64::try_from(*number).unwrap_or(0),
            Reply::Text(text) => text.parse().unwrap_or(0),
            Reply::List(_) | Reply::Nothing => 0,
        }
    }

    /// Its text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Reply::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What a list holds.
    pub fn items(&self) -> &[Reply] {
        match self {
            Reply::List(items) => items,
            _ => &[],
        }
    }
}

fn read(rest: &mut &[u8], depth: usize) -> Option<Reply> {
    let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
    let line = std::str::from_utf8(rest.get(..end)?).ok()?;
    *rest = rest.get(end + 2..)?;
    let (kind, value) = line.split_at_checked(1)?;
    match kind {
        ":" => Some(Reply::Number(value.parse().ok()?)),
        "+" => Some(Reply::Text(value.to_owned())),
        "$" => {
            let Ok(length) = value.parse::<usize>() else { return Some(Reply::Nothing) };
            let text = String::from_utf8_lossy(rest.get(..length)?).into_owned();
            *rest = rest.get(length.checked_add(2)?..)?;
            Some(Reply::Text(text))
        }
        "*" if depth == DEPTH_MAX => None,
        "*" => {
            let Ok(length) = value.parse::<usize>() else { return Some(Reply::Nothing) };
            let items: Option<Vec<Reply>> = (0..length).map(|_| read(rest, depth + 1)).collect();
            Some(Reply::List(items?))
        }
        _ => Some(Reply::Nothing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies() {
        assert_eq!(Reply::read(b":7\r\n").count(), 7);
        assert_eq!(Reply::read(b"$2\r\n12\r\n").count(), 12);
        assert_eq!(Reply::read(b"-ERR no\r\n"), Reply::Nothing);
        assert_eq!(Reply::read(b"$-1\r\n"), Reply::Nothing);
        let scanned = Reply::read(b"*2\r\n$1\r\n0\r\n*1\r\n$3\r\na\r\n\r\n");
        assert_eq!(scanned.items().first().and_then(Reply::text), Some("0"));
        assert_eq!(scanned.items().get(1).map(|keys| keys.items().len()), Some(1));
    }

    #[test]
    fn what_is_not_whole_is_nothing() {
        let whole = b"*2\r\n$1\r\n0\r\n*1\r\n$3\r\nabc\r\n";
        for end in 0..whole.len() {
            assert_eq!(Reply::read(&whole[..end]), Reply::Nothing, "{end}");
        }
        for bytes in
            [&b"*99999999999\r\n"[..], b"$99999999999\r\n", b"\r\n", b"$18446744073709551615\r\n"]
        {
            assert_eq!(Reply::read(bytes), Reply::Nothing);
        }
        assert_eq!(Reply::read(&b"*1\r\n".repeat(10_000)), Reply::Nothing);
    }
}
