use super::table::FILES;
use super::{find, serve};
use hyper::header::HeaderMap;

fn asked(lines: &[(&'static str, &str)]) -> HeaderMap {
    lines.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
}

fn header<'r>(response: &'r hyper::Response<crate::api::Body>, name: &str) -> &'r str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[test]
fn the_page_names_only_files_that_are_there() {
    let page = std::str::from_utf8(find("/").unwrap().plain).unwrap();
    let named: Vec<_> = page.split('"').filter_map(|word| word.strip_prefix('.')).collect();
    assert!(named.len() >= 3, "{page}");
    for path in named.iter().filter(|path| path.starts_with("/assets/")) {
        assert!(find(path).is_some(), "{path}");
    }
    assert!(!page.contains("<script>") && !page.contains("style="), "the policy forbids them");
}

#[test]
fn each_form_is_smaller_than_the_plain_one() {
    for file in FILES.iter().filter(|file| file.plain.len() > 1_000) {
        let (brotli, gzip) = (file.brotli.unwrap(), file.gzip.unwrap());
        assert!(brotli.len() < gzip.len() && gzip.len() < file.plain.len(), "{}", file.path);
    }
}

#[test]
fn all_of_it_is_small() {
    let bytes: usize = FILES.iter().map(|file| file.brotli.unwrap_or(file.plain).len()).sum();
    assert!(bytes <= 150_000, "the dashboard is {bytes} bytes compressed");
}

#[test]
fn a_file_comes_in_the_form_that_is_taken() {
    let file = FILES.iter().find(|file| file.path.ends_with(".js")).unwrap();
    let form = |accept: &str| {
        header(&serve(file, &asked(&[("accept-encoding", accept)])), "content-encoding").to_owned()
    };
    for (accept, wanted) in [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("identity", ""),
        ("", ""),
        ("brotli", ""),
    ] {
        assert_eq!(form(accept), wanted, "{accept}");
    }
}

#[test]
fn what_is_known_is_not_sent_again() {
    let file = FILES.iter().find(|file| file.path.ends_with(".js")).unwrap();
    let first = serve(file, &asked(&[("accept-encoding", "br")]));
    let tag = header(&first, "etag").to_owned();
    assert!(header(&first, "cache-control").contains("immutable"));
    let again = serve(file, &asked(&[("accept-encoding", "br"), ("if-none-match", &tag)]));
    assert_eq!(again.status(), 304);
    let other = serve(file, &asked(&[("accept-encoding", "gzip"), ("if-none-match", &tag)]));
    assert_eq!(other.status(), 200, "another form of it");
    assert_eq!(header(&serve(find("/").unwrap(), &asked(&[])), "cache-control"), "no-cache");
}

#[test]
fn nothing_from_elsewhere_runs_in_it() {
    let page = serve(find("/").unwrap(), &asked(&[]));
    let policy = header(&page, "content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    assert!(!policy.contains("unsafe") && !policy.contains("http"));
}
