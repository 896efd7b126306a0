use super::site::*;
use crate::cache::store::disk::CacheError;
use crate::cache::store::sample::{self as samples, Sample};
use base::clock;
use model::api::DiskState;
use std::fs;
use std::time::Duration;

#[test]
fn replies_survive_a_restart() {
    let site = Site::new();
    let run = site.run();
    for number in 0..200 {
        site.offer(&run, &sample(&format!("http://a/{number}")));
    }
    site.settle(&run);
    assert_eq!(run.disk.status().objects, 200);
    site.wait(run.disk.close());
    assert!(site.load(&run, "http://a/1").is_none(), "the folder may be another's by now");
    drop(run);
    let run = site.run();
    for number in 0..200 {
        let url = format!("http://a/{number}");
        let held = site.load(&run, &url).unwrap();
        assert_eq!((held.key(), &held.stored().body[..]), (&key(&url), url.as_bytes()));
    }
    assert_eq!((run.disk.status().objects, run.disk.status().corrupt), (200, 0));
    assert_eq!(run.disk.status().bytes, 200 * 4_096);
    assert_eq!(site.told(), Vec::<String>::new());
}

#[test]
fn replies_survive_a_kill_and_drafts_do_not() {
    let site = Site::new();
    let run = site.run();
    site.keep(&run, &sample("http://a/x"));
    kill(run);
    let place = site.files().pop().unwrap();
    fs::write(place.with_extension("new"), b"half").unwrap();
    fs::write(place.with_file_name("strange"), b"not ours").unwrap();
    let run = site.run();
    assert!(site.load(&run, "http://a/x").is_some());
    let names: Vec<_> =
        site.files().iter().map(|file| file.file_name().unwrap().to_owned()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names.contains(&"strange".into()));
}

#[test]
fn variants_are_told_apart_and_the_newest_of_each_stays() {
    let site = Site::new();
    let run = site.run();
    let of =
        |variant, body: &str| Sample { variant, body: body.into(), ..Sample::of("http://a/x") };
    for (variant, body) in [(1, "old"), (2, "two"), (1, "one")] {
        site.offer(&run, &of(variant, body));
        site.settle(&run);
    }
    let check = |run: &Run| {
        for (variant, body) in [("1", Some("one")), ("2", Some("two")), ("3", None)] {
            let fit =
                |asks: &[crate::cache::Ask]| asks[0].value.as_deref() == Some(variant.as_bytes());
            let held = site.wait(run.disk.load(&key("http://a/x"), &fit));
            let found = held.as_ref().map(|held| std::str::from_utf8(&held.stored().body).unwrap());
            assert_eq!(found, body);
            held.iter().for_each(|held| run.memory.forget(held));
        }
        assert_eq!((run.disk.status().objects, site.files().len()), (2, 2));
    };
    check(&run);
    kill(run);
    check(&site.run());
}

#[test]
fn a_newer_file_wins_whoever_is_found_first() {
    let site = Site::new();
    let run = site.run();
    site.keep(&run, &Sample { body: b"old".into(), ..Sample::of("http://a/x") });
    let old = site.files().pop().unwrap();
    let bytes = fs::read(&old).unwrap();
    site.keep(&run, &Sample { body: b"new".into(), ..Sample::of("http://a/x") });
    kill(run);
    // As if it had not been removed before the crash.
    fs::write(&old, bytes).unwrap();
    let run = site.run();
    assert_eq!(&site.load(&run, "http://a/x").unwrap().stored().body[..], b"new");
    assert_eq!(site.files().len(), 1);
}

#[test]
fn what_comes_from_disk_is_in_memory_then() {
    let site = Site::new();
    let run = site.run();
    site.keep(&run, &sample("http://a/x"));
    let held = site.wait(run.disk.load(&key("http://a/x"), &|_| true)).unwrap();
    let found = run.memory.find(&key("http://a/x"), |_| true).unwrap();
    assert!(std::sync::Arc::ptr_eq(&held, &found));
}

#[test]
fn what_somebody_still_uses_is_purged_as_well() {
    for soft in [false, true] {
        let site = Site::new();
        let run = site.run();
        site.keep(&run, &tagged("http://a/x", "t"));
        let held = site.load(&run, "http://a/x").unwrap();
        // In force at once, before any file was looked at.
        let what = crate::cache::store::What::Tag((*b"t").into());
        let (rule, begun) = run.disk.begin(crate::cache::store::Purge { what, soft });
        run.memory.carry_out(&rule);
        let again = site.load(&run, "http://a/x");
        assert_eq!(again.is_some_and(|held| held.is_purged()), soft);
        site.wait(run.disk.finish(begun)).unwrap();
        drop(held);
    }
}

#[test]
fn what_is_too_large_for_memory_is_read_once_for_all_who_use_it() {
    let site = Site::new();
    let run = site.run();
    let large = Sample { body: vec![b'x'; 500_000], ..Sample::of("http://a/large") };
    site.keep(&run, &large);
    let load = || site.wait(run.disk.load(&key("http://a/large"), &|_| true)).unwrap();
    let (one, two) = (load(), load());
    assert!(std::sync::Arc::ptr_eq(&one, &two) && one.stored().body.len() == 500_000);
    assert!(run.memory.find(&key("http://a/large"), |_| true).is_none());
    let both = site.wait(async {
        let (large, all) = (key("http://a/large"), |_: &[crate::cache::Ask]| true);
        tokio::join!(run.disk.load(&large, &all), run.disk.load(&large, &all))
    });
    assert!(both.0.is_some() && both.1.is_some());
}

#[test]
fn the_folder_is_bounded_and_what_is_used_stays() {
    let site = Site::new();
    let run = site.start(1_000_000);
    site.until(&run, |status| status.state == DiskState::Ready);
    let of = |name: &str| Sample { body: vec![b'x'; 10_000], ..Sample::of(name) };
    site.offer(&run, &of("http://a/used"));
    site.settle(&run);
    for number in 0..300 {
        site.offer(&run, &of(&format!("http://a/{number}")));
        if number % 10 == 0 {
            site.settle(&run);
            assert!(site.load(&run, "http://a/used").is_some(), "{number}");
        }
    }
    site.settle(&run);
    let status = run.disk.status();
    assert!(status.bytes <= 1_000_000 && status.evicted > 200, "{status:?}");
    assert_eq!(site.files().len() as u64, status.objects);
    let bytes: u64 = site.files().iter().map(|file| file.metadata().unwrap().len()).sum();
    assert!(bytes <= 1_000_000, "{bytes}");
    run.disk.resize(300_000);
    site.settle(&run);
    assert!(run.disk.status().bytes <= 300_000);
    assert_eq!(site.files().len() as u64, run.disk.status().objects);
    // With less room than is taken, a run removes what is too much.
    kill(run);
    let run = site.start(100_000);
    site.until(&run, |status| status.state == DiskState::Ready);
    assert_eq!(site.files().len() as u64, run.disk.status().objects);
    assert!(run.disk.status().bytes <= 100_000);
}

#[test]
fn what_lives_shortly_is_not_written() {
    let site = Site::new();
    let run = site.run();
    let short = sample("http://a/x").stored();
    assert_eq!(short.times.came_ms, 0, "it was of use long ago");
    let held = crate::cache::store::Held::new(key("http://a/x"), short, run.memory.mark());
    run.disk.keep(&std::sync::Arc::new(held));
    site.settle(&run);
    assert!(site.files().is_empty());
    // And what was there for the same requests is not what the app says any more.
    site.keep(&run, &sample("http://a/x"));
    let held = crate::cache::store::Held::new(
        key("http://a/x"),
        sample("http://a/x").stored(),
        run.memory.mark(),
    );
    run.disk.keep(&std::sync::Arc::new(held));
    site.settle(&run);
    assert!(site.files().is_empty() && site.load(&run, "http://a/x").is_none());
}

#[test]
fn two_do_not_share_a_folder() {
    let site = Site::new();
    let first = site.claim().unwrap();
    let error = site.claim().unwrap_err();
    assert!(matches!(error, CacheError::Taken(_)), "{error}");
    assert!(error.to_string().contains("edge.cache.folder"), "{error}");
    drop(first);
    site.claim().unwrap();
}

#[test]
fn a_folder_with_other_things_is_left_alone() {
    let site = Site::new();
    fs::create_dir_all(site.folder.join("objects/pack")).unwrap();
    fs::write(site.folder.join("HEAD"), b"ref: refs/heads/main").unwrap();
    let error = site.claim().unwrap_err();
    assert!(matches!(error, CacheError::Foreign(_)), "{error}");
    assert!(site.folder.join("objects/pack").is_dir());
    assert!(!site.folder.join("lock").exists());
}

#[test]
fn a_folder_of_another_version_begins_empty() {
    for title in
        ["ostler-cache 2 7\n", "ostler-cache 1 7", "ostler-cache 1 99999999999\n", "ostler-cache"]
    {
        let site = Site::new();
        let run = site.run();
        site.keep(&run, &sample("http://a/x"));
        kill(run);
        fs::write(site.folder.join("ostler-cache"), title).unwrap();
        let run = site.run();
        assert!(site.load(&run, "http://a/x").is_none(), "{title:?}");
        assert!(site.told().iter().any(|line| line.contains("begins empty")), "{title:?}");
        site.keep(&run, &sample("http://a/y"));
        assert_eq!(site.files().len(), 1);
    }
}

#[test]
fn without_rights_it_says_why_and_what_to_do() {
    let site = Site::new();
    fs::write(site.folder.join("file"), b"").unwrap();
    let folder = site.folder.join("file/cache");
    let disk = Some(config::CacheDisk { bytes: 8_000_000, folder });
    let settings = config::CacheStore { disk, ..Default::default() };
    let error = crate::cache::store::CacheFolder::claim(&settings, false).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("the cache cannot use its folder"), "{text}");
    assert!(text.contains("file/cache"), "{text}");
}

#[test]
fn requests_are_served_while_much_is_looked_through() {
    let site = Site::new();
    let run = site.start(64_000_000);
    for number in 0..2_000 {
        site.offer(&run, &sample(&format!("http://a/{number}")));
    }
    site.settle(&run);
    kill(run);
    let run = site.start(64_000_000);
    let begun = clock::now();
    site.keep(&run, &sample("http://b/x"));
    assert!(begun.elapsed() < Duration::from_secs(10));
    site.until(&run, |status| status.state == DiskState::Ready);
    assert_eq!(run.disk.status().objects, 2_001);
    assert_eq!(samples::variant(site.load(&run, "http://a/1999").unwrap().stored()), 0);
}

#[test]
fn nobody_waits_for_a_lock_while_the_disk_is_slow() {
    let site = Site::new();
    let run = site.run();
    site.keep(&run, &sample("http://a/there"));
    site.faults.slow_ms.store(300, std::sync::atomic::Ordering::Relaxed);
    (0..5).for_each(|number| site.offer(&run, &sample(&format!("http://a/{number}"))));
    let begun = clock::now();
    let mut longest = Duration::ZERO;
    while begun.elapsed() < Duration::from_millis(1_000) {
        let asked = clock::now();
        assert!(site.load(&run, "http://a/there").is_some());
        assert!(site.load(&run, "http://a/absent").is_none());
        longest = longest.max(asked.elapsed());
    }
    assert!(longest < Duration::from_millis(200), "{longest:?}");
    site.faults.slow_ms.store(0, std::sync::atomic::Ordering::Relaxed);
    site.settle(&run);
    assert_eq!(run.disk.status().objects, 6);
}
