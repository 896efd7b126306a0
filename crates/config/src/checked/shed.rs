/// How important a request is to an app that has more than it can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Priority {
    /// Served before others, and refused last.
    High,
    /// As most.
    #[default]
    Normal,
    /// Refused first: it takes only what others leave.
    Low,
}

impl Priority {
    /// All of them, the most important first.
    pub const ALL: [Priority; 3] = [Priority::High, Priority::Normal, Priority::Low];

    /// As in the config, and in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Priority::High => "high",
            Priority::Normal => "normal",
            Priority::Low => "low",
        }
    }
}
