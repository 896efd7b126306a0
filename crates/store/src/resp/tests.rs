use super::*;

fn parsed(bytes: &[u8]) -> Result<Vec<Vec<Vec<u8>>>, Broken> {
    let (mut parser, mut rest, mut commands) = (Parser::default(), bytes, Vec::new());
    while let Step::Command(end) = parser.step(rest, &Limits::default())? {
        commands.push(parser.args(rest).iter().map(|arg| arg.to_vec()).collect());
        rest = &rest[end..];
        parser.reset();
    }
    Ok(commands)
}

fn broken(bytes: &[u8], text: &str) {
    assert_eq!(parsed(bytes), Err(Broken(format!("Protocol error: {text}"))));
}

#[test]
fn commands_are_read_whole_and_byte_by_byte() {
    let bytes = b"*2\r\n$3\r\nGET\r\n$3\r\na\r\n\r\n*0\r\nSET \"a b\\x41\" 'c\\'d'\r\n\r\n*-1\r\n*1\r\n$4\r\nPING\r\n";
    let expected: Vec<Vec<Vec<u8>>> = vec![
        vec![b"GET".to_vec(), b"a\r\n".to_vec()],
        vec![],
        vec![b"SET".to_vec(), b"a bA".to_vec(), b"c'd".to_vec()],
        vec![],
        vec![],
        vec![b"PING".to_vec()],
    ];
    assert_eq!(parsed(bytes).unwrap(), expected);
    let (mut parser, mut start, mut commands) = (Parser::default(), 0, Vec::new());
    for end in 1..=bytes.len() {
        if let Step::Command(used) = parser.step(&bytes[start..end], &Limits::default()).unwrap() {
            commands.push(
                parser.args(&bytes[start..end]).iter().map(|arg| arg.to_vec()).collect::<Vec<_>>(),
            );
            start += used;
            parser.reset();
        }
    }
    assert_eq!((commands, start), (expected, bytes.len()));
}

#[test]
fn what_is_no_command_is_named() {
    broken(b"*2147483648\r\n", "invalid multibulk length");
    broken(b"*x\r\n", "invalid multibulk length");
    broken(b"*1\r\n:1\r\n", "expected '$', got ':'");
    broken(b"*1\r\n$-1\r\n", "invalid bulk length");
    broken(b"*1\r\n$536870913\r\n", "invalid bulk length");
    broken(b"SET \"a\r\n", "unbalanced quotes in request");
    broken(&[b'a'; 70_000], "too big inline request");
    broken(&[b"*".as_slice(), &[b'1'; 70_000]].concat(), "too big mbulk count string");
    broken(&[b"*1\r\n$".as_slice(), &[b'1'; 70_000]].concat(), "too big bulk count string");
}

#[test]
fn numbers_are_printed_as_redis_does() {
    for (value, text) in [
        (3.0, "3"),
        (0.1, "0.1"),
        (-1.5, "-1.5"),
        (1e20, "1e+20"),
        (123456789e7, "1234567890000000"),
        (1e21, "1e+21"),
        (1.5e-9, "1.5e-9"),
        (0.000123, "0.000123"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (f64::INFINITY, "inf"),
        (-0.0, "-0"),
    ] {
        assert_eq!(double_text(value), text);
    }
}

#[test]
fn integers_are_read_as_redis_does() {
    for (text, value) in [
        ("0", Some(0)),
        ("-1", Some(-1)),
        ("9223372036854775807", Some(i64::MAX)),
        ("-9223372036854775808", Some(i64::MIN)),
        ("9223372036854775808", None),
        ("01", None),
        ("-0", None),
        ("+1", None),
        (" 1", None),
        ("", None),
        ("-", None),
    ] {
        assert_eq!(parse_int(text.as_bytes()), value, "{text}");
    }
}

#[test]
fn resp3_has_more_types_than_resp2() {
    let written = |version| {
        let mut reply = Reply::new(version);
        let at = reply.defer();
        reply.map(1);
        reply.double(0.5);
        reply.null();
        reply.boolean(true);
        reply.verbatim("txt", b"hi");
        reply.settle_array(at, 4);
        String::from_utf8(reply.into_bytes()).unwrap()
    };
    assert_eq!(written(Version::Resp2), "*4\r\n*2\r\n$3\r\n0.5\r\n$-1\r\n:1\r\n$2\r\nhi\r\n");
    assert_eq!(written(Version::Resp3), "*4\r\n%1\r\n,0.5\r\n_\r\n#t\r\n=6\r\ntxt:hi\r\n");
}
