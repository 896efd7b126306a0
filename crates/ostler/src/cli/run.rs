//! `ostler run`.

use super::connect::Project;
use super::{Failure, RunArguments};
use crate::assemble::{self, Plan};

/// Run in the foreground, to the end.
pub fn run(project: &Project, options: &RunArguments) -> Result<(), Failure> {
    if options.daemon {
        // Leaves the terminal of `ostler start`. Fails only where that is done already.
        let _ = rustix::process::setsid();
    }
    let plan = Plan::new(project, options)?;
    if options.what.is_some() && project.config_file().is_some() {
        assemble::say("ostler.toml is not read, since a script was named; without one it is");
    }
    assemble::run(plan)
}
