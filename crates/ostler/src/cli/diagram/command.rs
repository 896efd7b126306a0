//! The command: ask, draw, write.

use super::fonts;
use crate::cli::connect::Project;
use crate::cli::{Exit, Failure, print};
use clap::{Args, ValueEnum};
use model::api::Graph;
use observe::diagram::{Fonts, Theme, mermaid, png, svg};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// What `diagram` takes.
#[derive(Debug, Clone, Default, Args)]
#[group(skip)]
pub struct DiagramArguments {
    /// The form of the picture [default: as the file's name ends, else svg].
    #[arg(long, short)]
    pub format: Option<Format>,
    /// Write it to this file [default: to stdout].
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// A TrueType or OpenType file for the text of a PNG [default: a sans-serif font of this machine].
    #[arg(long, value_name = "FILE")]
    pub font: Option<PathBuf>,
    /// Draw on a dark ground [default: light; an SVG is as its reader prefers].
    #[arg(long)]
    pub dark: bool,
}

/// The form of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A drawing for browsers, light or dark as the reader prefers.
    Svg,
    /// Pixels, on a light ground. Needs a font on this machine.
    Png,
    /// Text for documents that draw it themselves, such as Markdown on GitHub.
    Mermaid,
    /// Nodes and edges with their places and figures.
    Json,
}

/// Draw it.
pub fn diagram(project: &Project, arguments: &DiagramArguments) -> Result<(), Failure> {
    let format = arguments.format.or_else(|| by_name(arguments.output.as_deref()?));
    if format == Some(Format::Png) && arguments.output.is_none() && std::io::stdout().is_terminal()
    {
        let text = "a PNG is nothing for a terminal: add --output FILE";
        return Err(Failure::new(Exit::Usage, text));
    }
    let graph = project.ask(async |client| client.diagram().await)?;
    let picture = picture(&graph, format.unwrap_or(Format::Svg), arguments)?;
    match &arguments.output {
        None => print::bytes(&picture),
        Some(path) => std::fs::write(path, picture).map_err(|error| {
            Failure::new(Exit::Failure, format!("cannot write {}: {error}", path.display()))
        }),
    }
}

fn by_name(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()? {
        "mmd" | "mermaid" => Some(Format::Mermaid),
        "png" => Some(Format::Png),
        "json" => Some(Format::Json),
        _ => None,
    }
}

fn picture(
    graph: &Graph,
    format: Format,
    arguments: &DiagramArguments,
) -> Result<Vec<u8>, Failure> {
    let (font, dark) = (arguments.font.as_deref(), arguments.dark);
    Ok(match format {
        Format::Svg => svg(graph, if dark { Theme::Dark } else { Theme::Reader }).into_bytes(),
        Format::Png => paint(graph, if dark { Theme::Dark } else { Theme::Light }, font)?,
        Format::Mermaid => mermaid(graph).into_bytes(),
        Format::Json => serde_json::to_vec_pretty(graph).map_err(anyhow::Error::from)?,
    })
}

fn paint(graph: &Graph, theme: Theme, font: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let (plain, bold) = fonts::find(font)?;
    let fonts = Fonts::new(&plain, bold.as_deref()).ok_or_else(|| {
        let text = "the font for the PNG cannot be read: name another one with --font FILE, a .ttf or .otf";
        Failure::new(Exit::Unrunnable, text)
    })?;
    png(graph, theme, &fonts).map_err(|error| Failure::new(Exit::Failure, error))
}
