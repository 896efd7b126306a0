//! Text and how it is shown where there is colour.

/// How a piece of text is shown where there is colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As it is.
    Plain,
    /// Less important.
    Dim,
    /// A name.
    Strong,
    /// As it should be.
    Good,
    /// On its way, or worth a look.
    Warn,
    /// Not as it should be.
    Bad,
}

/// Text in one tone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Its tone.
    pub tone: Tone,
}

/// A line of pieces, one after the other.
pub type Pieces = Vec<Piece>;

impl Tone {
    /// The escape sequence that starts it.
    pub fn ansi(self) -> &'static str {
        match self {
            Tone::Plain => "",
            Tone::Dim => "\x1b[2m",
            Tone::Strong => "\x1b[1m",
            Tone::Good => "\x1b[32m",
            Tone::Warn => "\x1b[33m",
            Tone::Bad => "\x1b[31m",
        }
    }
}

/// A piece in this tone.
pub fn piece(tone: Tone, text: impl Into<String>) -> Piece {
    Piece { text: text.into(), tone }
}
