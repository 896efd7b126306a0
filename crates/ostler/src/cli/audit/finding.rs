use serde::Serialize;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; a second line of defence.
    Low,
    /// A usual attack has one obstacle less.
    Medium,
    /// An attack works as it stands.
    High,
}

impl Severity {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
        }
    }
}

/// Something that is left open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What is about it: `edge`, `route /api/*`, `app web`; several where it is the same for all.
    pub places: Vec<String>,
    /// A word for programs, such as `headers`.
    pub lacks: &'static str,
    /// What was found, in words.
    pub text: String,
    /// What it lets happen.
    pub why: String,
    /// What to write or do.
    pub cure: String,
}

impl Finding {
    /// A finding about `place`.
    pub fn new(
        severity: Severity,
        place: impl Into<String>,
        lacks: &'static str,
        text: impl Into<String>,
        why: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        Finding {
            severity,
            places: vec![place.into()],
            lacks,
            text: text.into(),
            why: why.into(),
            cure: cure.into(),
        }
    }

    /// The same about another place.
    pub fn is_same(&self, other: &Finding) -> bool {
        (self.severity, self.lacks, &self.text, &self.cure)
            == (other.severity, other.lacks, &other.text, &other.cure)
    }
}
