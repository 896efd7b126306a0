//! Conditions, ranges, encoded forms, and how soon a change is seen.

use super::{ask, get, run};
use std::fs;
use std::process::Command;
use trial::project::finish;
use trial::{Project, until};

const ROUTE: &str = "[route.'/*']\nfiles = 'public'";

#[test]
fn conditions_are_those_of_the_standard() {
    let project = Project::new();
    project.write("public/a.txt", "0123456789");
    let _running = run(&project, ROUTE);
    let address = project.address();
    let whole = get(address, "/a.txt");
    let tag = whole.header("etag").unwrap().to_owned();
    let date = whole.header("last-modified").unwrap().to_owned();
    assert!(tag.starts_with('"'), "a strong one: {tag}");
    let check = |lines: &[&str], status: u16, body: &str| {
        let reply = ask(address, "GET", "/a.txt", lines);
        assert_eq!((reply.status, reply.body.as_str()), (status, body), "{lines:?}");
        reply
    };
    let same = format!("If-None-Match: W/{tag}, \"other\"");
    let unchanged = check(&[&same], 304, "");
    assert_eq!(unchanged.header("etag"), Some(tag.as_str()));
    assert_eq!(unchanged.header("cache-control"), Some("no-cache"));
    assert!(unchanged.header("content-length").is_none() && unchanged.header("date").is_some());
    check(&[&format!("If-Modified-Since: {date}")], 304, "");
    check(&["If-None-Match: \"x\"", &format!("If-Modified-Since: {date}")], 200, "0123456789");
    check(&["If-Match: \"x\""], 412, "");
    check(&["If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT"], 412, "");
    check(&["Range: bytes=2-4", &format!("If-Range: {tag}")], 206, "234");
    check(&["Range: bytes=2-4", "If-Range: \"x\""], 200, "0123456789");
    let part = check(&["Range: bytes=-3"], 206, "789");
    assert_eq!(part.header("content-range"), Some("bytes 7-9/10"));
    assert_eq!(part.header("content-length"), Some("3"));
    let outside = check(&["Range: bytes=10-"], 416, "");
    assert_eq!(outside.header("content-range"), Some("bytes */10"));
    check(&["Range: lines=1-2"], 200, "0123456789");
    let head = ask(address, "HEAD", "/a.txt", &["Range: bytes=0-1"]);
    assert_eq!((head.status, head.header("content-length")), (200, Some("10")));
}

#[test]
fn several_ranges_come_in_one_body() {
    let project = Project::new();
    project.write("public/a.txt", "0123456789");
    let large: String = (0..20_000).map(|at| format!("{at:08}")).collect();
    project.write("public/large.txt", &large);
    let _running = run(&project, ROUTE);
    let address = project.address();
    let parts = |path: &str, range: &str| {
        let reply = ask(address, "GET", path, &[&format!("Range: bytes={range}")]);
        assert_eq!(reply.status, 206, "{range}");
        let kind = reply.header("content-type").unwrap();
        let boundary = kind.strip_prefix("multipart/byteranges; boundary=").unwrap();
        let end = format!("\r\n--{boundary}--\r\n");
        let body = format!("\r\n{}", reply.body.strip_suffix(&end).unwrap());
        let between = format!("\r\n--{boundary}\r\n");
        let parts = body.split(&between).skip(1);
        let content = parts.map(|part| part.split_once("\r\n\r\n").unwrap().1.to_owned());
        content.collect::<Vec<_>>()
    };
    assert_eq!(parts("/a.txt", "0-1,5-5,-2"), ["01", "5", "89"]);
    assert_eq!(parts("/large.txt", "0-7,159992-"), ["00000000", "00019999"]);
    let wide = parts("/large.txt", "8-100007,120000-120007");
    assert_eq!((wide[0].as_str(), wide[1].as_str()), (&large[8..100_008], "00015000"));
    // A flood of ranges costs no more than the file.
    let flood: Vec<String> = (0..1_000).map(|at| format!("{at}-")).collect();
    let reply = ask(address, "GET", "/large.txt", &[&format!("Range: bytes={}", flood.join(","))]);
    assert_eq!((reply.status, reply.body.len()), (200, 160_000));
    let same = vec!["0-"; 16].join(",");
    let reply = ask(address, "GET", "/large.txt", &[&format!("Range: bytes={same}")]);
    assert_eq!((reply.status, reply.body.len()), (206, 160_000));
}

#[test]
fn encoded_forms_go_to_who_accepts_them() {
    let project = Project::new();
    project.write("public/a.css", "plain plain plain");
    project.write("public/a.css.br", "brotli");
    project.write("public/a.css.gz", "gzipped");
    project.write("public/p.png", "png");
    project.write("public/p.png.gz", "no");
    let _running = run(&project, ROUTE);
    let address = project.address();
    let accepting = |path: &str, codings: &str| {
        ask(address, "GET", path, &[&format!("Accept-Encoding: {codings}")])
    };
    for (codings, body, coding) in [
        ("gzip, br", "brotli", Some("br")),
        ("gzip", "gzipped", Some("gzip")),
        ("gzip;q=1, br;q=0.1", "gzipped", Some("gzip")),
        ("zstd", "plain plain plain", None),
        ("gzip;q=0", "plain plain plain", None),
        ("identity", "plain plain plain", None),
    ] {
        let reply = accepting("/a.css", codings);
        assert_eq!(
            (reply.body.as_str(), reply.header("content-encoding")),
            (body, coding),
            "{codings}"
        );
        assert_eq!(reply.header("vary"), Some("Accept-Encoding"), "{codings}");
        assert_eq!(reply.header("content-type"), Some("text/css; charset=utf-8"), "{codings}");
    }
    let tags: Vec<_> = ["br", "gzip", "identity"]
        .map(|coding| accepting("/a.css", coding).header("etag").unwrap().to_owned())
        .into();
    assert!(tags[0] != tags[1] && tags[1] != tags[2] && tags[0].ends_with("-br\""), "{tags:?}");
    // A range is one of the bytes that are sent.
    let lines = ["Accept-Encoding: br", "Range: bytes=0-1"];
    let part = ask(address, "GET", "/a.css", &lines);
    assert_eq!((part.body.as_str(), part.header("content-range")), ("br", Some("bytes 0-1/6")));
    assert_eq!(accepting("/p.png", "gzip").body, "png");
    // The file is newer than its forms: they hold something else.
    std::thread::sleep(std::time::Duration::from_millis(20));
    project.write("public/a.css", "changed");
    until("the change is seen", || {
        (accepting("/a.css", "br, gzip").body == "changed").then_some(())
    });
}

#[test]
fn a_change_is_seen_within_a_second() {
    let project = Project::new();
    project.write("public/a.txt", "before");
    project.write("public/large.txt", &"a".repeat(100_000));
    let _running = run(&project, ROUTE);
    let address = project.address();
    let body = |path: &str| get(address, path).body;
    assert_eq!(body("/a.txt"), "before");
    let changed = |what: &str, want: &str| {
        let begun = base::clock::now();
        until(what, || (body("/a.txt") == want).then_some(()));
        let took = begun.elapsed();
        assert!(took.as_millis() < 1_500, "{what}: {took:?}");
    };
    project.write("public/a.txt", "AFTER!");
    changed("it was written to", "AFTER!");
    project.write("public/new.txt", "newest");
    fs::rename(project.folder().join("public/new.txt"), project.folder().join("public/a.txt"))
        .unwrap();
    changed("it was replaced", "newest");
    // Larger files are looked at each time.
    assert_eq!(body("/large.txt"), "a".repeat(100_000));
    project.write("public/new.txt", &"b".repeat(100_000));
    let large = project.folder().join("public/large.txt");
    fs::rename(project.folder().join("public/new.txt"), large).unwrap();
    assert_eq!(body("/large.txt"), "b".repeat(100_000));
    // The folder as a whole makes room for another.
    let folder = project.folder().join("public");
    fs::rename(&folder, project.folder().join("old")).unwrap();
    project.write("public/a.txt", "release");
    changed("the folder was replaced", "release");
}

#[test]
fn small_files_are_encoded_where_replies_are_compressed() {
    let project = Project::new();
    let text: String = (0..1_000).map(|at| format!("a{{ top: {at}px }}\n")).collect();
    project.write("public/a.css", &text);
    project.write("public/tiny.css", "a{}");
    project.write("public/p.png", &text);
    let routes = "[route.'/*']\nfiles = 'public'\ncompress = true";
    let _running = run(&project, routes);
    let address = project.address();
    let accepting = |path: &str, codings: &str, more: &str| {
        ask(address, "GET", path, &[&format!("Accept-Encoding: {codings}"), more])
    };
    for coding in ["gzip", "br", "zstd"] {
        let reply = accepting("/a.css", coding, "X: 1");
        assert_eq!(reply.header("content-encoding"), Some(coding));
        let length: usize = reply.header("content-length").unwrap().parse().unwrap();
        assert!(length < text.len() / 2, "{coding}: {length} of {}", text.len());
        let tag = reply.header("etag").unwrap().to_owned();
        assert!(tag.starts_with("W/") && tag.ends_with(&format!("-{coding}\"")), "{tag}");
        let again = accepting("/a.css", coding, &format!("If-None-Match: {tag}"));
        assert_eq!((again.status, again.header("vary")), (304, Some("Accept-Encoding")));
        // Nobody gets a part of what another version of Ostler may encode otherwise.
        let part = accepting("/a.css", coding, "Range: bytes=0-3");
        assert_eq!((part.status, part.body.as_str()), (206, &text[..4]));
        let lines = format!(
            "fetch('http://{address}/a.css', {{ headers: {{ 'accept-encoding': '{coding}' }} }})\
             .then((res) => res.text()).then((text) => console.log(text.length))"
        );
        if coding != "zstd" {
            let finished = finish(Command::new("node").args(["-e", &lines]));
            assert_eq!(finished.stdout.trim(), text.len().to_string(), "{}", finished.stderr);
        }
    }
    for (path, coding) in [("/a.css", "identity"), ("/tiny.css", "gzip"), ("/p.png", "gzip")] {
        assert_eq!(accepting(path, coding, "X: 1").header("content-encoding"), None, "{path}");
    }
    assert_eq!(accepting("/a.css", "identity", "X: 1").header("vary"), Some("Accept-Encoding"));
}
