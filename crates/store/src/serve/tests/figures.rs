use super::folder;
use super::peer::{Peer, store};
use crate::log::writer::Policy;
use crate::serve::{Figures, Settings, Store};
use std::time::Duration;

/// Wait until they are as they should be.
fn until(store: &Store, holds: impl Fn(&Figures) -> bool) -> Figures {
    for _ in 0..200 {
        let figures = store.watch().figures();
        if holds(&figures) {
            return figures;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{:?}", store.watch().figures());
}

#[test]
fn figures_say_how_the_store_is() {
    let folder = folder("figures");
    let kept = Some(folder.path().to_owned());
    let (store, address) = store(Settings { folder: kept, ..Settings::default() });
    let mut peer = Peer::new(address);
    for n in 0..10 {
        peer.ask(&format!("SET key{n} value"), "+OK\r\n");
    }
    peer.ask("PEXPIRE key1 1", ":1\r\n");
    peer.ask("PEXPIRE key2 1000000", ":1\r\n");
    std::thread::sleep(Duration::from_millis(5));
    peer.ask("GET key1", "$-1\r\n");
    peer.ask("GET key3", "$5\r\nvalue\r\n");
    let figures = until(&store, |figures| figures.hits == 1 && figures.behind == 0);
    assert_eq!((figures.keys, figures.expiring), (9, 1));
    assert_eq!((figures.misses, figures.expired), (1, 1));
    assert_eq!((figures.clients, figures.accepted, figures.rejected), (1, 1, 0));
    assert!(figures.commands >= 14 && figures.received_bytes > 100 && figures.sent_bytes > 50);
    assert_eq!((figures.policy, figures.refuses), (Some(Policy::Always), None));
    assert!(figures.log_bytes > 100 && figures.syncs > 0 && figures.failures == 0);
    until(&store, |figures| figures.commands_per_second > 0);
    until(&store, |figures| figures.commands_per_second == 0);
    drop(peer);
    until(&store, |figures| figures.clients == 0);
    assert!(!store.has_ended());
    assert!(store.stop());
}

#[test]
fn without_a_folder_nothing_is_said_of_one() {
    let (store, address) = store(Settings::default());
    Peer::new(address).ask("SET a 1", "+OK\r\n");
    let figures = until(&store, |figures| figures.keys == 1);
    assert_eq!((figures.policy, figures.behind, figures.log_bytes), (None, 0, 0));
}
