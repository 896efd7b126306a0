use super::purge::{Purge, What};
use super::sample::Sample;
use super::{CacheFolder, Store};
use crate::news;
use base::clock;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn start(folder: &Folder, takes_over: bool) -> Arc<Store> {
    let disk = Some(config::CacheDisk { bytes: 8_000_000, folder: folder.0.clone() });
    let settings = config::CacheStore { disk, ..Default::default() };
    let claimed = CacheFolder::claim(&settings, takes_over).unwrap();
    Store::start(&settings, &claimed, &news::channel().0).unwrap()
}

fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = clock::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn objects(store: &Store) -> u64 {
    store.status().disk.map_or(0, |disk| disk.objects)
}

/// The new process serves with memory alone until the old one lets go of the folder; what is purged
/// meanwhile does not come back with it.
#[test]
fn purges_while_the_folder_is_somebody_elses_hold_for_it_too() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = std::env::temp_dir().join(format!("ostler-store-{}", std::process::id()));
    let folder = Folder(folder);
    let old = start(&folder, false);
    let tagged = |url: &str, tag: &str| Sample { tags: vec![tag.into()], ..Sample::of(url) };
    let all = [tagged("http://a/1", "x"), tagged("http://a/2", "y"), tagged("http://a/3", "z")];
    for one in &all {
        old.keep(one.key(), one.lasting(), old.mark()).unwrap();
    }
    until("they are on disk", || objects(&old) == 3);
    let new = start(&folder, true);
    assert!(new.status().disk.is_none());
    new.invalidate(Purge { what: What::Key(all[0].key()), soft: false });
    let purging = {
        let new = new.clone();
        std::thread::spawn(move || {
            let purge = Purge { what: What::Tag((*b"y").into()), soft: false };
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(new.purge(purge)).unwrap()
        })
    };
    std::thread::sleep(Duration::from_millis(100));
    runtime.block_on(old.close());
    assert!(!purging.join().unwrap().complete);
    until("the folder is the new one's", || new.status().disk.is_some());
    let found = |one: &Sample| runtime.block_on(new.load(&one.key(), |_| true)).is_some();
    until("it was looked through", || found(&all[2]));
    assert!(!found(&all[0]) && !found(&all[1]));
    until("they are removed", || objects(&new) == 1);
}
