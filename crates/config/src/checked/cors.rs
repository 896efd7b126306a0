/// `cors`: which pages of other origins may use the replies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cors {
    /// Whose pages.
    pub origins: Origins,
    /// Methods that a preflight allows.
    pub methods: Vec<String>,
    /// Headers that a preflight allows; None: those that it asks for.
    pub headers: Option<Vec<String>>,
    /// Headers of a reply that scripts may read, beside the usual ones.
    pub expose: Vec<String>,
    /// Requests may carry cookies and the like.
    pub credentials: bool,
    /// How many seconds a browser may keep the answer to a preflight; None: as long as it likes.
    pub max_age_seconds: Option<u64>,
    /// Pages of public networks may ask for what lies in a private one.
    pub private_network: bool,
}

/// Origins of pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origins {
    /// All.
    Any,
    /// These.
    Of(Vec<Origin>),
}

/// An origin, or all of a domain's subdomains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Scheme and `://`.
    pub scheme: String,
    /// Any subdomain of what follows, at any depth.
    pub under: bool,
    /// Host and, unless it is the scheme's own, port; lower case. With `under` it begins with a dot.
    pub host: String,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}{}", self.scheme, if self.under { "*" } else { "" }, self.host)
    }
}
