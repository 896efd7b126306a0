//! The way to the store inside this process.

use super::client::Shared;
use super::resp;
use super::script::{SCRIPTS, text};
use super::way::{Reply, Unanswered, Way};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// The store inside this process, as the edge sees it.
pub trait OwnStore: std::fmt::Debug + Send + Sync {
    /// Run a command. `answer` gets its reply in RESP2, on some thread, and must not wait; it is dropped when there
    /// will be none.
    fn call(&self, command: &[&[u8]], answer: Answered);
}

/// Gets a reply.
pub type Answered = Box<dyn FnOnce(&[u8]) + Send>;

/// One thread's way to it.
#[derive(Debug)]
pub struct Own {
    shared: Arc<Shared>,
    store: Arc<dyn OwnStore>,
    hashes: Arc<Mutex<[Vec<u8>; SCRIPTS]>>,
}

impl Own {
    /// A way to `store`.
    pub fn new(shared: &Arc<Shared>, store: &Arc<dyn OwnStore>) -> Rc<Self> {
        let hashes = Arc::new(Mutex::<[Vec<u8>; SCRIPTS]>::default());
        for number in 0..SCRIPTS {
            let hashes = hashes.clone();
            let learn = move |reply: &[u8]| {
                let mut hashes = hashes.lock().unwrap_or_else(PoisonError::into_inner);
                if let (Ok(Some((resp::Value::Bulk(hash), _))), Some(slot)) =
                    (resp::read(reply), hashes.get_mut(number))
                {
                    *slot = hash;
                }
            };
            store.call(&[b"SCRIPT", b"LOAD", text(number).as_bytes()], Box::new(learn));
        }
        Rc::new(Own { shared: shared.clone(), store: store.clone(), hashes })
    }
}

impl Way for Own {
    fn send(&self, parts: &[&[u8]]) -> Reply {
        let (tell, told) = oneshot::channel();
        self.store.call(parts, Box::new(move |reply| drop(tell.send(resp::read(reply)))));
        let shared = self.shared.clone();
        Box::pin(async move {
            let Ok(Ok(Some((value, _)))) = told.await else { return Err(Unanswered) };
            shared.found();
            Ok(value)
        })
    }

    fn give_up(&self) {
        self.shared.lost("it does not answer in time");
    }

    fn hash(&self, number: usize) -> Vec<u8> {
        let hashes = self.hashes.lock().unwrap_or_else(PoisonError::into_inner);
        hashes.get(number).cloned().unwrap_or_default()
    }
}
