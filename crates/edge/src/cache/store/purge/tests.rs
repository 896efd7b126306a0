use super::*;
use crate::cache::Key;
use base::random::Random;

fn key(url: &str) -> Key {
    Key::of_url(url.as_bytes()).unwrap()
}

fn tags(tags: &[&str]) -> Vec<Box<[u8]>> {
    tags.iter().map(|tag| tag.as_bytes().into()).collect()
}

fn hard(what: What) -> Purge {
    Purge { what, soft: false }
}

#[test]
fn who_is_meant() {
    let one = key("https://a.example/blog/1?x");
    let check = |what: What, want: bool| {
        assert_eq!(what.is_for(&one, &tags(&["blog", "post-1"])), want, "{what:?}");
    };
    check(What::All, true);
    check(What::Key(one.clone()), true);
    check(What::Key(key("https://a.example/blog/1")), false);
    check(What::Key(key("http://a.example/blog/1?x")), false);
    check(What::Prefix((*b"https://a.example/blog/").into()), true);
    check(What::Prefix((*b"https://a.example/blog/2").into()), false);
    check(What::Tag((*b"post-1").into()), true);
    check(What::Tag((*b"post").into()), false);
}

#[test]
fn a_reply_on_its_way_is_purged_as_well() {
    let mut recent = Recent::new(Mark(40));
    let one = key("http://a/x");
    let before = recent.mark();
    let rule = recent.add(hard(What::Key(one.clone())));
    assert!(Mark(rule.number) > before);
    assert_eq!(recent.verdict(before, &one, &[]), Verdict::Gone);
    assert_eq!(recent.verdict(recent.mark(), &one, &[]), Verdict::Keep);
    assert_eq!(recent.verdict(before, &key("http://a/y"), &[]), Verdict::Keep);
    recent.add(Purge { what: What::Tag((*b"t").into()), soft: true });
    assert_eq!(recent.verdict(before, &key("http://a/y"), &tags(&["t"])), Verdict::Stale);
    assert_eq!(recent.verdict(before, &one, &tags(&["t"])), Verdict::Gone, "the harder one");
}

#[test]
fn what_is_not_remembered_counts_as_purged() {
    let mut recent = Recent::new(Mark(0));
    let (old, one) = (recent.mark(), key("http://a/x"));
    for number in 0..5_000 {
        recent.add(hard(What::Key(key(&format!("http://a/{number}")))));
    }
    assert_eq!(recent.verdict(old, &one, &[]), Verdict::Gone);
    assert_eq!(recent.verdict(Mark(4_000), &one, &[]), Verdict::Keep);
    assert_eq!(recent.verdict(Mark(4_000), &key("http://a/4500"), &[]), Verdict::Gone);
}

#[test]
fn too_many_purges_are_a_purge_of_everything() {
    let mut standing = Standing::default();
    for number in 1..=10_001 {
        let purge = hard(What::Tag(format!("tag-{number}").into_bytes().into()));
        standing.add(&Rule { number, purge });
        assert!(standing.len() <= 10_000);
    }
    assert_eq!(standing.verdict(Mark(10_000), &key("http://a/x"), &[]), Verdict::Gone);
    assert_eq!(standing.verdict(Mark(10_001), &key("http://a/x"), &[]), Verdict::Keep);
}

/// A purge of a few that fit one another in many ways.
fn any(random: &mut Random) -> Purge {
    let letter = |random: &mut Random| b'a' + random.below(3) as u8;
    let what = match random.below(8) {
        0 => What::All,
        1..4 => What::Key(key(&format!("http://h/{}", letter(random) as char))),
        4..6 => What::Tag([letter(random)].into()),
        _ => What::Prefix([b"http://h/", &[letter(random)][..]].concat().into()),
    };
    Purge { what, soft: random.below(2) == 0 }
}

#[test]
fn both_forms_say_the_same_as_the_plain_list() {
    for seed in 0..200 {
        let mut random = Random::new(seed);
        let (mut recent, mut standing) = (Recent::new(Mark(0)), Standing::default());
        let mut plain: Vec<Rule> = Vec::new();
        let mut settled = 0;
        for _ in 0..60 {
            let rule = recent.add(any(&mut random));
            standing.add(&rule);
            plain.push(rule);
            if random.below(20) == 0 {
                settled = recent.mark().0;
                standing.settle(settled);
            }
            let again = standing.rules();
            let mut copy = Standing::default();
            again.iter().for_each(|rule| copy.add(rule));
            let name = ["a", "b", "c", "ab"].into_iter().nth(random.below(4) as usize).unwrap();
            let (one, its) = (key(&format!("http://h/{name}")), tags(&[name, "b"]));
            let mark = Mark(random.below(recent.mark().0 + 1));
            let fits = |rule: &&Rule| rule.number > mark.0 && rule.purge.what.is_for(&one, &its);
            let want = |from: u64| {
                let meant = plain.iter().filter(fits).filter(|rule| rule.number > from);
                meant.map(|rule| rule.purge.verdict()).max().unwrap_or(Verdict::Keep)
            };
            assert_eq!(recent.verdict(mark, &one, &its), want(0));
            assert_eq!(standing.verdict(mark, &one, &its), want(settled));
            assert_eq!(copy.verdict(mark, &one, &its), want(settled));
        }
    }
}
