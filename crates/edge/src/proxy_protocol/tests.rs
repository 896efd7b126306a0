use super::checksum::crc32c;
use super::*;

const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

fn check(bytes: &[u8], want: Result<Option<(usize, Option<&str>)>, HeaderError>) {
    let want = want.map(|header| {
        header.map(|(len, source)| Header { len, source: source.map(|text| text.parse().unwrap()) })
    });
    assert_eq!(read(bytes), want, "{}", bytes.escape_ascii());
}

/// A version 2 header: command, family, length, rest.
fn v2(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
    let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
    [SIGNATURE, &[command, family], &length, rest].concat()
}

const V4: [u8; 12] = [203, 0, 113, 9, 10, 0, 0, 1, 0x12, 0x67, 0, 80];

fn v6() -> Vec<u8> {
    let mut rest = vec![0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9];
    rest.extend([0; 15]);
    rest.extend([1, 0x12, 0x67, 0, 80]);
    rest
}

#[test]
fn lines_name_the_client() {
    let good = |line: &str, source| {
        let bytes = format!("{line}\r\nGET /");
        check(bytes.as_bytes(), Ok(Some((line.len() + 2, source))));
    };
    good("PROXY TCP4 203.0.113.9 10.0.0.1 4711 80", Some("203.0.113.9:4711"));
    good("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535", Some("255.255.255.255:65535"));
    good("PROXY TCP4 0.0.0.0 0.0.0.0 0 0", Some("0.0.0.0:0"));
    good("PROXY TCP6 2001:db8::9 ::1 4711 80", Some("[2001:db8::9]:4711"));
    good("PROXY TCP6 2001:0db8:0:0:0:0:0:9 ::1 4711 80", Some("[2001:db8::9]:4711"));
    good("PROXY UNKNOWN", None);
    good(
        "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535",
        None,
    );
    good("PROXY UNKNOWN what\u{e9}ver", None);
}

#[test]
fn malformed_lines_are_refused() {
    for line in [
        "PROXY ",
        "PROXY TCP4",
        "PROXY TCP4 203.0.113.9 10.0.0.1 4711",
        "PROXY TCP4 203.0.113.9 10.0.0.1 4711 80 ",
        "PROXY TCP4 203.0.113.9 10.0.0.1 4711 80 1",
        "PROXY  TCP4 203.0.113.9 10.0.0.1 4711 80",
        "PROXY TCP4  203.0.113.9 10.0.0.1 4711 80",
        "PROXY TCP4 203.0.113 10.0.0.1 4711 80",
        "PROXY TCP4 203.0.113.09 10.0.0.1 4711 80",
        "PROXY TCP4 203.0.113.256 10.0.0.1 4711 80",
        "PROXY TCP4 2001:db8::9 ::1 4711 80",
        "PROXY TCP6 203.0.113.9 10.0.0.1 4711 80",
        "PROXY TCP6 [2001:db8::9] ::1 4711 80",
        "PROXY TCP4 203.0.113.9 10.0.0.1 04711 80",
        "PROXY TCP4 203.0.113.9 10.0.0.1 +4711 80",
        "PROXY TCP4 203.0.113.9 10.0.0.1 65536 80",
        "PROXY TCP4 203.0.113.9 10.0.0.1 4711 ",
        "PROXY tcp4 203.0.113.9 10.0.0.1 4711 80",
        "PROXY UDP4 203.0.113.9 10.0.0.1 4711 80",
        "PROXY UNKNOWNX",
        "PROXY TCP4\t203.0.113.9 10.0.0.1 4711 80",
    ] {
        check(format!("{line}\r\n").as_bytes(), Err(HeaderError::Line));
    }
    check(b"PROXY UNKNOWN \xff\r\n", Err(HeaderError::Line));
    check(b"PROXY TCP4 203.0.113.9 10.0.0.1 4711 80\n", Err(HeaderError::LineEnd));
    check(&[b"PROXY UNKNOWN ".as_slice(), &[b'x'; 93]].concat(), Err(HeaderError::LineEnd));
    let longest = [b"PROXY UNKNOWN ".as_slice(), &[b'x'; 91], b"\r\n"].concat();
    check(&longest, Ok(Some((107, None))));
    let longer = [b"PROXY UNKNOWN ".as_slice(), &[b'x'; 92], b"\r\n"].concat();
    check(&longer, Err(HeaderError::LineEnd));
}

#[test]
fn binary_headers_name_the_client() {
    check(&v2(0x21, 0x11, &V4), Ok(Some((28, Some("203.0.113.9:4711")))));
    check(&v2(0x21, 0x21, &v6()), Ok(Some((52, Some("[2001:db8::9]:4711")))));
    check(&v2(0x21, 0x31, &[b'/'; 216]), Ok(Some((232, None))));
    check(&v2(0x21, 0x00, b""), Ok(Some((16, None))));
    check(&v2(0x21, 0x00, b"whatever"), Ok(Some((24, None))));
    // A health check of the balancer, with or without addresses.
    check(&v2(0x20, 0x00, b""), Ok(Some((16, None))));
    check(&v2(0x20, 0x11, &V4), Ok(Some((28, None))));
    check(&v2(0x20, 0xff, b"abc"), Ok(Some((19, None))));
    let tlvs = [&V4[..], &[0x01, 0, 2, b'h', b'2', 0xee, 0, 0]].concat();
    check(&v2(0x21, 0x11, &tlvs), Ok(Some((36, Some("203.0.113.9:4711")))));
    let mut and_more = v2(0x21, 0x11, &V4);
    and_more.extend(b"GET / HTTP/1.1\r\n");
    check(&and_more, Ok(Some((28, Some("203.0.113.9:4711")))));
}

#[test]
fn malformed_binary_headers_are_refused() {
    check(&v2(0x11, 0x11, &V4), Err(HeaderError::Version));
    check(&v2(0x31, 0x11, &V4), Err(HeaderError::Version));
    check(&v2(0x22, 0x11, &V4), Err(HeaderError::Command));
    check(&v2(0x2f, 0x11, &V4), Err(HeaderError::Command));
    for family in [0x01, 0x10, 0x12, 0x22, 0x32, 0x13, 0x41, 0xff] {
        check(&v2(0x21, family, &[0; 216]), Err(HeaderError::Family));
    }
    check(&v2(0x21, 0x11, &V4[..11]), Err(HeaderError::Short));
    check(&v2(0x21, 0x21, &V4), Err(HeaderError::Short));
    check(&v2(0x21, 0x31, &v6()), Err(HeaderError::Short));
    for tlvs in [&[1][..], &[1, 0], &[1, 0, 1], &[1, 0, 2, b'h'], &[1, 0xff, 0xff, 0]] {
        check(&v2(0x21, 0x11, &[&V4[..], tlvs].concat()), Err(HeaderError::Short));
    }
    let most = HEADER_BYTES_MAX - 16;
    assert!(read(&v2(0x20, 0, &vec![0; most])).is_ok());
    check(&v2(0x20, 0, &vec![0; most + 1]), Err(HeaderError::TooLong));
    // Told before the rest has come.
    check(&v2(0x20, 0, &vec![0; most + 1])[..16], Err(HeaderError::TooLong));
}

#[test]
fn a_checksum_must_be_right() {
    // The usual check value of CRC-32C.
    assert_eq!(crc32c(b"123456789", 100), 0xe306_9283);
    let mut header = v2(0x21, 0x11, &[&V4[..], &[0x03, 0, 4, 0, 0, 0, 0]].concat());
    let sum = crc32c(&header, 31).to_be_bytes();
    header[31..35].copy_from_slice(&sum);
    check(&header, Ok(Some((35, Some("203.0.113.9:4711")))));
    header[16] ^= 1;
    check(&header, Err(HeaderError::Checksum));
    let short = [&V4[..], &[0x03, 0, 3, 0, 0, 0]].concat();
    check(&v2(0x21, 0x11, &short), Err(HeaderError::Checksum));
}

#[test]
fn anything_else_is_no_header() {
    for bytes in [
        &b"GET / HTTP/1.1\r\n"[..],
        b"\x16\x03\x01",
        b"PRI * HTTP/2.0",
        b"P ",
        b"PROXYTCP4",
        b"proxy TCP4",
        b"\r\nGET / HTTP/1.1",
        b"\r\n\r\n\0\r\nQUIT\r",
    ] {
        check(bytes, Err(HeaderError::Missing));
    }
}

/// Whatever is right as a whole is incomplete in every part, and stays right with more behind it.
#[test]
fn a_part_of_a_header_is_waited_for() {
    let line = b"PROXY TCP4 203.0.113.9 10.0.0.1 4711 80\r\n".to_vec();
    for whole in [line, v2(0x21, 0x11, &V4), v2(0x21, 0x21, &v6()), v2(0x20, 0, b"abc")] {
        for end in 0..whole.len() {
            check(&whole[..end], Ok(None));
        }
        assert_eq!(read(&whole).unwrap().unwrap().len, whole.len());
    }
}
