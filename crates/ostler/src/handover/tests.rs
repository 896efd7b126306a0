use super::*;
use std::cell::RefCell;
use std::io;
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

/// An old process.
struct Old {
    folder: PathBuf,
    edge: TcpListener,
    tcp: TcpListener,
    admin: UnixListener,
    store: Option<(TcpListener, UnixListener)>,
    /// Why it keeps its store.
    keeps: Option<&'static str>,
    done: RefCell<Vec<String>>,
}

impl Old {
    fn new(name: &str, with_store: bool) -> Self {
        let folder = std::env::temp_dir().join(format!("ostler-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let tcp = || TcpListener::bind("127.0.0.1:0").unwrap();
        let unix = |name: &str| UnixListener::bind(folder.join(name)).unwrap();
        Old {
            edge: tcp(),
            tcp: tcp(),
            admin: unix("admin.sock"),
            store: with_store.then(|| (tcp(), unix("store.sock"))),
            folder,
            keeps: None,
            done: RefCell::default(),
        }
    }

    /// Give to what `new` does on another thread; what that gives, and the version it said.
    fn give<T: Send + 'static>(
        &self,
        new: impl FnOnce(&Path) -> T + Send + 'static,
    ) -> (T, String) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let path = self.folder.join("handover.sock");
        runtime.block_on(async {
            let listener = tokio::net::UnixListener::bind(&path).unwrap();
            let new = std::thread::spawn(move || new(&path));
            let version = give(&listener, self).await;
            (new.join().unwrap(), version)
        })
    }
}

impl Drop for Old {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Owner for Old {
    fn estate(&self) -> io::Result<Estate> {
        let lock = std::fs::File::open("/dev/null")?.into();
        let (edge, admin_tcp) = (vec![self.edge.try_clone()?], Some(self.tcp.try_clone()?));
        let store = self.store.as_ref().map(|(tcp, unix)| PassedStore {
            tcp: vec![tcp.try_clone().unwrap()],
            unix: vec![unix.try_clone().unwrap()],
            url: "redis://:secret@127.0.0.1:1".into(),
            folder: Some("/srv/store".into()),
        });
        Ok(Estate { lock, admin: self.admin.try_clone()?, admin_tcp, edge, store })
    }

    async fn give_up_store(&self) -> Result<(), String> {
        self.done.borrow_mut().push("gave".into());
        self.keeps.map_or(Ok(()), |why| Err(why.into()))
    }

    async fn take_store_back(&self) {
        self.done.borrow_mut().push("took back".into());
    }

    fn failed(&self, error: io::Error) {
        self.done.borrow_mut().push(error.to_string());
    }
}

const ENDED: &str = "the new Ostler ended before it served";

#[test]
fn everything_arrives_and_a_failed_try_is_forgiven() {
    let old = Old::new("handover", false);
    let wanted = (old.edge.local_addr().unwrap(), old.tcp.local_addr().unwrap());
    let (found, version) = old.give(|path| {
        drop(take(path).unwrap());
        let (estate, taken) = take(path).unwrap();
        taken.ready().unwrap();
        assert!(estate.admin.local_addr().unwrap().as_pathname().is_some());
        assert!(estate.store.is_none());
        let tcp = estate.admin_tcp.unwrap().local_addr().unwrap();
        (estate.edge.first().unwrap().local_addr().unwrap(), tcp)
    });
    assert_eq!(version, env!("CARGO_PKG_VERSION"));
    assert_eq!(found, wanted);
    assert_eq!(*old.done.borrow(), [ENDED]);
}

#[test]
fn the_store_is_given_up_when_it_is_asked_for_and_taken_back_from_who_fails() {
    let old = Old::new("handover-store", true);
    let wanted = old.store.as_ref().unwrap().0.local_addr().unwrap();
    let (found, _) = old.give(|path| {
        let (_, mut taken) = take(path).unwrap();
        taken.ask_store().unwrap();
        drop(taken);
        let (estate, mut taken) = take(path).unwrap();
        taken.ask_store().unwrap();
        taken.ready().unwrap();
        estate.store.unwrap()
    });
    assert_eq!(found.tcp.first().unwrap().local_addr().unwrap(), wanted);
    assert!(found.unix.first().unwrap().local_addr().unwrap().as_pathname().is_some());
    assert_eq!(found.url, "redis://:secret@127.0.0.1:1");
    assert_eq!(found.folder.as_deref(), Some(Path::new("/srv/store")));
    assert_eq!(*old.done.borrow(), ["gave", "took back", ENDED, "gave"]);
}

#[test]
fn a_store_that_is_kept_says_why() {
    let mut old = Old::new("handover-kept", true);
    old.keeps = Some("the disk\nis full");
    let (why, _) = old.give(|path| {
        let (_, mut taken) = take(path).unwrap();
        let why = taken.ask_store().unwrap_err().to_string();
        taken.ready().unwrap();
        why
    });
    assert_eq!(why, "the disk is full");
    assert_eq!(*old.done.borrow(), ["gave"], "what was kept is not taken back");
}
