use super::{TOKEN_USER, User};
use crate::gate::Role;
use std::collections::HashMap;
use std::time::Duration;

/// More are open at no time: the one that was used least lately goes.
pub(super) const SESSIONS_MAX: usize = 256;
/// One that is not used ends.
pub(super) const IDLE_MAX: Duration = Duration::from_secs(12 * 3600);
/// However much it is used.
pub(super) const AGE_MAX: Duration = Duration::from_secs(7 * 86_400);

/// One browser that is logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The name of the user, or [`TOKEN_USER`].
    pub user: String,
    /// What it may do.
    pub role: Role,
    /// What changes must carry.
    pub csrf: String,
    /// The user's password hash at the login; a new password ends the session. Empty for the token.
    pub(super) password: String,
    pub(super) opened: Duration,
    pub(super) used: Duration,
}

/// All of them, by the secret of their cookie. Times count from any fixed point.
#[derive(Debug, Default)]
pub struct Sessions(HashMap<String, Session>);

impl Sessions {
    /// Open one with fresh secrets.
    pub fn open(
        &mut self,
        now: Duration,
        id: String,
        csrf: String,
        user: Option<&User>,
    ) -> Session {
        self.0.retain(|_, session| session.holds(now));
        if self.0.len() >= SESSIONS_MAX {
            let oldest = self.0.iter().min_by_key(|(_, session)| session.used);
            if let Some(id) = oldest.map(|(id, _)| id.clone()) {
                self.0.remove(&id);
            }
        }
        let session = Session {
            user: user.map_or(TOKEN_USER, |user| &user.name).into(),
            role: user.map_or(Role::Admin, |user| user.role),
            csrf,
            password: user.map_or(String::new(), |user| user.password.clone()),
            opened: now,
            used: now,
        };
        self.0.insert(id, session.clone());
        session
    }

    /// The one of this cookie, with the role that its user has now. It ends with its user.
    pub fn find(&mut self, now: Duration, id: &str, users: &[User]) -> Option<Session> {
        let session = self.0.get_mut(id)?;
        let user = users
            .iter()
            .find(|user| user.name == session.user && user.password == session.password);
        let of_token = session.password.is_empty();
        if !session.holds(now) || !(of_token || user.is_some()) {
            self.0.remove(id);
            return None;
        }
        session.used = now;
        session.role = user.map_or(Role::Admin, |user| user.role);
        Some(session.clone())
    }

    /// End it.
    pub fn close(&mut self, id: &str) -> Option<Session> {
        self.0.remove(id)
    }

    /// How many are open.
    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }
}

impl Session {
    fn holds(&self, now: Duration) -> bool {
        now.saturating_sub(self.used) < IDLE_MAX && now.saturating_sub(self.opened) < AGE_MAX
    }
}
