//! What a failed command prints and the exit code it ends with; the only place that knows them.

use std::fmt::Display;
use std::process::ExitCode;

/// Exit codes, the same for all commands. Documented in docs/reference/exit-codes.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It worked.
    Ok = 0,
    /// Something that should not happen.
    Failure = 1,
    /// The command line is not understood.
    Usage = 2,
    /// `ostler.toml` has mistakes, or cannot be read.
    Config = 3,
    /// The app cannot be started here.
    Unrunnable = 4,
    /// An address cannot be listened on.
    Address = 5,
    /// No worker of the app became ready.
    AppFailed = 6,
    /// The command needs a running Ostler, and none runs for this project.
    NotRunning = 7,
    /// An Ostler runs for this project already.
    AlreadyRunning = 8,
    /// The running Ostler refused, or what was asked did not succeed.
    Refused = 9,
    /// `ostler audit` found something.
    Findings = 10,
}

/// Each code with what it means and what to do, for the reference page.
pub const ALL: &[(Exit, &str)] = &[
    (Exit::Ok, "It worked."),
    (Exit::Failure, "Something unexpected failed; the message says what. Worth a bug report."),
    (Exit::Usage, "The command line is not understood; `ostler help` shows what is."),
    (
        Exit::Config,
        "`ostler.toml` has mistakes or cannot be read; every one is printed with its line and its cure.",
    ),
    (
        Exit::Unrunnable,
        "The app cannot be started here: no script, no node on the path, a Node that is too old, a missing folder, a path too long for a socket.",
    ),
    (Exit::Address, "An address cannot be listened on: the port is in use, or needs rights."),
    (Exit::AppFailed, "No worker of an app became ready; its last lines are printed."),
    (
        Exit::NotRunning,
        "The command needs a running Ostler and none runs for this project: `ostler start`.",
    ),
    (
        Exit::AlreadyRunning,
        "An Ostler runs for this project already: `ostler status`, `ostler stop`.",
    ),
    (
        Exit::Refused,
        "The running Ostler refused the command, or it did not succeed, as a reload whose new version never became ready.",
    ),
    (
        Exit::Findings,
        "`ostler audit` found something of the severity that `--fail-on` names, or worse. An audit of packages that could not be made counts as found.",
    ),
];

impl Exit {
    /// The exit with this code.
    pub fn from_code(code: i32) -> Option<Exit> {
        ALL.iter().map(|(exit, _)| *exit).find(|exit| *exit as i32 == code)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// A command that did not work: what to print and how to end.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What happened and what to do; may have several lines.
    pub text: String,
}

impl Failure {
    /// A failure that a user can do something about.
    pub fn new(exit: Exit, text: impl Display) -> Self {
        Failure { exit, text: text.to_string() }
    }

    /// Print it to stderr.
    pub fn report(self) -> ExitCode {
        use std::io::Write;
        // Nobody may read it (`ostler run | head`): the exit code still tells.
        let _ = writeln!(std::io::stderr(), "ostler: {}", self.text.trim_end());
        self.exit.into()
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Failure::new(Exit::Failure, format!("{error:#}"))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Failure::new(Exit::Failure, error)
    }
}

impl From<config::Failure> for Failure {
    fn from(error: config::Failure) -> Self {
        let exit = match error {
            config::Failure::Script { .. } => Exit::Unrunnable,
            _ => Exit::Config,
        };
        Failure::new(exit, error)
    }
}

/// The table of docs/reference/exit-codes.md.
pub fn reference() -> String {
    let mut text = String::from(
        "# Exit codes\n\nThe same for every command.\n\n| code | meaning |\n|---|---|\n",
    );
    for (exit, meaning) in ALL {
        text.push_str(&format!("| {} | {meaning} |\n", *exit as u8));
    }
    text
}
