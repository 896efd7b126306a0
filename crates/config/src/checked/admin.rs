use std::net::SocketAddr;

/// `[admin]`: where status and commands are served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admin {
    /// TCP address beside the unix socket; None: unix socket only. Must be loopback without a token.
    pub listen: Option<SocketAddr>,
    /// Token that requests over TCP must carry (`Authorization: Bearer …`) to change anything.
    /// None: Ostler makes one at start and keeps it in its state folder.
    pub token: Option<String>,
    /// Who may log in with a password, by name.
    pub users: Vec<AdminUser>,
}

/// `[admin.user.NAME]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminUser {
    /// Its name.
    pub name: String,
    /// An Argon2 hash.
    pub password: String,
    /// What it may do.
    pub role: AdminRole,
}

/// What a user of the dashboard may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdminRole {
    /// Everything.
    Admin,
    /// See everything.
    Viewer,
}

impl AdminRole {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            AdminRole::Admin => "admin",
            AdminRole::Viewer => "viewer",
        }
    }
}
