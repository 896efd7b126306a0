use super::Desk;
use super::session::{cookie, now};
use crate::gate::{self, Caller, Peer};
use crate::session::{self, Session};
use hyper::header::HeaderMap;
use std::sync::PoisonError;

/// Who sent a request, and how that is known.
#[derive(Debug)]
pub(crate) struct Visit {
    /// Where the connection comes from.
    pub peer: Peer,
    /// Who it is.
    pub caller: Caller,
    /// Its cookie and the session of that, if it has one.
    pub session: Option<(String, Session)>,
}

impl Visit {
    pub fn of(desk: &Desk, peer: Peer, headers: &HeaderMap) -> Self {
        let session = session::given(headers, &cookie(peer)).and_then(|id| {
            let users = desk.running.users();
            let mut sessions = desk.sessions.lock().unwrap_or_else(PoisonError::into_inner);
            Some((id.to_owned(), sessions.find(now(), id, &users)?))
        });
        let known = session.as_ref().map(|(_, session)| session);
        let caller = gate::identify(peer, headers, &desk.settings.token, known);
        Visit { peer, caller, session }
    }

    pub fn session(&self) -> Option<&Session> {
        self.session.as_ref().map(|(_, session)| session)
    }

    /// It still holds: nobody logged out, and the user is still there.
    pub fn holds(&self, desk: &Desk) -> bool {
        let Some((id, _)) = &self.session else { return true };
        let users = desk.running.users();
        desk.sessions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .find(now(), id, &users)
            .is_some()
    }
}
