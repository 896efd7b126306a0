//! Questions about metrics over time, as Prometheus's HTTP API has them.

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesQuestion {
    /// Which path was asked.
    pub what: SeriesWhat,
    /// The parameters, decoded, as they came.
    pub parameters: Vec<(String, String)>,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeriesWhat {
    /// `query`: an expression at one moment.
    Instant,
    /// `query_range`: an expression over a time.
    Range,
    /// `labels`: the names of labels.
    Labels,
    /// `label/NAME/values`: the values of a label.
    Values(String),
    /// `series`: the labels of series.
    Series,
    /// `metadata`: what metrics mean.
    Metadata,
}

/// The reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesReply {
    /// The status of the HTTP reply.
    pub status: u16,
    /// Its body, JSON.
    pub body: String,
}
