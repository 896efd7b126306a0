//! The way to the store for the rest of this process.

use edge::{Answered, OwnStore};
use std::sync::{PoisonError, RwLock};
use store::serve::{Figures, OwnClient, Store, Watch};

/// Leads to the store while it runs. While it does not, what is asked gets no answer.
#[derive(Debug, Default)]
pub struct Door(RwLock<Option<Open>>);

#[derive(Debug)]
struct Open {
    client: OwnClient,
    watch: Watch,
}

impl Door {
    /// It runs.
    pub fn open(&self, store: &Store) {
        let open = Open { client: store.client(), watch: store.watch() };
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(open);
    }

    /// It does not run any more.
    pub fn shut(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Look at it; None: it does not run.
    pub fn watch(&self) -> Option<Watch> {
        let open = self.0.read().unwrap_or_else(PoisonError::into_inner);
        open.as_ref().map(|open| open.watch.clone())
    }

    /// How it is; None: it does not run.
    pub fn figures(&self) -> Option<Figures> {
        self.watch().map(|watch| watch.figures())
    }
}

impl OwnStore for Door {
    fn call(&self, command: &[&[u8]], answer: Answered) {
        let open = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = &*open {
            open.client.call(command, answer);
        }
    }
}
