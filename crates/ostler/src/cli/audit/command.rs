use super::finding::{Finding, Severity};
use super::{edge, files, packages, route, show, store};
use crate::cli::connect::Project;
use crate::cli::{Exit, Failure, print};
use clap::Args;
use config::Config;

/// What `audit` takes.
#[derive(Debug, Clone, Default, Args)]
pub struct AuditArguments {
    /// As JSON.
    #[arg(long)]
    pub json: bool,
    /// Do not ask package managers about the apps' packages.
    #[arg(long)]
    pub no_packages: bool,
    /// Exit with 10 only for findings that are at least so bad [default: medium].
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<Severity>,
}

/// Look for what is left open. The exit code tells whether there is any.
pub fn audit(project: &Project, arguments: &AuditArguments) -> Result<(), Failure> {
    let config = project.config()?;
    let mut found = of_config(&config);
    found.extend(files::findings(&config));
    let mut audits = Vec::new();
    if !arguments.no_packages {
        for audit in packages::audit(&config) {
            found.extend(audit.findings());
            audits.push(audit);
        }
    }
    found.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    match arguments.json {
        true => print::json(&show::json(&found, &audits))?,
        false => print::out(&show::text(&found, &audits, print::colour()))?,
    }
    let least = arguments.fail_on.unwrap_or(Severity::Medium);
    let bad = found.iter().filter(|finding| finding.severity >= least).count();
    match bad {
        0 => Ok(()),
        _ => {
            let text = format!("{bad} of the findings are of severity {} or worse", least.name());
            Err(Failure::new(Exit::Findings, text))
        }
    }
}

/// The findings about what the config says.
pub fn of_config(config: &Config) -> Vec<Finding> {
    let edge = edge::findings(config).into_iter();
    edge.chain(route::findings(config)).chain(store::findings(config)).collect()
}
