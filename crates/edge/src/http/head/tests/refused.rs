use super::*;

/// One line a case: the raw head, what is wrong with it, and where that is written. `~` stands for
/// CRLF, so that a line shows a head.
#[rustfmt::skip]
const CASES: &[(&str, Refusal, &str)] = &[
    // Framing: two lengths, two readers, two requests.
    ("POST / HTTP/1.1~Host: a~Content-Length: 5~Transfer-Encoding: chunked~~", Refusal::LengthAndCoding, "9112 6.1: CL before TE"),
    ("POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~Content-Length: 5~~", Refusal::LengthAndCoding, "9112 6.1: TE before CL"),
    ("POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~Content-Length: 0~~", Refusal::LengthAndCoding, "9112 6.1: even with length 0"),
    ("GET / HTTP/1.1~Host: a~content-length: 3~TRANSFER-ENCODING: CHUNKED~~", Refusal::LengthAndCoding, "9110 5.1: names have no case"),
    ("POST / HTTP/1.1~Host: a~Transfer-Encoding: gzip, chunked~~", Refusal::Coding, "9112 6.1: a coding the worker may not know"),
    ("POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked, chunked~~", Refusal::Coding, "9112 7: chunked twice"),
    ("POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~Transfer-Encoding: chunked~~", Refusal::Coding, "9112 7: in two lines"),
    ("POST / HTTP/1.1~Host: a~Transfer-Encoding: identity~~", Refusal::Coding, "9112: identity was removed"),
    ("POST / HTTP/1.1~Host: a~Transfer-Encoding: xchunked~~", Refusal::Coding, "9112 6.1"),
    ("POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked;q=1~~", Refusal::Coding, "9112 6.1: parameters"),
    ("POST / HTTP/1.1~Host: a~Transfer-Encoding: \"chunked\"~~", Refusal::Coding, "9112 6.1: quoted"),
    ("POST / HTTP/1.1~Host: a~Transfer-Encoding: ,chunked~~", Refusal::Coding, "9110 5.6.1: empty list member"),
    ("POST / HTTP/1.1~Host: a~Transfer-Encoding:~~", Refusal::Coding, "9112 6.1: empty"),
    ("POST / HTTP/1.1~Host: a~Transfer-Encoding: \u{b}chunked~~", Refusal::HeaderValue, "9110 5.5: vertical tab"),
    ("POST / HTTP/1.0~Host: a~Transfer-Encoding: chunked~~", Refusal::CodingInOld, "9112 6.1: TE in 1.0"),
    ("POST / HTTP/1.0~Transfer-Encoding: chunked~Content-Length: 3~~", Refusal::LengthAndCoding, "9112 6.1: both in 1.0"),
    ("POST / HTTP/1.1~Host: a~Content-Length: 5~Content-Length: 5~~", Refusal::LengthDuplicate, "9112 6.3: same twice"),
    ("POST / HTTP/1.1~Host: a~Content-Length: 5~Content-Length: 6~~", Refusal::LengthDuplicate, "9112 6.3: two values"),
    ("POST / HTTP/1.1~Host: a~Content-Length: 5, 5~~", Refusal::Length, "9110 8.6: a list"),
    ("POST / HTTP/1.1~Host: a~Content-Length: +5~~", Refusal::Length, "9110 8.6: a sign"),
    ("POST / HTTP/1.1~Host: a~Content-Length: -5~~", Refusal::Length, "9110 8.6: negative"),
    ("POST / HTTP/1.1~Host: a~Content-Length: 0x5~~", Refusal::Length, "9110 8.6: hexadecimal"),
    ("POST / HTTP/1.1~Host: a~Content-Length: 5.0~~", Refusal::Length, "9110 8.6: a point"),
    ("POST / HTTP/1.1~Host: a~Content-Length: 1e3~~", Refusal::Length, "9110 8.6: an exponent"),
    ("POST / HTTP/1.1~Host: a~Content-Length: 05~~", Refusal::Length, "octal for some: leading zero"),
    ("POST / HTTP/1.1~Host: a~Content-Length: 00~~", Refusal::Length, "leading zero"),
    ("POST / HTTP/1.1~Host: a~Content-Length: 5 5~~", Refusal::Length, "9110 8.6: a space within"),
    ("POST / HTTP/1.1~Host: a~Content-Length:~~", Refusal::Length, "9110 8.6: empty"),
    ("POST / HTTP/1.1~Host: a~Content-Length: 99999999999999999999~~", Refusal::Length, "9110 8.6: overflow"),
    ("POST / HTTP/1.1~Host: a~Content-Length: \u{665}~~", Refusal::Length, "9110 8.6: Arabic digit"),
    ("POST / HTTP/1.1~Host: a~Content_Length: 5~~", Refusal::Alias, "CGI-like servers read it as Content-Length"),
    ("POST / HTTP/1.1~Host: a~Transfer_Encoding: chunked~~", Refusal::Alias, "CGI-like servers"),
    ("POST / HTTP/1.1~Host: a~transfer_encoding: chunked~Content-Length: 4~~", Refusal::Alias, "CGI-like servers"),
    // Lines.
    ("GET / HTTP/1.1\nHost: a~~", Refusal::LineEnd, "9112 2.2: bare LF after the request line"),
    ("GET / HTTP/1.1~Host: a\n~", Refusal::LineEnd, "9112 2.2: bare LF after a header"),
    ("GET / HTTP/1.1~Host: a~\n", Refusal::LineEnd, "9112 2.2: bare LF as the empty line"),
    ("GET / HTTP/1.1\nHost: a\n\n", Refusal::LineEnd, "9112 2.2: bare LF everywhere"),
    ("GET / HTTP/1.1~Host: a~X: b\nY: c~~", Refusal::LineEnd, "9112 2.2: bare LF between headers"),
    ("GET / HTTP/1.1~Host: a~X: b\rY: c~~", Refusal::HeaderValue, "9112 2.2: bare CR in a value"),
    ("GET / HTTP/1.1~Host: a~X: b\r\r\nY: c~~", Refusal::HeaderValue, "9112 2.2: CR CR LF"),
    ("GET / HTTP/1.1\rHost: a~~", Refusal::LineEnd, "9112 2.2: bare CR after the request line"),
    ("GET / HTTP/1.1~Host: a~\r\r\n", Refusal::LineEnd, "9112 2.2: bare CR as the empty line"),
    ("GET / HTTP/1.1~Host: a~X: b~ folded~~", Refusal::HeaderName, "9112 5.2: obs-fold"),
    ("GET / HTTP/1.1~Host: a~X: b~\tfolded~~", Refusal::HeaderName, "9112 5.2: obs-fold with a tab"),
    ("GET / HTTP/1.1~ Host: a~~", Refusal::HeaderName, "9112 2.2: space before the first header"),
    ("GET / HTTP/1.1~Host : a~~", Refusal::HeaderName, "9112 5.1: space before the colon"),
    ("GET / HTTP/1.1~Host: a~Content-Length : 5~~", Refusal::HeaderName, "9112 5.1: space before the colon"),
    ("GET / HTTP/1.1~Host: a~Content-Length\t: 5~~", Refusal::HeaderName, "9112 5.1: tab before the colon"),
    ("GET / HTTP/1.1~Host: a~: b~~", Refusal::HeaderName, "9110 5.1: no name"),
    ("GET / HTTP/1.1~Host: a~X~~", Refusal::HeaderName, "9112 5: no colon"),
    ("GET / HTTP/1.1~Host: a~X(y): b~~", Refusal::HeaderName, "9110 5.6.2: no token"),
    ("GET / HTTP/1.1~Host: a~X\u{e9}: b~~", Refusal::HeaderName, "9110 5.6.2: not ASCII"),
    ("GET / HTTP/1.1~Host: a~X\0: b~~", Refusal::HeaderName, "9110 5.1: NUL in a name"),
    ("GET / HTTP/1.1~Host: a~X: b\0c~~", Refusal::HeaderValue, "9110 5.5: NUL"),
    ("GET / HTTP/1.1~Host: a~X: b\u{1}c~~", Refusal::HeaderValue, "9110 5.5: control character"),
    ("GET / HTTP/1.1~Host: a~X: b\u{7f}c~~", Refusal::HeaderValue, "9110 5.5: DEL"),
    ("GET / HTTP/1.1~Host: a~X: b\u{8}~~", Refusal::HeaderValue, "9110 5.5: backspace"),
    ("\nGET / HTTP/1.1~Host: a~~", Refusal::RequestLine, "9112 2.2: bare LF before the request"),
    ("~~GET / HTTP/1.1~Host: a~~", Refusal::RequestLine, "9112 2.2: more than one empty line"),
    ("~\nGET / HTTP/1.1~Host: a~~", Refusal::RequestLine, "9112 2.2: CRLF and LF"),
    // The request line.
    ("GET  / HTTP/1.1~Host: a~~", Refusal::RequestLine, "9112 3: two spaces"),
    ("GET /  HTTP/1.1~Host: a~~", Refusal::RequestLine, "9112 3: two spaces"),
    ("GET\t/ HTTP/1.1~Host: a~~", Refusal::RequestLine, "9112 3: a tab"),
    ("GET / HTTP/1.1 ~Host: a~~", Refusal::LineEnd, "9112 3: a space at the end"),
    (" GET / HTTP/1.1~Host: a~~", Refusal::RequestLine, "9112 3: a space at the start"),
    ("GET /a b HTTP/1.1~Host: a~~", Refusal::RequestLine, "9112 3.2: a space in the target"),
    ("GET / HTTP/1.1 HTTP/1.1~Host: a~~", Refusal::LineEnd, "9112 3"),
    ("GET /~Host: a~~", Refusal::RequestLine, "9112 3: no version (HTTP/0.9)"),
    ("GET HTTP/1.1~Host: a~~", Refusal::RequestLine, "9112 3: no target"),
    ("/ HTTP/1.1~Host: a~~", Refusal::RequestLine, "9112 3: no method"),
    ("G(T / HTTP/1.1~Host: a~~", Refusal::RequestLine, "9110 9.1: the method is a token"),
    ("G\0T / HTTP/1.1~Host: a~~", Refusal::RequestLine, "9110 9.1: NUL in the method"),
    ("GET / http/1.1~Host: a~~", Refusal::RequestLine, "9112 2.3: upper case only"),
    ("GET / HTTP/1.1x~Host: a~~", Refusal::LineEnd, "9112 2.3"),
    ("GET / HTTP/11~Host: a~~", Refusal::RequestLine, "9112 2.3"),
    ("GET / HTTP/1,1~Host: a~~", Refusal::RequestLine, "9112 2.3"),
    ("GET / HTTP/ 1.1~Host: a~~", Refusal::RequestLine, "9112 2.3"),
    ("GET / HTTP/2.0~Host: a~~", Refusal::Version, "9110 15.6.6"),
    ("GET / HTTP/1.2~Host: a~~", Refusal::Version, "9112 2.3: a minor version that is unknown"),
    ("GET / HTTP/0.9~Host: a~~", Refusal::Version, "9112 2.3"),
    ("GET / HTTP/9.9~Host: a~~", Refusal::Version, "9112 2.3"),
    ("PRI * HTTP/2.0~~SM~~", Refusal::Version, "9113 3.4: HTTP/2's preface"),
    ("\u{16}\u{3}\u{1}\u{2}~~", Refusal::RequestLine, "TLS on a plain port"),
    ("CONNECT a:443 HTTP/1.1~Host: a:443~~", Refusal::Method, "9110 9.3.6: not a forward proxy"),
    ("TRACE / HTTP/1.1~Host: a~~", Refusal::Method, "9110 9.3.8: shows added headers"),
    // The target.
    ("GET foo HTTP/1.1~Host: a~~", Refusal::Target, "9112 3.2: neither form"),
    ("GET * HTTP/1.1~Host: a~~", Refusal::Target, "9112 3.2.4: asterisk form is OPTIONS'"),
    ("GET a:80 HTTP/1.1~Host: a:80~~", Refusal::Target, "9112 3.2.3: authority form is CONNECT's"),
    ("GET /#f HTTP/1.1~Host: a~~", Refusal::Target, "9110 7.1: a fragment"),
    ("GET /\u{e9} HTTP/1.1~Host: a~~", Refusal::Target, "3986 2: not ASCII"),
    ("GET /\u{7f} HTTP/1.1~Host: a~~", Refusal::RequestLine, "3986 2: DEL"),
    ("GET /\0 HTTP/1.1~Host: a~~", Refusal::RequestLine, "3986 2: NUL"),
    ("GET http://b/ HTTP/1.1~Host: a~~", Refusal::TargetMismatch, "9112 3.2.2: two hosts"),
    ("GET http://a:81/ HTTP/1.1~Host: a~~", Refusal::TargetMismatch, "9112 3.2.2: two ports"),
    ("GET http:///x HTTP/1.1~Host: a~~", Refusal::Target, "9110 4.2.1: no host"),
    ("GET http://u@a/ HTTP/1.1~Host: a~~", Refusal::Target, "9110 4.2.4: user info"),
    ("GET http://a?q HTTP/1.1~Host: a~~", Refusal::Target, "no path: a guess"),
    ("GET ftp://a/ HTTP/1.1~Host: a~~", Refusal::Target, "9112 3.2.2: other scheme"),
    ("GET file:///etc/passwd HTTP/1.1~Host: a~~", Refusal::Target, "9112 3.2.2: other scheme"),
    ("GET //a/ HTTP/1.0~Host: b c~~", Refusal::Host, "9110 7.2: a space"),
    // Host.
    ("GET / HTTP/1.1~~", Refusal::HostMissing, "9112 3.2"),
    ("GET http://a/ HTTP/1.1~~", Refusal::HostMissing, "9112 3.2: with absolute form too"),
    ("GET / HTTP/1.1~Host: a~Host: a~~", Refusal::HostDuplicate, "9112 3.2"),
    ("GET / HTTP/1.1~Host: a~hOsT: b~~", Refusal::HostDuplicate, "9112 3.2"),
    ("GET / HTTP/1.0~Host: a~Host: b~~", Refusal::HostDuplicate, "9112 3.2: in 1.0 too"),
    ("GET / HTTP/1.1~Host:~~", Refusal::Host, "9110 7.2: http always has a host"),
    ("GET / HTTP/1.1~Host: a, b~~", Refusal::Host, "9110 7.2: a list"),
    ("GET / HTTP/1.1~Host: a/b~~", Refusal::Host, "3986 3.2.2: a path"),
    ("GET / HTTP/1.1~Host: u@a~~", Refusal::Host, "3986 3.2.1: user info"),
    ("GET / HTTP/1.1~Host: a:b~~", Refusal::Host, "3986 3.2.3: the port is a number"),
    ("GET / HTTP/1.1~Host: a:80:80~~", Refusal::Host, "3986 3.2.3: two ports"),
    ("GET / HTTP/1.1~Host: :80~~", Refusal::Host, "3986 3.2.2: no host"),
    ("GET / HTTP/1.1~Host: a:123456~~", Refusal::Host, "3986 3.2.3: too large a port"),
    ("GET / HTTP/1.1~Host: [::1~~", Refusal::Host, "3986 3.2.2: an open bracket"),
    ("GET / HTTP/1.1~Host: [::x]~~", Refusal::Host, "3986 3.2.2: no IPv6 address"),
    ("GET / HTTP/1.1~Host: [::1]x~~", Refusal::Host, "3986 3.2.2: something after the bracket"),
    ("GET / HTTP/1.1~Host: a?b~~", Refusal::Host, "3986 3.2.2: a query"),
    ("GET / HTTP/1.1~Host: a\\b~~", Refusal::Host, "3986 3.2.2: a backslash"),
    ("GET / HTTP/1.1~Host: \u{e9}~~", Refusal::Host, "3986 3.2.2: not ASCII"),
    // Others.
    ("GET / HTTP/1.1~Host: a~Expect: 200-ok~~", Refusal::Expect, "9110 10.1.1"),
    ("GET / HTTP/1.1~Host: a~Expect:~~", Refusal::Expect, "9110 10.1.1"),
    ("GET / HTTP/1.1~Host: a~Connection: a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q~~", Refusal::Connection, "a list that costs time only"),
    ("GET / HTTP/1.1~Host: a~1:~2:~3:~4:~5:~6:~7:~8:~~", Refusal::TooManyHeaders, "limit"),
];

#[test]
fn what_is_ambiguous_or_malformed_is_refused() {
    let mut wrong = Vec::new();
    for (raw, want, reason) in CASES {
        let raw = raw.replace('~', "\r\n");
        let got = request(raw.as_bytes(), &CLIENT);
        if got != Err(*want) {
            wrong.push(format!("{reason}: {raw:?}: {got:?}, not {want:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Nothing of a refused head may look like a good, shorter one.
#[test]
fn no_prefix_of_a_refused_head_is_taken() {
    for (raw, _, reason) in CASES.iter().filter(|(raw, ..)| !raw.starts_with("PRI")) {
        let raw = raw.replace('~', "\r\n");
        for end in 0..raw.len() {
            let got = request(&raw.as_bytes()[..end], &CLIENT);
            assert!(!matches!(got, Ok(Some(_))), "{reason}: {:?}", &raw[..end.min(raw.len())]);
        }
    }
}

#[test]
fn what_is_too_large_is_refused() {
    let check = |raw: String, want| assert_eq!(request(raw.as_bytes(), &CLIENT), want, "{raw}");
    let head = |len: usize| format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "x".repeat(len));
    let fixed = head(0).len();
    assert!(request(head(1_024 - fixed).as_bytes(), &CLIENT).unwrap().is_some());
    check(head(1_025 - fixed), Err(Refusal::HeadTooLarge));
    check(head(1_025 - fixed)[..1_024].to_owned(), Err(Refusal::HeadTooLarge));
    check(head(1_025 - fixed)[..1_023].to_owned(), Ok(None));
    check(format!("GET /{}", "x".repeat(2_000)), Err(Refusal::TargetTooLong));
    let target = |len: usize| format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "x".repeat(len));
    let longest = 1_024 - target(0).len();
    assert!(request(target(longest).as_bytes(), &CLIENT).unwrap().is_some());
    check(target(longest + 1), Err(Refusal::HeadTooLarge));
    check(target(1_024), Err(Refusal::TargetTooLong));
}
