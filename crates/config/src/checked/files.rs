use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// `route.*.files`: a folder whose files the edge sends itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// The folder; absolute.
    pub folder: PathBuf,
    /// The route's own path is taken off a request's before a file is looked for.
    pub strip: bool,
    /// The file that is sent for a folder; None: folders are not there.
    pub index: Option<String>,
    /// The file that is sent to a browser that goes to a page that is not there.
    pub fallback: Option<String>,
    /// How long files may be kept without asking; zero: not at all.
    pub max_age: Duration,
    /// Files with a hash of their content in their names may be kept for ever.
    pub immutable: bool,
    /// Files beside a file that end in `.br`, `.zst` or `.gz` are its encoded forms.
    pub precompressed: bool,
    /// Names with a dot at their start are served too.
    pub dotfiles: bool,
    /// Content types by the ending of a name, beside those that are known.
    pub types: BTreeMap<String, String>,
}

impl Files {
    /// Everything at its default.
    pub fn new(folder: PathBuf) -> Self {
        Files {
            folder,
            strip: true,
            index: Some("index.html".into()),
            fallback: None,
            max_age: Duration::ZERO,
            immutable: true,
            precompressed: true,
            dotfiles: false,
            types: BTreeMap::new(),
        }
    }
}
