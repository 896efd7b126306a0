//! Why a question is not answered.

/// Why a question is not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// It makes no sense.
    #[error("parse error at character {at}: {what}")]
    Syntax {
        /// The character, from 1 on.
        at: usize,
        /// What is wrong.
        what: String,
    },
    /// It does, but not here.
    #[error(
        "{0} is not part of the PromQL that Ostler answers (docs/guide/metrics.md lists what is); ask a Prometheus \
         that scrapes /metrics"
    )]
    Unsupported(String),
    /// A parameter is wrong.
    #[error("{0}")]
    Bad(String),
    /// It cannot be worked out.
    #[error("{0}")]
    Failed(String),
}

impl QueryError {
    /// As Prometheus calls it.
    pub fn kind(&self) -> &'static str {
        match self {
            QueryError::Syntax { .. } | QueryError::Unsupported(_) | QueryError::Bad(_) => {
                "bad_data"
            }
            QueryError::Failed(_) => "execution",
        }
    }

    /// The status of the reply.
    pub fn status(&self) -> u16 {
        match self {
            QueryError::Syntax { .. } | QueryError::Unsupported(_) | QueryError::Bad(_) => 400,
            QueryError::Failed(_) => 422,
        }
    }
}
