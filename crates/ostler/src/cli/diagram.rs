//! `ostler diagram`: the architecture as it runs, as a picture.

use super::connect::Project;
use super::{Exit, Failure, print};
use clap::{Args, ValueEnum};
use model::api::Graph;
use observe::diagram::{Theme, mermaid, svg};
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
}

/// The form of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A drawing for browsers, light or dark as the reader prefers.
    Svg,
    /// Text for documents that draw it themselves, such as Markdown on GitHub.
    Mermaid,
    /// Nodes and edges with their places and figures.
    Json,
}

/// Draw it.
pub fn diagram(project: &Project, arguments: &DiagramArguments) -> Result<(), Failure> {
    let format = arguments.format.or_else(|| by_name(arguments.output.as_deref()?));
    let graph = project.ask(async |client| client.diagram().await)?;
    let picture = picture(&graph, format.unwrap_or(Format::Svg))?;
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
        "json" => Some(Format::Json),
        _ => None,
    }
}

fn picture(graph: &Graph, format: Format) -> Result<Vec<u8>, Failure> {
    Ok(match format {
        Format::Svg => svg(graph, Theme::Reader).into_bytes(),
        Format::Mermaid => mermaid(graph).into_bytes(),
        Format::Json => serde_json::to_vec_pretty(graph).map_err(anyhow::Error::from)?,
    })
}
