use super::{asked, body, is_kept, project, purge};
use trial::until;

const PATHS: [&str; 4] = ["/a?tag=red", "/a/b?tag=blue", "/b?tag=red", "/b/plain"];

/// Which of [`PATHS`] are made anew after a purge.
fn check(words: &[&str], meant: [bool; 4], told: &str) {
    let project = project("memory = '8MB'");
    let running = project.run(&[]);
    let address = project.address();
    let before: Vec<String> = PATHS.iter().map(|path| body(address, path)).collect();
    PATHS.iter().for_each(|path| assert!(is_kept(address, path), "{path}"));
    assert_eq!(purge(&project, words), told);
    for ((path, before), meant) in PATHS.iter().zip(&before).zip(meant) {
        assert_eq!(body(address, path) != *before, meant, "{words:?} {path}");
        assert!(is_kept(address, path), "and then it is kept again");
    }
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_url_is_purged() {
    check(
        &["http://shop.example/a?tag=red"],
        [true, false, false, false],
        "purged: 1 reply in memory\n",
    );
}

#[test]
fn a_prefix_is_purged() {
    check(
        &["--prefix", "http://shop.example/a"],
        [true, true, false, false],
        "purged: 2 replies in memory\n",
    );
}

#[test]
fn a_tag_is_purged() {
    check(&["--tag", "red"], [true, false, true, false], "purged: 2 replies in memory\n");
}

#[test]
fn everything_is_purged() {
    check(&["--all"], [true; 4], "purged: 4 replies in memory\n");
}

#[test]
fn what_is_not_there_is_told_and_mistakes_are_explained() {
    let project = project("memory = '8MB'");
    let running = project.run(&[]);
    assert_eq!(purge(&project, &["http://nowhere/"]), "nothing of that is in the cache\n");
    let json = purge(&project, &["--tag", "x", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json, serde_json::json!({ "memory": 0, "disk": 0, "complete": true }));
    for (words, told) in [
        (["purge", "/x"], "write all of it as clients ask for it"),
        (["purge", "--tag=a,b"], "a tag is one word"),
    ] {
        let refused = project.ostler(&words);
        assert_eq!(refused.code, Some(9), "{}", refused.stdout);
        assert!(refused.stderr.contains(told), "{}", refused.stderr);
    }
    assert_eq!(project.ostler(&["purge"]).code, Some(2));
    let cache = project.ostler(&["cache"]);
    assert!(cache.stdout.starts_with("memory  0 replies, 0 B of 8.0 MB"), "{}", cache.stdout);
    drop(running);
}

#[test]
fn all_variants_of_a_url_are_purged() {
    let project = project("memory = '8MB'");
    let _running = project.run(&[]);
    let address = project.address();
    let spoken =
        |language: &str| asked(address, "/lang", &format!("Accept-Language: {language}\r\n")).body;
    let (en, de) = (spoken("en"), spoken("de"));
    assert!(en != de && spoken("en") == en && spoken("de") == de);
    let told = purge(&project, &["http://shop.example/lang"]);
    assert_eq!(told, "purged: 2 replies in memory\n");
    assert!(spoken("en") != en && spoken("de") != de);
}

#[test]
fn a_soft_purge_lets_stale_replies_be_used_meanwhile() {
    let project = project("memory = '8MB'");
    let _running = project.run(&[]);
    let address = project.address();
    let before = body(address, "/a?tag=red");
    assert_eq!(purge(&project, &["--tag", "red", "--soft"]), "made stale: 1 reply in memory\n");
    assert_eq!(body(address, "/a?tag=red"), before, "while a newer one is fetched");
    until("the newer one", || (body(address, "/a?tag=red") != before).then_some(()));
    assert!(is_kept(address, "/a?tag=red"));
}

/// What the app said before the purge is not what it says now.
#[test]
fn a_reply_that_was_on_its_way_is_not_kept() {
    let project = project("memory = '8MB'");
    let _running = project.run(&[]);
    let address = project.address();
    let slow = std::thread::spawn(move || body(address, "/slow?tag=red"));
    until("the app has it", || (body(address, "/held") == "1").then_some(()));
    purge(&project, &["--tag", "red"]);
    body(address, "/go");
    let before = slow.join().unwrap();
    let after = body(address, "/slow?tag=red");
    assert_ne!(after, before);
    assert_eq!(body(address, "/slow?tag=red"), after);
}
