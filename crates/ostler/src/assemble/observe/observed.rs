use crate::cli::{Exit, Failure};
use config::Config;
use control::place::Held;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::Arc;

/// The parts that keep and tell what is seen.
#[derive(Debug)]
pub struct Observed {
    /// Where they keep it. During an upgrade two processes write to it.
    #[expect(dead_code, reason = "its parts follow one by one")]
    pub folder: PathBuf,
}

impl Observed {
    /// As `[observe]` says; None: nothing is kept.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn start(config: &Config, held: &Held) -> Result<Option<Arc<Self>>, Failure> {
        let observe = &config.observe;
        if !observe.enabled {
            return Ok(None);
        }
        let usual = || held.place().state_folder().join("observe");
        let folder = observe.folder.clone().unwrap_or_else(usual);
        // What apps log is for the eyes of their owner only.
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder);
        made.map_err(|error| {
            let folder = folder.display();
            let text = format!(
                "cannot make {folder}, where metrics and logs are kept: {error}; name another folder \
                 with observe.folder, or set observe.enabled = false"
            );
            Failure::new(Exit::Unrunnable, text)
        })?;
        Ok(Some(Arc::new(Observed { folder })))
    }
}
