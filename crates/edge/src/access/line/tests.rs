use super::*;

fn line<'a>() -> Line<'a> {
    Line {
        at_ms: 1_709_210_096_789,
        client: "203.0.113.9".parse().unwrap(),
        peer: "10.0.0.1".parse().unwrap(),
        method: b"GET",
        target: b"/a?b=c",
        protocol: "HTTP/1.1",
        host: b"example.org:8080",
        tls: "TLSv1.3",
        status: 200,
        sent_bytes: 1_024,
        took: Duration::from_micros(12_045),
        first_byte: Some(Duration::from_nanos(1_500_999)),
        app: b"web",
        worker: Some(2),
        tries: 1,
        id: b"4f",
        referer: b"https://example.org/",
        user_agent: b"curl/8",
        reason: "",
    }
}

fn refused<'a>(target: &'a [u8]) -> Line<'a> {
    Line {
        peer: line().client,
        method: b"",
        target,
        protocol: "",
        host: b"",
        tls: "",
        status: 400,
        sent_bytes: 0,
        first_byte: None,
        app: b"",
        worker: None,
        tries: 0,
        id: b"",
        referer: b"",
        user_agent: b"",
        reason: "request_line",
        ..line()
    }
}

fn written(write: fn(&Line<'_>, &mut Vec<u8>), line: &Line<'_>) -> String {
    let mut out = Vec::new();
    write(line, &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn combined_is_what_apache_and_nginx_write() {
    assert_eq!(
        written(combined, &line()),
        "203.0.113.9 - - [29/Feb/2024:12:34:56 +0000] \"GET /a?b=c HTTP/1.1\" 200 1024 \
         \"https://example.org/\" \"curl/8\"\n"
    );
    assert_eq!(
        written(combined, &refused(b"\x16\x03\x01 \"x")),
        "203.0.113.9 - - [29/Feb/2024:12:34:56 +0000] \"\\x16\\x03\\x01 \\x22x\" 400 0 \"-\" \"-\"\n"
    );
}

#[test]
fn json_names_what_is_known() {
    assert_eq!(
        written(json, &line()),
        "{\"time\":\"2024-02-29T12:34:56.789Z\",\"client\":\"203.0.113.9\",\"peer\":\"10.0.0.1\",\
         \"method\":\"GET\",\"target\":\"/a?b=c\",\"host\":\"example.org:8080\",\
         \"protocol\":\"HTTP/1.1\",\"tls\":\"TLSv1.3\",\"status\":200,\"bytes\":1024,\
         \"duration_ms\":12.045,\"first_byte_ms\":1.500,\"app\":\"web\",\"worker\":2,\"tries\":1,\
         \"id\":\"4f\",\"referer\":\"https://example.org/\",\"user_agent\":\"curl/8\"}\n"
    );
    assert_eq!(
        written(json, &refused(b"GE\xffT\x00 /")),
        "{\"time\":\"2024-02-29T12:34:56.789Z\",\"client\":\"203.0.113.9\",\
         \"request\":\"GE\u{fffd}T\\u0000 /\",\"status\":400,\"bytes\":0,\"duration_ms\":12.045,\
         \"reason\":\"request_line\"}\n"
    );
}

#[test]
fn quoted_text_is_escaped_as_nginx_does() {
    let check = |text: &[u8], want: &str| {
        let mut out = Vec::new();
        escape_quoted(text, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), want);
    };
    check(b"plain ~!#", "plain ~!#");
    check(b"a\"b\\c", "a\\x22b\\x5Cc");
    check(b"\r\n\t\0\x1b[31m\x7f", "\\x0D\\x0A\\x09\\x00\\x1B[31m\\x7F");
    check("é".as_bytes(), "\\xC3\\xA9");
    check(b"\xff", "\\xFF");
}

#[test]
fn json_text_keeps_what_is_readable_and_nothing_that_ends_a_line() {
    let check = |text: &[u8], want: &str| {
        let mut out = Vec::new();
        escape_json(text, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), want);
    };
    check("é漢😀".as_bytes(), "é漢😀");
    check(b"a\"b\\c/", "a\\\"b\\\\c/");
    check(b"\r\n\t\0\x1b\x7f", "\\u000d\\u000a\\u0009\\u0000\\u001b\\u007f");
    check("\u{85}\u{2028}\u{2029}".as_bytes(), "\\u0085\\u2028\\u2029");
    check(b"a\xffb\xe6\xbc", "a\u{fffd}b\u{fffd}");
}

/// Every byte, and every pair with a few that matter, in every text.
#[test]
fn no_text_makes_a_second_line_or_invalid_json() {
    for first in 0..=255u8 {
        for second in [b'"', b'\\', b'\n', b'u', 0x80, 0xc2, 0xe2] {
            let text = [first, second];
            let line = Line {
                method: &text,
                target: &text,
                host: &text,
                app: &text,
                id: &text,
                referer: &text,
                user_agent: &text,
                ..line()
            };
            let json = written(json, &line);
            let value: serde_json::Value = serde_json::from_str(&json).unwrap();
            assert_eq!(value["host"], String::from_utf8_lossy(&text).into_owned(), "{text:?}");
            for text in [json, written(combined, &line)] {
                assert_eq!(text.lines().count(), 1, "{text:?}");
                assert_eq!(text.find('\n'), Some(text.len() - 1), "{text:?}");
                assert!(!text.trim_end_matches('\n').contains(char::is_control), "{text:?}");
            }
        }
    }
}
