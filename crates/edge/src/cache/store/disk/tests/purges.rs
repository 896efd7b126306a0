use super::site::*;
use crate::cache::store::purge::{Purge, What};
use std::fs;
use std::sync::Arc;

fn soft(what: What) -> Purge {
    Purge { what, soft: true }
}

fn whats() -> [(What, [bool; 3]); 4] {
    // Which of a/x (tag t), a/y and b/x (tag t) are meant.
    [
        (What::Key(key("http://a/x")), [true, false, false]),
        (What::Prefix((*b"http://a/").into()), [true, true, false]),
        (What::Tag((*b"t").into()), [true, false, true]),
        (What::All, [true, true, true]),
    ]
}

const URLS: [&str; 3] = ["http://a/x", "http://a/y", "http://b/x"];

fn fill(site: &Site, run: &Run) {
    site.offer(run, &tagged(URLS[0], "t"));
    site.offer(run, &sample(URLS[1]));
    site.offer(run, &tagged(URLS[2], "t"));
    site.settle(run);
}

#[test]
fn a_purge_takes_what_is_meant_and_holds_after_a_kill() {
    for (what, meant) in whats() {
        let site = Site::new();
        let run = site.run();
        fill(&site, &run);
        let count = meant.iter().filter(|meant| **meant).count() as u64;
        assert_eq!(site.purge(&run, hard(what.clone())), (count, true), "{what:?}");
        let check = |run: &Run| {
            for (url, meant) in URLS.iter().zip(meant) {
                assert_eq!(site.load(run, url).is_none(), meant, "{what:?} {url}");
            }
        };
        check(&run);
        kill(run);
        let run = site.run();
        check(&run);
        // What is stored again is not meant.
        fill(&site, &run);
        URLS.iter().for_each(|url| assert!(site.load(&run, url).is_some()));
        kill(run);
        let run = site.run();
        URLS.iter().for_each(|url| assert!(site.load(&run, url).is_some(), "{what:?} {url}"));
    }
}

#[test]
fn a_soft_purge_makes_stale_and_holds_after_a_kill() {
    for (what, meant) in whats() {
        let site = Site::new();
        let run = site.run();
        fill(&site, &run);
        let count = meant.iter().filter(|meant| **meant).count() as u64;
        assert_eq!(site.purge(&run, soft(what.clone())), (count, true), "{what:?}");
        assert_eq!(site.purge(&run, soft(what.clone())), (0, true), "once is enough");
        let check = |run: &Run| {
            for (url, meant) in URLS.iter().zip(meant) {
                assert_eq!(site.load(run, url).unwrap().is_purged(), meant, "{what:?} {url}");
            }
        };
        check(&run);
        kill(run);
        check(&site.run());
    }
}

/// The purge is confirmed, and then everything ends before any file was looked at.
#[test]
fn a_purge_holds_though_nobody_has_looked_through_the_files() {
    for (what, meant) in whats() {
        for is_soft in [false, true] {
            let site = Site::new();
            let run = site.run();
            fill(&site, &run);
            let files: Vec<_> =
                site.files().into_iter().map(|file| (fs::read(&file).unwrap(), file)).collect();
            let is_one = matches!(what, What::Key(_));
            let (_, begun) = run.disk.begin(Purge { what: what.clone(), soft: is_soft });
            site.wait(run.disk.noted(begun)).unwrap();
            let journal = site.faults.appended.lock().unwrap().clone();
            kill(run);
            if !(is_one || matches!(what, What::All)) || is_soft {
                // As if the sweep had not begun.
                fs::write(site.folder.join("purges"), journal).unwrap();
                files.iter().for_each(|(bytes, file)| fs::write(file, bytes).unwrap());
            }
            let run = site.run();
            for (url, meant) in URLS.iter().zip(meant) {
                let held = site.load(&run, url);
                let is_fresh = held.as_ref().is_some_and(|held| !held.is_purged());
                assert_eq!(!is_fresh, meant, "{what:?} {is_soft} {url}");
                assert!(is_soft <= held.is_some());
            }
        }
    }
}

#[test]
fn what_waits_to_be_written_is_purged_as_well() {
    for (what, meant) in whats() {
        let site = Site::new();
        let run = site.run();
        site.faults.slow_ms.store(30, std::sync::atomic::Ordering::Relaxed);
        site.offer(&run, &tagged(URLS[0], "t"));
        site.offer(&run, &sample(URLS[1]));
        site.offer(&run, &tagged(URLS[2], "t"));
        run.disk.begin(hard(what.clone()));
        site.faults.slow_ms.store(0, std::sync::atomic::Ordering::Relaxed);
        site.settle(&run);
        for (url, meant) in URLS.iter().zip(meant) {
            assert_eq!(site.load(&run, url).is_none(), meant, "{what:?} {url}");
        }
        assert_eq!(site.files().len(), meant.iter().filter(|meant| !**meant).count());
    }
}

#[test]
fn purges_while_files_are_looked_through_take_all_of_them() {
    let site = Site::new();
    let run = site.start(64_000_000);
    for number in 0..1_000 {
        site.offer(&run, &tagged(&format!("http://a/{number}"), "t"));
    }
    site.settle(&run);
    kill(run);
    for (what, left) in [(What::Key(key("http://a/999")), 999), (What::Tag((*b"t").into()), 0)] {
        let run = site.start(64_000_000);
        site.purge(&run, hard(what));
        site.until(&run, |status| status.state == model::api::DiskState::Ready);
        site.settle(&run);
        assert_eq!(site.files().len(), left);
        kill(run);
    }
}

#[test]
fn a_journal_that_is_not_as_written_empties_the_disk() {
    let site = Site::new();
    let run = site.run();
    fill(&site, &run);
    let (_, begun) = run.disk.begin(hard(What::Tag((*b"t").into())));
    site.wait(run.disk.noted(begun)).unwrap();
    kill(run);
    let rule = crate::cache::store::purge::Rule { number: 1, purge: hard(What::All) };
    let mut journal = super::super::journal::record(&rule);
    journal[20] ^= 1;
    fs::write(site.folder.join("purges"), journal).unwrap();
    let run = site.run();
    URLS.iter().for_each(|url| assert!(site.load(&run, url).is_none()));
    assert!(site.told().iter().any(|line| line.contains("begins empty")), "{:?}", site.told());
}

#[test]
fn many_purges_do_not_let_the_journal_grow() {
    let site = Site::new();
    let run = site.run();
    fill(&site, &run);
    for number in 0..300 {
        site.purge(&run, hard(What::Tag(format!("tag-{number}").into_bytes().into())));
        site.purge(&run, hard(What::Key(key(&format!("http://c/{number}")))));
    }
    site.settle(&run);
    assert_eq!(fs::read(site.folder.join("purges")).unwrap(), b"");
    URLS.iter().for_each(|url| assert!(site.load(&run, url).is_some()));
}

#[test]
fn a_reply_from_disk_is_one_of_now() {
    let site = Site::new();
    let run = site.run();
    fill(&site, &run);
    // More purges than are remembered for replies on their way.
    for number in 0..5_000 {
        run.memory.begin(hard(What::Key(key(&format!("http://c/{number}")))));
    }
    let held = site.wait(run.disk.load(&key(URLS[1]), &|_| true)).unwrap();
    assert_eq!(held.mark(), run.memory.mark());
    let found = run.memory.find(&key(URLS[1]), |_| true).unwrap();
    assert!(Arc::ptr_eq(&held, &found));
}

/// A purge comes while a file is on its way into its place.
#[test]
fn a_purge_at_any_moment_of_a_write_takes_it() {
    for (what, meant) in whats() {
        for delay_ms in [5, 25, 45, 65, 85] {
            let site = Site::new();
            let run = site.run();
            // Writing takes 40 ms in all: a file, then its new name.
            site.faults.slow_ms.store(20, std::sync::atomic::Ordering::Relaxed);
            site.offer(&run, &tagged(URLS[0], "t"));
            site.offer(&run, &sample(URLS[1]));
            std::thread::sleep(std::time::Duration::from_millis(delay_ms));
            site.purge(&run, hard(what.clone()));
            site.faults.slow_ms.store(0, std::sync::atomic::Ordering::Relaxed);
            site.settle(&run);
            let check = |run: &Run| {
                for (url, meant) in URLS.iter().zip(meant).take(2) {
                    assert_eq!(site.load(run, url).is_none(), meant, "{what:?} {delay_ms} {url}");
                }
            };
            check(&run);
            kill(run);
            check(&site.run());
        }
    }
}
