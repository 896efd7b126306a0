//! cjson, cmsgpack, struct and numbers as text: random input, read by redis-server's Lua and ours.

use super::replies::eval;
use crate::command::oracle::{Words, compare};
use base::random::Random;

const STEPS: usize = 1500;

/// The reply to `script` with `argument`.
fn with(script: &str, argument: Vec<u8>) -> Words {
    let mut words = eval(script, &[], &[]);
    words.push(argument);
    words
}

fn below(chance: &mut Random, end: usize) -> usize {
    usize::try_from(chance.below(end as u64)).unwrap_or(0)
}

/// Some bytes of `text` are others, missing or doubled.
fn damaged(chance: &mut Random, mut text: Vec<u8>) -> Vec<u8> {
    for _ in 0..below(chance, 3) {
        if text.is_empty() {
            break;
        }
        let at = below(chance, text.len());
        match below(chance, 4) {
            0 => text[at] = below(chance, 256) as u8,
            1 => text[at] = b"\"\\{}[]:,eE+-.0179ntfxu \t/"[below(chance, 25)],
            2 => drop(text.remove(at)),
            _ => text.insert(at, text[at]),
        }
    }
    text
}

fn json(chance: &mut Random, depth: usize) -> String {
    const PLAIN: &[&str] = &[
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1",
        "-17",
        "3.25",
        "1e3",
        "1E-7",
        "123456789012345678",
        "0.1",
        "1e999",
        "\"\"",
        "\"text\"",
        r#""\u0041\n\\\/""#,
        r#""\ud834\udd1e""#,
        "\"\u{e9}\"",
        r#""\u0000""#,
        "[]",
        "{}",
        "0x10",
        "nan",
        "inf",
        "-inf",
        "01",
        " 7 ",
    ];
    match below(chance, if depth == 0 { 1 } else { 3 }) {
        0 => PLAIN[below(chance, PLAIN.len())].into(),
        1 => {
            let items: Vec<String> =
                (0..below(chance, 4)).map(|_| json(chance, depth - 1)).collect();
            format!("[{}]", items.join([",", " , "][below(chance, 2)]))
        }
        _ => {
            // One key: the order of several is that of Lua's tables, which Debian's Lua hashes differently.
            let key = ["a", "", "1", "\\n", "k\u{e9}"][below(chance, 5)];
            format!("{{\"{key}\":{}}}", json(chance, depth - 1))
        }
    }
}

#[test]
fn json_is_read_as_by_redis() {
    compare("cjson", STEPS, &[], |chance| {
        let text = json(chance, 3).into_bytes();
        let text = if below(chance, 2) == 0 { damaged(chance, text) } else { text };
        with(
            "local fine, value = pcall(cjson.decode, ARGV[1])
             if not fine then return value end
             return {type(value), cjson.encode({value}), cmsgpack.pack(value)}",
            text,
        )
    });
}

fn message(chance: &mut Random, depth: usize) -> Vec<u8> {
    let text = |chance: &mut Random, mark: &[u8], len: usize| {
        let body = (0..len).map(|_| b"ab\0\xff"[below(chance, 4)]);
        mark.iter().copied().chain(body).collect::<Vec<u8>>()
    };
    match below(chance, if depth == 0 { 12 } else { 15 }) {
        0 => vec![below(chance, 128) as u8],
        1 => vec![0xe0 | below(chance, 32) as u8],
        2 => vec![[0xc0, 0xc2, 0xc3, 0xc1][below(chance, 4)]],
        3 => text(chance, &[0xa3], 3),
        4 => text(chance, &[0xd9, 4], 4),
        5 => text(chance, &[0xda, 0, 2], 2),
        6 => text(chance, &[0xc4, 2], 2),
        7 => [&[0xcb][..], &(below(chance, 9) as f64 / 4.0).to_be_bytes()].concat(),
        8 => [&[0xca][..], &1.5_f32.to_be_bytes()].concat(),
        9 => [&[0xcf][..], &(below(chance, 1 << 52) as u64).to_be_bytes()].concat(),
        10 => [&[0xd3][..], &(-(below(chance, 1 << 52) as i64)).to_be_bytes()].concat(),
        11 => {
            let mark = [0xcc, 0xcd, 0xce, 0xd0, 0xd1, 0xd2][below(chance, 6)];
            text(chance, &[mark], 4)
        }
        12 => {
            let count = below(chance, 4);
            let items = (0..count).flat_map(|_| message(chance, depth - 1)).collect::<Vec<u8>>();
            [vec![0x90 | count as u8], items].concat()
        }
        13 => [vec![0xdc, 0, 1], message(chance, depth - 1)].concat(),
        _ => [vec![0x81], text(chance, &[0xa1], 1), message(chance, depth - 1)].concat(),
    }
}

#[test]
fn messages_are_read_as_by_redis() {
    compare("cmsgpack", STEPS, &[], |chance| {
        let mut bytes = message(chance, 3);
        if below(chance, 3) == 0 {
            bytes.extend(message(chance, 1));
        }
        let bytes = if below(chance, 2) == 0 { damaged(chance, bytes) } else { bytes };
        let script = [
            "local results = {pcall(cmsgpack.unpack, ARGV[1])}
             if not results[1] then return results[2] end
             return {#results, type(results[2]), cmsgpack.pack(unpack(results))}",
            "local results = {pcall(cmsgpack.unpack_one, ARGV[1])}
             if not results[1] then return results[2] end
             return {results[2], cmsgpack.pack(results[3])}",
            "local results = {pcall(cmsgpack.unpack_limit, ARGV[1], 1)}
             if not results[1] then return results[2] end
             return {results[2], cmsgpack.pack(results[3])}",
        ][below(chance, 3)];
        with(script, bytes)
    });
}

#[test]
fn structs_are_read_as_by_redis() {
    const FORMATS: &[&str] = &[
        "b",
        "B",
        "h",
        "H",
        "l",
        "L",
        "i",
        "I2",
        "i3",
        "I8",
        "i16",
        "f",
        "d",
        "s",
        "c3",
        "c0",
        "Bc0",
        "x",
        "<h",
        ">i",
        "!4ib",
        "=l",
        "!bd",
        "T",
        " b b",
        "c",
        "I33",
        "i0",
        "!3b",
        "z",
        "99999999999999999999c",
    ];
    compare("struct", STEPS, &[], |chance| {
        let format = format!(
            "{}{}",
            FORMATS[below(chance, FORMATS.len())],
            FORMATS[below(chance, FORMATS.len())]
        );
        let bytes = (0..below(chance, 24)).map(|_| b"\0\x01\x7f\xffab"[below(chance, 6)]).collect();
        let mut words = with(
            "local results = {pcall(struct.unpack, ARGV[2], ARGV[1], tonumber(ARGV[3]))}
             local size = {pcall(struct.size, ARGV[2])}
             return {tostring(results[2]), tostring(results[3]), #results, tostring(size[2])}",
            bytes,
        );
        words.push(format.into_bytes());
        words.push(["1", "2", "0", "30", "-1"][below(chance, 5)].into());
        words
    });
}

#[test]
fn numbers_and_texts_become_each_other_as_in_redis() {
    compare("numbers", STEPS, &[], |chance| {
        let digits = format!("{}{}", below(chance, 1 << 40), below(chance, 1 << 30));
        let len = below(chance, digits.len() + 1);
        let sign = ["", "-", " ", "0x", "+", "0"][below(chance, 6)];
        let end = ["", " ", "\0", ".", ".5", "e5", "e-9", "x", "f"][below(chance, 9)];
        with(
            "local number = tonumber(ARGV[1])
             if not number then return 'none' end
             return {tostring(number), number .. '', -number .. '', number / 3 .. '', tostring(number * 1e9),
                 tostring(number - 2 ^ 53), string.format('%.17g', number), ARGV[1] + 1 .. ''}",
            format!("{sign}{}{end}", &digits[..len]).into_bytes(),
        )
    });
}
