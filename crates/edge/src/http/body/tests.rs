use super::*;
use crate::http::head::Framing;
use base::random::Random;

fn chunked(bytes_max: u64) -> Body {
    Body::new(Framing::Chunked, bytes_max).unwrap()
}

/// The content of `raw`, fed in pieces of `step`, and how many bytes were taken.
fn decode(raw: &[u8], step: usize, bytes_max: u64) -> Result<(Vec<u8>, usize, bool), BodyError> {
    let (mut body, mut content, mut taken) = (chunked(bytes_max), Vec::new(), 0);
    for piece in raw.chunks(step) {
        let of_piece = body.decode(piece, |part| {
            if let Part::Content(part) = part {
                content.extend_from_slice(part);
            }
        })?;
        taken += of_piece;
        if of_piece < piece.len() {
            break;
        }
    }
    Ok((content, taken, body.is_done()))
}

#[test]
fn chunks_are_the_same_however_they_are_split() {
    let cases: [(&str, &str); 8] = [
        ("0\r\n\r\n", ""),
        ("5\r\nhello\r\n0\r\n\r\n", "hello"),
        ("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", "hello!"),
        ("00a\r\n0123456789\r\n000\r\n\r\n", "0123456789"),
        ("A;x=y;z=\"q r\"\r\n0123456789\r\n0;end\r\n\r\n", "0123456789"),
        ("2\r\n\r\n\r\n0\r\n\r\n", "\r\n"),
        ("1\r\na\r\n0\r\nX-Sum: 1\r\nY:\r\n\r\n", "a"),
        ("0\r\nAn-Unusually-Long-Name: 1\r\nTransfer-Encoding-Not: 2\r\n\r\n", ""),
    ];
    for (raw, want) in cases {
        let next = [raw.as_bytes(), b"GET / HTTP/1.1\r\n"].concat();
        for step in 1..=next.len() {
            let got = decode(&next, step, 100);
            assert_eq!(got, Ok((want.into(), raw.len(), true)), "{raw:?} in {step}s");
        }
        for end in 0..raw.len() {
            let (_, taken, done) = decode(&raw.as_bytes()[..end], 3, 100).unwrap();
            assert!(!done && taken == end, "{raw:?} up to {end}");
        }
    }
}

#[rustfmt::skip]
const MALFORMED: &[(&str, &str)] = &[
    ("\r\n", "9112 7.1: no size"),
    ("x\r\n", "9112 7.1: not hexadecimal"),
    ("0x5\r\nhello\r\n", "9112 7.1: a prefix"),
    ("+5\r\nhello\r\n", "9112 7.1: a sign"),
    ("-5\r\nhello\r\n", "9112 7.1: a sign"),
    (" 5\r\nhello\r\n", "9112 7.1: space before"),
    ("5 \r\nhello\r\n", "9112 7.1: space after"),
    ("5\t;x\r\nhello\r\n", "9112 7.1.1: space before an extension"),
    ("5,5\r\nhello\r\n", "9112 7.1: a list"),
    ("5_\r\nhello\r\n", "9112 7.1"),
    ("5\nhello\r\n", "9112 2.2: bare LF after the size"),
    ("5\rhello\r\n", "9112 2.2: bare CR after the size"),
    ("5\r\r\nhello\r\n", "9112 2.2"),
    ("5\r\nhello\n", "9112 2.2: bare LF after the data"),
    ("5\r\nhello0\r\n\r\n", "9112 7.1: data longer than the size"),
    ("5\r\nhell\r\n0\r\n\r\n", "9112 7.1: data shorter than the size"),
    ("5\r\nhelloXX0\r\n\r\n", "9112 7.1: not CRLF after the data"),
    ("5;a\nb\r\nhello\r\n", "9112 7.1.1: LF in an extension"),
    ("5;a\rb\r\nhello\r\n", "9112 7.1.1: CR in an extension"),
    ("5;a\0\r\nhello\r\n", "9112 7.1.1: NUL in an extension"),
    ("5;\r\nhello\r\n", "9112 7.1.1: no name"),
    ("5;;x\r\nhello\r\n", "9112 7.1.1: no name"),
    ("5;=y\r\nhello\r\n", "9112 7.1.1: no name"),
    ("5;x=\r\nhello\r\n", "9112 7.1.1: no value"),
    ("5;x=\"y\r\nhello\r\n", "9112 7.1.1: an open quote"),
    ("5;x=\"y\"z\r\nhello\r\n", "9112 7.1.1: something behind the quote"),
    ("5;x=\"\\\"\"\r\nhello\r\n", "a quoted pair"),
    ("5; x\r\nhello\r\n", "9112 7.1.1: space within"),
    ("5;\u{e9}\r\nhello\r\n", "9110 5.6.2: not ASCII"),
    ("0\r\nContent-Length: 5\r\n\r\n", "9110 6.5.1: frames"),
    ("0\r\nTRANSFER_encoding: chunked\r\n\r\n", "9110 6.5.1: frames"),
    ("0\r\nX: y\r\nHost: b\r\n\r\n", "9110 6.5.1: routes"),
    ("0\r\nConnection: close\r\n\r\n", "9110 6.5.1: of the connection; Node heeds it"),
    ("0\r\nX-Forwarded-Whatever-Is-Meant: y\r\n\r\n", "who the client is"),
    ("0\r\nX-Real-IP: y\r\n\r\n", "who the client is"),
    ("0\r\nAuthorization: y\r\n\r\n", "9110 6.5.1: lets in"),
    ("0\r\n X: y\r\n\r\n", "9112 5.2: folded trailer"),
    ("0\r\nX : y\r\n\r\n", "9112 5.1: space before the colon"),
    ("0\r\nX\r\n\r\n", "9112 5: no colon"),
    ("0\r\n: y\r\n\r\n", "9110 5.1: no name"),
    ("0\r\nX: y\nZ: w\r\n\r\n", "9112 2.2: bare LF in the trailers"),
    ("0\r\nX: \0\r\n\r\n", "9110 5.5: NUL in a trailer"),
    ("0\r\n\n", "9112 2.2: bare LF at the end"),
    ("0\n\r\n", "9112 2.2"),
    ("00000000000000000\r\n\r\n", "more than 16 digits"),
    ("10000000000000000\r\n", "9112 7.1: overflow"),
];

#[test]
fn malformed_chunks_are_refused() {
    for (raw, reason) in MALFORMED {
        for step in [1, 2, 3, 100] {
            let got = decode(raw.as_bytes(), step, u64::MAX);
            assert_eq!(got, Err(BodyError::Chunk), "{reason}: {raw:?} in {step}s");
        }
    }
}

#[test]
fn extensions_and_trailers_are_bounded() {
    let extension = |len: usize| format!("1;{}\r\na\r\n0\r\n\r\n", "x".repeat(len));
    assert!(decode(extension(256).as_bytes(), 7, 9).is_ok_and(|(.., done)| done));
    assert_eq!(decode(extension(257).as_bytes(), 7, 9), Err(BodyError::Chunk));
    let trailers = |count: usize| format!("0\r\n{}\r\n", "X: 12345\r\n".repeat(count));
    assert!(decode(trailers(1_000).as_bytes(), 7, 9).is_ok_and(|(.., done)| done));
    assert_eq!(decode(trailers(3_000).as_bytes(), 7, 9), Err(BodyError::Chunk));
}

#[test]
fn a_body_above_the_limit_is_refused_where_it_passes_it() {
    assert_eq!(Body::new(Framing::Length(11), 10).map(|_| ()), Err(BodyError::TooLarge));
    assert!(Body::new(Framing::Length(10), 10).is_ok());
    let raw = b"6\r\n012345\r\n5\r\n01234\r\n0\r\n\r\n";
    assert!(decode(raw, 1, 11).is_ok_and(|(.., done)| done));
    for step in [1, 7, raw.len()] {
        assert_eq!(decode(raw, step, 10), Err(BodyError::TooLarge));
        let mut body = chunked(10);
        while raw.chunks(step).all(|piece| body.pass(piece).is_ok()) {}
        assert!(!body.is_done(), "nothing may follow it, also when its last byte was looked at");
        assert_eq!(body.pass(b"0\r\n\r\n"), Err(BodyError::TooLarge), "it stays refused");
        assert!(!body.is_done());
    }
    assert_eq!(decode(b"ffffffffffffffff\r\nx", 1, u64::MAX), Ok((b"x".to_vec(), 19, false)));
}

#[test]
fn a_length_is_counted() {
    let mut body = Body::new(Framing::Length(5), 10).unwrap();
    assert_eq!(body.pass(b"abc"), Ok(3));
    assert!(!body.is_done() && body.close() == Err(BodyError::Truncated));
    assert_eq!(body.pass(b"defg"), Ok(2));
    assert!(body.is_done() && body.pass(b"x") == Ok(0) && body.close() == Ok(()));
}

#[test]
fn a_body_until_close_ends_when_it_closes() {
    let mut body = Body::new(Framing::UntilClose, 10).unwrap();
    assert_eq!(body.pass(b"abc"), Ok(3));
    assert!(!body.is_done());
    assert_eq!(body.close(), Ok(()));
    assert!(body.is_done());
}

#[test]
fn without_a_body_nothing_is_taken() {
    for framing in [Framing::None, Framing::Length(0)] {
        let mut body = Body::new(framing, 10).unwrap();
        assert!(body.is_done() && body.pass(b"abc") == Ok(0));
    }
}

/// Random bodies in random chunks and random pieces decode to themselves, and what is passed on
/// is what came in.
#[test]
fn random_chunks_decode_to_what_was_encoded() {
    for seed in 0..2_000 {
        let mut random = Random::new(seed);
        let (mut raw, mut want) = (Vec::new(), Vec::new());
        for _ in 0..random.below(6) {
            let data: Vec<u8> =
                (0..1 + random.below(40)).map(|_| random.below(256) as u8).collect();
            raw.extend(format!("{:x}\r\n", data.len()).bytes());
            raw.extend(&data);
            raw.extend(b"\r\n");
            want.extend(data);
        }
        raw.extend(b"0\r\n\r\n");
        let step = 1 + random.below(50) as usize;
        assert_eq!(decode(&raw, step, u64::MAX), Ok((want, raw.len(), true)), "seed {seed}");
    }
}
