use super::site::*;
use crate::cache::store::disk::claim::Claimed;
use crate::cache::store::purge::What;
use base::random::Random;
use model::api::DiskState;
use std::fs;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// Whatever is done to a file, what is found is what was written, or nothing.
#[test]
fn files_that_were_changed_are_never_served() {
    let site = Site::new();
    let run = site.run();
    let urls: Vec<String> = (0..120).map(|number| format!("http://a/{number}")).collect();
    urls.iter().for_each(|url| site.offer(&run, &sample(url)));
    site.settle(&run);
    let mut random = Random::new(5);
    for file in site.files() {
        let mut bytes = fs::read(&file).unwrap();
        match random.below(4) {
            0 => bytes.truncate(random.below(bytes.len() as u64) as usize),
            1 => bytes.extend_from_slice(b"more"),
            2 => {
                // But for the byte that soft purges change.
                let at = random.below(44) as usize;
                bytes[at] ^= 1 << random.below(8);
            }
            _ => {
                let at = 48 + random.below(bytes.len() as u64 - 48) as usize;
                bytes[at] ^= 1 << random.below(8);
            }
        }
        fs::write(&file, bytes).unwrap();
    }
    for (at, url) in urls.iter().enumerate() {
        if at == 60 {
            break;
        }
        assert!(site.load(&run, url).is_none(), "{url}");
        assert!(site.load(&run, url).is_none(), "{url}");
    }
    assert_eq!(run.disk.status().corrupt, 60);
    assert_eq!(site.files().len(), 60, "they are removed");
    let told = site.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("was not as written"), "{told:?}");
    // The next run finds most of them at once; a body it looks at when it is wanted.
    kill(run);
    let run = site.run();
    urls.iter().for_each(|url| assert!(site.load(&run, url).is_none(), "{url}"));
    assert_eq!((run.disk.status().corrupt, site.files().len()), (60, 0));
    assert_eq!(run.disk.status().objects, 0);
}

#[test]
fn torn_writes_are_noticed() {
    let site = Site::new();
    let run = site.run();
    site.faults.torn.store(true, Relaxed);
    site.offer(&run, &sample("http://a/x"));
    site.settle(&run);
    assert_eq!(run.disk.status().objects, 1, "nobody was told");
    assert!(site.load(&run, "http://a/x").is_none());
    assert_eq!((run.disk.status().corrupt, site.files().len()), (1, 0));
    site.offer(&run, &sample("http://a/y"));
    site.settle(&run);
    kill(run);
    site.faults.torn.store(false, Relaxed);
    let run = site.run();
    assert!(site.load(&run, "http://a/y").is_none());
    assert_eq!(site.files().len(), 0);
}

#[test]
fn a_full_disk_is_told_once_and_used_again_when_there_is_room() {
    let site = Site::new();
    let run = site.run();
    site.keep(&run, &sample("http://a/before"));
    site.faults.full.store(true, Relaxed);
    for number in 0..20 {
        site.offer(&run, &sample(&format!("http://a/{number}")));
    }
    site.settle(&run);
    let status = run.disk.status();
    assert_eq!((status.state, status.refused, status.objects), (DiskState::Paused, 20, 1));
    assert_eq!(site.files().len(), 1, "halves are removed");
    assert!(site.load(&run, "http://a/before").is_some(), "reading goes on");
    let told = site.told();
    assert!(told.len() == 1 && told[0].contains("make room"), "{told:?}");
    site.faults.full.store(false, Relaxed);
    let mut number = 100;
    while run.disk.status().state == DiskState::Paused {
        site.offer(&run, &sample(&format!("http://a/{number}")));
        site.settle(&run);
        number += 1;
        assert!(number < 1_000);
        std::thread::sleep(Duration::from_millis(20));
    }
    let told = site.told();
    assert!(told.len() == 2 && told[1].contains("again"), "{told:?}");
    site.keep(&run, &sample("http://a/after"));
}

#[test]
fn at_the_start_a_disk_without_room_or_rights_is_an_error() {
    let site = Site::new();
    for fault in [&site.faults.full, &site.faults.read_only] {
        fault.store(true, Relaxed);
        let opened = Claimed::open(site.faults.clone(), &site.folder, None);
        assert!(opened.is_err());
        fault.store(false, Relaxed);
    }
    site.keep(&site.run(), &sample("http://a/x"));
}

#[test]
fn a_slow_disk_loses_stores_and_nothing_else() {
    let site = Site::new();
    let run = site.run();
    site.faults.slow_ms.store(20, Relaxed);
    for number in 0..200 {
        let body = vec![b'x'; 900_000];
        let one =
            crate::cache::store::sample::Sample { body, ..sample(&format!("http://a/{number}")) };
        site.offer(&run, &one);
    }
    assert!(run.disk.status().slow > 100, "{:?}", run.disk.status());
    site.faults.slow_ms.store(0, Relaxed);
    site.settle(&run);
    site.keep(&run, &sample("http://a/x"));
    assert_eq!(run.disk.queued_bytes(), 0);
}

#[test]
fn a_purge_that_cannot_be_noted_empties_the_disk() {
    let site = Site::new();
    let run = site.run();
    site.keep(&run, &tagged("http://a/x", "t"));
    site.keep(&run, &sample("http://a/y"));
    site.faults.full.store(true, Relaxed);
    site.purge(&run, hard(What::Tag((*b"t").into())));
    kill(run);
    site.faults.full.store(false, Relaxed);
    let run = site.run();
    assert!(site.load(&run, "http://a/x").is_none());
    assert!(site.load(&run, "http://a/y").is_none());
}

#[test]
fn on_a_disk_that_refuses_everything_a_purge_says_so() {
    let site = Site::new();
    let run = site.run();
    site.keep(&run, &tagged("http://a/x", "t"));
    site.faults.read_only.store(true, Relaxed);
    let (_, begun) = run.disk.begin(hard(What::Tag((*b"t").into())));
    assert!(site.wait(run.disk.finish(begun)).is_err());
    assert!(site.load(&run, "http://a/x").is_none(), "it holds until the end");
    site.faults.read_only.store(false, Relaxed);
}
