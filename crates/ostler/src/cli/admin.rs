//! `ostler admin hash | token`: what one needs to log in at the dashboard.

use super::connect::Project;
use super::{Exit, Failure, print};
use clap::Subcommand;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use std::io::{self, BufRead, IsTerminal, Write};

/// A longer password is refused, as at the login.
const PASSWORD_BYTES_MAX: usize = 1_024;
const PASSWORD_CHARS_MIN: usize = 8;

/// What can be asked for.
#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Read a password and print its hash, for [admin.user.NAME] password in ostler.toml.
    Hash,
    /// Print the token that logs in at the dashboard and opens the admin API.
    Token,
}

/// Do it.
pub fn admin(project: &Project, command: &AdminCommand) -> Result<(), Failure> {
    match command {
        AdminCommand::Hash => hash(),
        AdminCommand::Token => token(project),
    }
}

fn hash() -> Result<(), Failure> {
    let password = match io::stdin().is_terminal() {
        false => line()?,
        true => {
            let first = asked("Password: ")?;
            if asked("The same again: ")? != first {
                return Err(Failure::new(Exit::Usage, "the two differ: nothing was made of them"));
            }
            first
        }
    };
    if password.chars().count() < PASSWORD_CHARS_MIN || password.len() > PASSWORD_BYTES_MAX {
        let text = format!(
            "give a password of {PASSWORD_CHARS_MIN} to {PASSWORD_BYTES_MAX} characters, on one line"
        );
        return Err(Failure::new(Exit::Usage, text));
    }
    let salt = base::random::secret()?;
    let hash = control::session::hash(&password, &salt)
        .ok_or_else(|| Failure::new(Exit::Failure, "this password cannot be hashed"))?;
    print::out(&format!("{hash}\n"))
}

/// The token that requests must carry: the config's, or the one that Ostler made.
fn token(project: &Project) -> Result<(), Failure> {
    let config = project.config_file().map(|_| project.config()).transpose()?;
    if let Some(token) = config.and_then(|config| config.admin.token) {
        return print::out(&format!("{token}\n"));
    }
    let path = project.place()?.token_file();
    let token = base::files::read_text(&path).map_err(|error| {
        Failure::new(Exit::Refused, format!("{error}; it is made when Ostler is started here"))
    })?;
    print::out(&format!("{}\n", token.trim()))
}

/// A line without its end.
fn line() -> Result<String, Failure> {
    let mut text = String::new();
    io::stdin().lock().read_line(&mut text)?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

/// A line that is not shown while it is typed.
fn asked(question: &str) -> Result<String, Failure> {
    let _silent = Silent::begin()?;
    let mut screen = io::stderr();
    write!(screen, "{question}")?;
    screen.flush()?;
    let text = line();
    writeln!(screen)?;
    text
}

/// The terminal shows nothing of what is typed while this lives.
struct Silent(Termios);

impl Silent {
    fn begin() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent)?;
        Ok(Silent(before))
    }
}

impl Drop for Silent {
    fn drop(&mut self) {
        // Nothing can be done where even that is refused.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}
