use super::{THEN, check, selected};
use crate::http::Method::{Get, Head, Query};
use crate::http::conditional::Selection::{Failed, NotModified, Part, Parts, Unsatisfiable, Whole};
use crate::http::conditional::{
    ByteRange, EntityTag, HttpDate, Multipart, Ranges, Role, Validators, ranges,
};

fn part(first: u64, length: u64) -> ByteRange {
    ByteRange { first, length }
}

/// Of 1,000 bytes.
fn asks(range: &str, want: Ranges) {
    assert_eq!(ranges(range.as_bytes(), 1_000), want, "{range}");
}

#[test]
fn one_range_is_found_in_every_form() {
    asks("bytes=0-499", Ranges::One(part(0, 500)));
    asks("bytes=500-", Ranges::One(part(500, 500)));
    asks("bytes=-1", Ranges::One(part(999, 1)));
    asks("bytes=-5000", Ranges::One(part(0, 1_000)));
    asks("bytes=999-5000", Ranges::One(part(999, 1)));
    asks("Bytes= 0-0 ", Ranges::One(part(0, 1)));
    asks("bytes=0-99999999999999999999999999", Ranges::One(part(0, 1_000)));
    asks("bytes=,0-0,", Ranges::One(part(0, 1)));
    asks("bytes=1000-,0-0", Ranges::One(part(0, 1)));
}

#[test]
fn what_lies_outside_cannot_be_had() {
    for range in ["1000-", "1000-2000", "-0", "99999999999999999999999999-", "1000-,-0"] {
        asks(&format!("bytes={range}"), Ranges::Unsatisfiable);
    }
    assert_eq!(ranges(b"bytes=0-", 0), Ranges::Unsatisfiable);
    assert_eq!(ranges(b"bytes=-5", 0), Ranges::Whole);
}

#[test]
fn what_is_malformed_or_unknown_is_ignored() {
    for range in [
        "",
        "bytes",
        "bytes=",
        "bytes=,",
        "bytes 0-1",
        "items=0-1",
        "bytes=-",
        "bytes=5",
        "bytes=2-1",
        "bytes=a-b",
        "bytes=0-1,x",
        "bytes=0x0-1",
        "bytes=+0-1",
        "bytes=0--1",
        "bytes=0-1-2",
        "bytes =0-1",
    ] {
        asks(range, Ranges::Whole);
    }
}

#[test]
fn several_ranges_keep_their_order_unless_they_meet() {
    asks("bytes=500-599,0-9", Ranges::Several(vec![part(500, 100), part(0, 10)]));
    asks("bytes=0-0, -1", Ranges::Several(vec![part(0, 1), part(999, 1)]));
    asks("bytes=10-19,0-9", Ranges::One(part(0, 20)));
    asks("bytes=500-,0-0,400-600", Ranges::Several(vec![part(0, 1), part(400, 600)]));
    asks("bytes=0-,0-,0-", Ranges::One(part(0, 1_000)));
}

#[test]
fn many_ranges_are_ignored() {
    let many = |count: u32| {
        let list: Vec<String> = (0..count).map(|at| format!("{0}-{0}", at * 2)).collect();
        ranges(format!("bytes={}", list.join(",")).as_bytes(), 1_000)
    };
    assert!(matches!(many(16), Ranges::Several(parts) if parts.len() == 16));
    assert_eq!(many(17), Ranges::Whole);
    assert_eq!(many(10_000), Ranges::Whole);
}

/// Against what a plain reading says of each byte: asked for or not.
#[test]
fn parts_are_exactly_the_bytes_asked_for() {
    let mut random = base::random::Random::new(7);
    for _ in 0..20_000 {
        let length = random.below(40) + 1;
        let specs: Vec<(u64, u64)> = (0..=random.below(5))
            .map(|_| {
                let first = random.below(50);
                (first, first + random.below(20))
            })
            .collect();
        let text: Vec<String> = specs.iter().map(|(a, b)| format!("{a}-{b}")).collect();
        let text = format!("bytes={}", text.join(","));
        let parts = match ranges(text.as_bytes(), length) {
            Ranges::One(part) => vec![part],
            Ranges::Several(parts) => parts,
            Ranges::Unsatisfiable => Vec::new(),
            Ranges::Whole => panic!("{text} of {length}"),
        };
        for at in 0..length {
            let asked = specs.iter().any(|(first, last)| (*first..=*last).contains(&at));
            let sent = parts.iter().filter(|part| (part.first..part.end()).contains(&at)).count();
            assert_eq!(sent, usize::from(asked), "byte {at}: {text} of {length}");
        }
        assert!(parts.iter().all(|part| part.length > 0 && part.end() <= length), "{text}");
    }
}

#[test]
fn preconditions_come_before_ranges() {
    check(Get, &[("Range", "bytes=0-9")], Part(part(0, 10)));
    check(Get, &[("Range", "bytes=0-0,9-9")], Parts(vec![part(0, 1), part(9, 1)]));
    check(Get, &[("Range", "bytes=1000-")], Unsatisfiable);
    check(Head, &[("Range", "bytes=0-9")], Whole);
    check(Query, &[("Range", "bytes=0-9")], Whole);
    check(Get, &[("Range", "bytes=0-9"), ("Range", "bytes=0-9")], Whole);
    check(Get, &[("Range", "bytes=1000-"), ("If-None-Match", "\"a\"")], NotModified);
    check(Get, &[("Range", "bytes=0-9"), ("If-Match", "\"b\"")], Failed);
}

#[test]
fn a_range_continues_only_what_is_the_same() {
    let range = ("Range", "bytes=0-9");
    let (same, later) = (HttpDate(THEN).to_string(), HttpDate(THEN + 1).to_string());
    check(Get, &[range, ("If-Range", "\"a\"")], Part(part(0, 10)));
    check(Get, &[range, ("If-Range", "W/\"a\"")], Whole);
    check(Get, &[range, ("If-Range", "\"b\"")], Whole);
    check(Get, &[range, ("If-Range", "a")], Whole);
    check(Get, &[range, ("If-Range", &same)], Part(part(0, 10)));
    check(Get, &[range, ("If-Range", &later)], Whole);
    check(Get, &[range, ("If-Range", "\"a\""), ("If-Range", "\"a\"")], Whole);
    check(Get, &[("Range", "bytes=1000-"), ("If-Range", "\"b\"")], Whole);
    let fresh = Validators { modified: Some(THEN), ..Validators::default() };
    let by_date = [range, ("If-Range", &same)];
    assert_eq!(
        selected(Get, Role::Origin, &fresh, &by_date),
        Whole,
        "it may change within the second"
    );
    let weak = Validators { tag: EntityTag::read(b"W/\"a\""), ..Validators::default() };
    assert_eq!(selected(Get, Role::Origin, &weak, &[range, ("If-Range", "W/\"a\"")]), Whole);
}

#[test]
fn several_parts_are_framed() {
    let framed = Multipart::new(&[part(0, 2), part(5, 1)], 9, "text/plain", 0xabc);
    let content = "012345678";
    let mut body = String::new();
    for (head, part) in &framed.parts {
        body += head;
        body += &content[part.first as usize..part.end() as usize];
    }
    body += &framed.end;
    let mark = "00000000000000000000000000000abc";
    let want = format!(
        "--{mark}\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/9\r\n\r\n01\
         \r\n--{mark}\r\nContent-Type: text/plain\r\nContent-Range: bytes 5-5/9\r\n\r\n5\
         \r\n--{mark}--\r\n"
    );
    assert_eq!(body, want);
    assert_eq!(framed.length, want.len() as u64);
    assert_eq!(framed.content_type, format!("multipart/byteranges; boundary={mark}"));
}
