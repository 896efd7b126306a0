use crate::Mistake;
use crate::mistakes::render;
use std::path::PathBuf;

/// Why there is no config. The text says what happened and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// There is no such file, and no script was named.
    #[error("there is no {}; {cure}", .file.display())]
    NoFile {
        /// The file that was looked for.
        file: PathBuf,
        /// What to run instead, or to write.
        cure: String,
    },
    /// The file or the folder says nothing that could be run.
    #[error("there is nothing to run in {}; {cure}", .folder.display())]
    NothingToRun {
        /// The folder that was looked at.
        folder: PathBuf,
        /// What to do.
        cure: String,
    },
    /// The script that was named cannot be run.
    #[error("{text}; {cure}")]
    Script {
        /// What is wrong.
        text: String,
        /// What to do.
        cure: String,
    },
    /// The file cannot be read.
    #[error("cannot read {}: {cause}", .file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system says.
        #[source]
        cause: std::io::Error,
    },
    /// The file is read and has mistakes.
    #[error("{}", told(.0))]
    Mistakes(Vec<Mistake>),
}

impl Failure {
    /// The mistakes in the file, one by one; empty when something else failed.
    pub fn mistakes(&self) -> &[Mistake] {
        match self {
            Failure::Mistakes(mistakes) => mistakes,
            _ => &[],
        }
    }
}

fn told(mistakes: &[Mistake]) -> String {
    let mut text: String =
        mistakes.iter().map(|mistake| format!("{}\n", render(mistake))).collect();
    let file = mistakes.first().map_or("ostler.toml", |mistake| mistake.file.as_str());
    text += &match mistakes.len() {
        1 => format!("1 mistake in {file}"),
        many => format!("{many} mistakes in {file}"),
    };
    text
}
