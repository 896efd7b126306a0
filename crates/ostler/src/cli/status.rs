//! `ostler status` and `ostler top`.

use super::connect::{Project, runtime};
use super::{Failure, print, table, top};
use std::io::IsTerminal;

/// Show apps and workers once.
pub fn status(project: &Project, json: bool) -> Result<(), Failure> {
    let status = project.ask(async |client| client.status().await)?;
    if json {
        print::json(&status)
    } else {
        print::out(&table::status(&status, print::colour(), print::width()))
    }
}

/// The live view; once where stdout is no terminal.
pub fn top(project: &Project, once: bool) -> Result<(), Failure> {
    if once || !std::io::stdout().is_terminal() {
        return status(project, false);
    }
    project.ask(async |client| client.status().await)?;
    runtime()?.block_on(top::run(project.client()?)).map_err(Failure::from)
}
