//! The first line of a script, if it says what the script does: `#!lua flags=no-writes,allow-oom`.

use std::fmt::Display;

/// What a script says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags {
    /// It has no such line: what it may do is decided at each command.
    pub silent: bool,
    /// It changes nothing.
    pub no_writes: bool,
    /// It may run beyond `maxmemory`.
    pub allow_oom: bool,
}

/// What `source` says of itself; nothing if its first line is wrong.
pub fn flags(source: &[u8]) -> Option<Flags> {
    parse(source).ok().map(|(flags, _)| flags)
}

/// The flags of `source`, and the source without the line, whose end remains so that lines count the same.
pub fn parse(source: &[u8]) -> Result<(Flags, &[u8]), String> {
    if !source.starts_with(b"#!") {
        return Ok((Flags { silent: true, ..Flags::default() }, source));
    }
    let Some(end) = source.iter().position(|&byte| byte == b'\n') else {
        return Err("Invalid script shebang".into());
    };
    let (line, rest) = source.split_at(end);
    let line = String::from_utf8_lossy(line);
    let mut words = line.split_ascii_whitespace();
    let engine = words.next().unwrap_or_default();
    if engine != "#!lua" {
        return Err(format!("Unexpected engine in script shebang: {engine}"));
    }
    let mut flags = Flags::default();
    for word in words {
        let Some(list) = word.strip_prefix("flags=") else {
            return Err(format!("Unknown lua shebang option: {word}"));
        };
        for flag in list.split(',').filter(|_| !list.is_empty()) {
            match flag {
                "no-writes" => flags.no_writes = true,
                "allow-oom" => flags.allow_oom = true,
                // There is no replica to be stale, and no cluster.
                "allow-stale" | "no-cluster" | "allow-cross-slot-keys" => {}
                _ => return Err(unexpected(flag)),
            }
        }
    }
    Ok((flags, rest))
}

fn unexpected(flag: impl Display) -> String {
    format!("Unexpected flag in script shebang: {flag}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let silent = Flags { silent: true, ..Flags::default() };
        assert_eq!(parse(b"return 1"), Ok((silent, &b"return 1"[..])));
        let flags = Flags { no_writes: true, allow_oom: true, silent: false };
        let line = b"#!lua flags=no-writes,allow-oom,allow-stale,no-cluster,allow-cross-slot-keys\nreturn 1";
        assert_eq!(parse(line), Ok((flags, &b"\nreturn 1"[..])));
        assert_eq!(parse(b"#!lua flags=\n"), Ok((Flags::default(), &b"\n"[..])));
        for (source, error) in [
            ("#!lua", "Invalid script shebang"),
            ("#!not-lua\n", "Unexpected engine in script shebang: #!not-lua"),
            ("#!lua badger=data\n", "Unknown lua shebang option: badger=data"),
            ("#!lua flags=allow-what\n", "Unexpected flag in script shebang: allow-what"),
            ("#!lua flags=no-writes,\n", "Unexpected flag in script shebang: "),
        ] {
            assert_eq!(parse(source.as_bytes()), Err(error.to_owned()), "{source}");
        }
    }
}
