//! Against a real server both ways, and against bytes of any kind.

use super::crc64::crc64;
use super::input::{Input, write_number, write_string};
use super::kind;
use super::lzf::unpack;
use super::*;
use crate::command::oracle::{Theirs, Words, words};
use base::random::Random;

#[test]
fn the_sum_is_that_of_redis() {
    assert_eq!(crc64(0, b"123456789"), 0xe9c6_d914_c4b8_d9ca);
    assert_eq!(crc64(crc64(0, b"1234"), b"56789"), 0xe9c6_d914_c4b8_d9ca);
}

#[test]
fn numbers_and_strings() {
    for value in [0, 63, 64, 16383, 16384, u64::from(u32::MAX), u64::from(u32::MAX) + 1, u64::MAX] {
        let mut out = Vec::new();
        write_number(&mut out, value);
        assert_eq!(Input(&out).number(), Some(value));
    }
    let long = "9".repeat(300);
    for text in
        ["", "0", "-128", "127", "128", "-32769", "2147483647", "2147483648", "007", "-0", &long]
    {
        let mut out = Vec::new();
        write_string(&mut out, text.as_bytes());
        assert_eq!(Input(&out).string().unwrap(), text.as_bytes());
        for len in 0..out.len() {
            assert_eq!(Input(&out[..len]).string(), None, "{text} cut to {len}");
        }
    }
}

#[test]
fn packed_strings_take_no_more_than_they_give() {
    assert_eq!(unpack(&[0, b'a', 0xe0, 20, 0], 30).unwrap(), vec![b'a'; 30]);
    assert_eq!(unpack(&[0, b'a', 0xe0, 20, 1], 30), None, "before the start");
    assert_eq!(unpack(&[0, b'a'], 1 << 30), None);
    assert_eq!(unpack(&[0, b'a'], 2), None);
    assert_eq!(unpack(&[1, b'a'], 2), None);
}

/// What a server says of a key, in an order that is always the same.
fn told(server: &mut Theirs, key: &str) -> Vec<Vec<u8>> {
    let asked = [
        format!("TYPE {key}"),
        format!("GET {key}"),
        format!("LRANGE {key} 0 -1"),
        format!("ZRANGE {key} 0 -1 WITHSCORES"),
        format!("XRANGE {key} - +"),
        format!("XINFO STREAM {key} FULL COUNT 0"),
    ];
    let mut told: Vec<Vec<u8>> = asked.iter().map(|line| server.ask(&words(line))).collect();
    let mut members = lines(&server.ask(&words(&format!("SMEMBERS {key}"))));
    members.sort();
    let fields = lines(&server.ask(&words(&format!("HGETALL {key}"))));
    let mut pairs: Vec<Vec<Vec<u8>>> = fields.chunks(2).map(<[_]>::to_vec).collect();
    pairs.sort();
    told.extend(members);
    told.extend(pairs.concat());
    // Nodes of its radix tree and how long ago consumers were seen are its own affair.
    told
}

fn lines(reply: &[u8]) -> Vec<Vec<u8>> {
    let lines = reply.split(|byte| *byte == b'\n');
    lines.skip(1).map(<[u8]>::to_vec).filter(|line| !line.starts_with(b"$")).collect()
}

fn bulk(reply: &[u8]) -> &[u8] {
    let at = reply.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    &reply[at..reply.len() - 2]
}

fn filled(server: &mut Theirs) -> Vec<String> {
    let long = "x".repeat(5000);
    let mut commands: Vec<String> = [
        "SET text hello",
        "SET int 12345",
        "SET big 123456789012345678",
        "SET negative -7",
        "SETRANGE zeros 300 a",
        "RPUSH list a 1 -1 300 70000 -20000000000 b",
        "SADD intset 1 2 -3",
        "SADD intset32 1 70000",
        "SADD intset64 1 70000000000",
        "SADD set a b c 12",
        "HSET hash a 1 b 2 c hello",
        "ZADD zset 1 a 2.5 b -inf c +inf d 1e300 e 3 12",
        "XADD stream 1-1 a 1 b 2",
        "XADD stream 1-2 a 3 b 4",
        "XADD stream 5-0 c 5",
        "XADD stream 6-0 a 1 b 9",
        "XDEL stream 1-2",
        "XGROUP CREATE stream readers 0",
        "XREADGROUP GROUP readers ann COUNT 2 STREAMS stream >",
        "XREADGROUP GROUP readers bob COUNT 1 STREAMS stream >",
        "XACK stream readers 1-1",
        "XGROUP CREATE stream idle $",
        "XADD gone 7-7 a b",
        "XDEL gone 7-7",
    ]
    .iter()
    .map(|line| (*line).to_owned())
    .collect();
    commands.push(format!("SET long {long}"));
    commands.push(format!("RPUSH longlist {long} a {long}"));
    for number in 0..600 {
        commands.push(format!("RPUSH manylist element:{number} {number}"));
        commands.push(format!("SADD manyset member:{number}"));
        commands.push(format!("HSET manyhash field:{number} {number}"));
        commands.push(format!("ZADD manyzset {number}.25 member:{number}"));
        commands.push(format!(
            "XADD manystream {}-{number} name value:{number} other {long:.30}",
            number / 3 + 1
        ));
    }
    for line in &commands {
        let reply = server.ask(&words(line));
        assert_ne!(reply[0], b'-', "{line}: {}", String::from_utf8_lossy(&reply));
    }
    let keys = lines(&server.ask(&words("KEYS *")));
    keys.iter()
        .map(|key| String::from_utf8_lossy(key).trim().to_owned())
        .filter(|key| !key.is_empty())
        .collect()
}

#[test]
fn what_redis_dumps_is_read_and_what_is_written_it_restores() {
    let Some(mut server) = Theirs::start("rdb") else { return };
    let keys = filled(&mut server);
    assert!(keys.len() > 20, "{keys:?}");
    for key in keys {
        let reply = server.ask(&words(&format!("DUMP {key}")));
        let payload = bulk(&reply);
        let value = read(open(payload).unwrap()).unwrap_or_else(|_| panic!("{key}"));
        for form in [Form::Portable, Form::Own] {
            let mut out = Vec::new();
            plain(&mut out, &value, form);
            assert_eq!(format!("{:?}", read(&out).unwrap()), format!("{value:?}"), "{key}");
            seal(&mut out);
            // Redis 7.0 does not know the form of 7.2.
            if out[0] == kind::STREAM_3 {
                continue;
            }
            let mut restore: Words = words("RESTORE copy 0");
            restore.push(out);
            restore.push(b"REPLACE".to_vec());
            let reply = server.ask(&restore);
            assert_eq!(String::from_utf8_lossy(&reply), "+OK\r\n", "{key}");
            assert_eq!(
                same_age(told(&mut server, "copy")),
                same_age(told(&mut server, &key)),
                "{key}"
            );
        }
    }
}

/// How long ago something was is another number each time.
fn same_age(told: Vec<Vec<u8>>) -> Vec<String> {
    let texts = told.iter().map(|text| String::from_utf8_lossy(text).into_owned());
    texts.filter(|text| !text.contains("radix-tree-keys")).collect()
}

fn ziplist(elements: &[Vec<u8>]) -> Vec<u8> {
    let mut body = Vec::new();
    let (mut before, mut tail) = (0usize, 10);
    for element in elements {
        let start = body.len();
        tail = 10 + start;
        if before < 254 {
            body.push(before as u8);
        } else {
            body.push(0xfe);
            body.extend((before as u32).to_le_bytes());
        }
        match crate::resp::parse_int(element) {
            Some(value @ 0..=12) => body.push(0xf1 + value as u8),
            Some(value) if i8::try_from(value).is_ok() => body.extend([0xfe, value as u8]),
            Some(value) if i16::try_from(value).is_ok() => {
                body.push(0xc0);
                body.extend((value as i16).to_le_bytes());
            }
            Some(value) if (-(1 << 23)..1 << 23).contains(&value) => {
                body.push(0xf0);
                body.extend(&(value as i32).to_le_bytes()[..3]);
            }
            Some(value) if i32::try_from(value).is_ok() => {
                body.push(0xd0);
                body.extend((value as i32).to_le_bytes());
            }
            Some(value) => {
                body.push(0xe0);
                body.extend(value.to_le_bytes());
            }
            None => {
                match element.len() {
                    len @ 0..64 => body.push(len as u8),
                    len @ 64..16384 => body.extend([0x40 | (len >> 8) as u8, len as u8]),
                    len => {
                        body.push(0x80);
                        body.extend((len as u32).to_be_bytes());
                    }
                }
                body.extend(element);
            }
        }
        before = body.len() - start;
    }
    let mut out = (body.len() as u32 + 11).to_le_bytes().to_vec();
    out.extend((tail as u32).to_le_bytes());
    out.extend((elements.len() as u16).to_le_bytes());
    out.extend(body);
    out.push(0xff);
    out
}

fn zipmap(pairs: &[Vec<u8>]) -> Vec<u8> {
    let mut out = vec![(pairs.len() / 2) as u8];
    for (at, element) in pairs.iter().enumerate() {
        match element.len() {
            len @ 0..254 => out.push(len as u8),
            len => {
                out.push(254);
                out.extend((len as u32).to_le_bytes());
            }
        }
        if at % 2 == 1 {
            out.push(0);
        }
        out.extend(element);
    }
    out.push(0xff);
    out
}

fn element(chance: &mut Random, place: usize) -> Vec<u8> {
    let number = chance.next_u64() as i64 >> chance.below(63);
    match chance.below(4) {
        0 => format!("{number}{place}").into_bytes(),
        1 => format!("{place}").into_bytes(),
        2 => vec![b'a' + place as u8 % 26; 1 + place + chance.below(400) as usize],
        _ => format!("e{place}").into_bytes(),
    }
}

#[test]
fn forms_of_older_servers_mean_the_same_to_both() {
    let Some(mut server) = Theirs::start("rdb-old") else { return };
    let mut chance = Random::new(9);
    for round in 0..200 {
        let count = 1 + chance.below(20) as usize;
        let elements: Vec<Vec<u8>> =
            (0..2 * count).map(|place| element(&mut chance, place)).collect();
        let scored: Vec<Vec<u8>> = elements
            .chunks(2)
            .enumerate()
            .flat_map(|(at, pair)| [pair[0].clone(), format!("{at}.5").into_bytes()])
            .collect();
        let (list, map) = (ziplist(&elements), zipmap(&elements));
        let forms = [
            (kind::LIST_ZIPLIST, list.clone()),
            (kind::HASH_ZIPLIST, list.clone()),
            (kind::HASH_ZIPMAP, map),
            (kind::ZSET_ZIPLIST, ziplist(&scored)),
            (kind::LIST_QUICKLIST, list),
        ];
        for (kind, packed) in forms {
            let mut payload = vec![kind];
            if kind == kind::LIST_QUICKLIST {
                write_number(&mut payload, 1);
            }
            write_string(&mut payload, &packed);
            let bare = payload.clone();
            let ours = read(&bare);
            seal(&mut payload);
            let mut restore: Words = words("RESTORE theirs 0");
            restore.extend([payload, b"REPLACE".to_vec()]);
            let reply = server.ask(&restore);
            assert_eq!(
                ours.is_ok(),
                reply == b"+OK\r\n",
                "{round} {kind}: {ours:?} {}",
                String::from_utf8_lossy(&reply)
            );
            let Ok(ours) = ours else { continue };
            let mut again = Vec::new();
            plain(&mut again, &ours, Form::Portable);
            seal(&mut again);
            let mut restore: Words = words("RESTORE ours 0");
            restore.extend([again, b"REPLACE".to_vec()]);
            assert_eq!(server.ask(&restore), b"+OK\r\n");
            assert_eq!(told(&mut server, "ours"), told(&mut server, "theirs"), "{round} {kind}");
        }
    }
}

#[test]
fn hostile_bytes_are_refused_without_panic() {
    let mut chance = Random::new(11);
    let mut seeds = Vec::new();
    let elements: Vec<Vec<u8>> = (0..12).map(|place| element(&mut chance, place)).collect();
    for (kind, packed) in
        [(kind::LIST_ZIPLIST, ziplist(&elements)), (kind::HASH_ZIPMAP, zipmap(&elements))]
    {
        let mut value = vec![kind];
        write_string(&mut value, &packed);
        seeds.push(value);
    }
    let mut stream_value = crate::data::Stream::default();
    for id in 1..20 {
        let id = crate::data::stream::StreamId::new(id, 0);
        assert!(stream_value.append(id, &[b"field", b"value"], &Default::default()));
    }
    let mut value = Vec::new();
    stream(&mut value, &stream_value, Form::Own);
    seeds.push(value);
    let mut value = Vec::new();
    zset(&mut value, 3, |write| (0..3).for_each(|at| write(&[b'm', at], f64::from(at))));
    seeds.push(value);
    for _ in 0..60_000 {
        let mut bytes = seeds[chance.below(seeds.len() as u64) as usize].clone();
        for _ in 0..=chance.below(3) {
            let at = chance.below(bytes.len() as u64) as usize;
            bytes[at] = chance.next_u64() as u8;
        }
        bytes.truncate(1 + chance.below(2 * bytes.len() as u64) as usize);
        if let Ok(value) = read(&bytes) {
            let mut again = Vec::new();
            plain(&mut again, &value, Form::Own);
            assert_eq!(format!("{:?}", read(&again)), format!("{:?}", Ok::<_, BadValue>(value)));
        }
    }
    for bad in [
        &b""[..],
        b"\x01\x00",
        b"\x02\x02\xc0\x01\xc0\x01",
        b"\x01\x81\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x00\x01a\x00",
    ] {
        assert_eq!(read(bad).unwrap_err(), BadValue, "{bad:?}");
    }
    for bad in [&b""[..], b"123456789", &[1; 30]] {
        assert_eq!(open(bad), Err(BadPayload));
    }
}

#[test]
fn hashes_whose_fields_end_are_those_of_redis_7_4() {
    let first = 1_700_000_000_000_i64;
    let mut table = vec![kind::HASH_ENDING];
    table.extend(first.to_le_bytes());
    // Two fields; the first ends 999 ms after the earliest, the second does not.
    table.extend([2, 0x43, 0xe8, 1, b'a', 1, b'1', 0, 1, b'b', 1, b'2']);
    let mut elements = Vec::new();
    for part in ["a", "1", &(first + 999).to_string(), "b", "2", "0"] {
        crate::data::listpack::push(
            &mut elements,
            crate::data::listpack::Item::of(part.as_bytes()),
        );
    }
    let (mut packed, mut blob) = (vec![kind::HASH_LISTPACK_ENDING], Vec::new());
    packed.extend(first.to_le_bytes());
    super::packed::write_listpack(&mut blob, &elements);
    packed.push(blob.len() as u8);
    packed.extend(blob);
    for bytes in [table, packed] {
        let value = read_value(&bytes, &crate::keyspace::Settings::default()).unwrap();
        let crate::data::Value::Hash(hash) = &value else { panic!("no hash") };
        assert_eq!((hash.len(), hash.end(b"a"), hash.end(b"b")), (2, Some(first + 999), None));
        let mut out = Vec::new();
        write_value(&mut out, &value, Form::Own);
        assert_eq!(out[0], kind::HASH_ENDING);
        let Ok(Plain::EndingHash(mut fields)) = read(&out) else { panic!("{out:?}") };
        fields.sort();
        assert_eq!(fields[0].2, Some(first + 999));
        assert_eq!((&*fields[1].0, fields[1].2), (&b"b"[..], None));
    }
    // Before the beginning of time.
    let mut early = vec![kind::HASH_ENDING];
    early.extend((-5_i64).to_le_bytes());
    early.extend([1, 2, 1, b'a', 1, b'1']);
    assert!(read(&early).is_err());
}
