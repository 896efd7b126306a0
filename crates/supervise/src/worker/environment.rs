//! The environment of a worker: Ostler's own, the app's, and what Ostler adds.
//!
//! From weak to strong: `env_file`, Ostler's own environment, `env` of the app, and last what
//! Ostler needs. What a person set is never overwritten, but for the `OSTLER_` variables.

use super::check::CheckError;
use super::dotenv;
use config::{App, ReadyOn, Run};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// What systemd tells Ostler alone: a worker that took it for its own would answer in its name.
const OF_SERVICE: [&str; 6] = [
    "NOTIFY_SOCKET",
    "LISTEN_PID",
    "LISTEN_FDS",
    "LISTEN_FDNAMES",
    "WATCHDOG_USEC",
    "WATCHDOG_PID",
];

/// An environment by name.
pub type Environment = BTreeMap<OsString, OsString>;

/// What Ostler tells one worker.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// `OSTLER_DIR`.
    pub folder: &'a Path,
    /// `OSTLER_WORKER`.
    pub number: u32,
    /// The preloaded script.
    pub agent: &'a Path,
    /// `PORT`.
    pub port: u16,
    /// What else there is for those whose environment does not have it.
    pub variables: &'a [(String, String)],
}

/// The environment of the app, without what Ostler adds. Reads `env_file`.
pub fn of_app(
    app: &App,
    own: impl Iterator<Item = (OsString, OsString)>,
) -> Result<Environment, CheckError> {
    let mut environment = Environment::new();
    if let Some(path) = &app.env_file {
        let refuse = |reason: String| CheckError::EnvFile { path: path.clone(), reason };
        let text = base::files::read_text(path).map_err(|error| refuse(error.to_string()))?;
        let pairs = dotenv::parse(&text).map_err(|error| refuse(error.to_string()))?;
        environment.extend(pairs.into_iter().map(|(key, value)| (key.into(), value.into())));
    }
    environment.extend(own.filter(|(key, _)| !OF_SERVICE.iter().any(|name| key == name)));
    environment.extend(app.env.iter().map(|(key, value)| (key.into(), value.into())));
    Ok(environment)
}

/// Add what Ostler tells the worker.
pub fn add(environment: &mut Environment, app: &App, facts: Facts) {
    let mut set = |name: &str, value: &OsStr| {
        environment.insert(name.into(), value.to_owned());
    };
    let ready = match app.ready {
        ReadyOn::Listening => "listening",
        ReadyOn::Message => "message",
    };
    set("OSTLER_DIR", facts.folder.as_os_str());
    set("OSTLER_WORKER", OsStr::new(&facts.number.to_string()));
    set("OSTLER_APP", OsStr::new(app.name.as_str()));
    set("OSTLER_READY", OsStr::new(ready));
    let port = OsString::from(facts.port.to_string());
    environment.entry("NODE_ENV".into()).or_insert_with(|| "production".into());
    for (name, value) in facts.variables {
        environment.entry(name.into()).or_insert_with(|| value.into());
    }
    if matches!(app.run, Run::Command(_)) {
        // Each of its workers is reached at its own port, so nobody else's choice can stand.
        environment.insert("PORT".into(), port);
        return;
    }
    environment.entry("PORT".into()).or_insert(port);
    let options = environment.entry("NODE_OPTIONS".into()).or_default();
    if !options.is_empty() {
        options.push(" ");
    }
    // Inside quotes Node takes a backslash as an escape.
    let agent = facts.agent.to_string_lossy().replace('\\', "\\\\").replace('"', "\\\"");
    options.push(format!("--require \"{agent}\""));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> App {
        App::clone(&crate::core::tests::app(|app| {
            app.env = BTreeMap::from([("B".to_owned(), "app".to_owned())]);
        }))
    }

    fn made(app: &App, own: &[(&str, &str)]) -> BTreeMap<String, String> {
        let own = own.iter().map(|(key, value)| ((*key).into(), (*value).into()));
        let mut environment = of_app(app, own).unwrap();
        let facts = Facts {
            folder: Path::new("/run/w1"),
            number: 3,
            agent: Path::new("/run/agent.cjs"),
            port: 8080,
            variables: &[("REDIS_URL".into(), "redis://own".into())],
        };
        add(&mut environment, app, facts);
        let text = |text: OsString| text.into_string().unwrap();
        environment.into_iter().map(|(key, value)| (text(key), text(value))).collect()
    }

    #[test]
    fn what_a_person_set_stands() {
        let own = [("A", "own"), ("B", "own"), ("PORT", "99"), ("NODE_OPTIONS", "--no-warnings")];
        let made = made(&settings(), &own);
        assert_eq!((made["A"].as_str(), made["B"].as_str()), ("own", "app"));
        assert_eq!((made["PORT"].as_str(), made["NODE_ENV"].as_str()), ("99", "production"));
        assert_eq!(made["REDIS_URL"], "redis://own");
        assert_eq!(made["NODE_OPTIONS"], "--no-warnings --require \"/run/agent.cjs\"");
        assert_eq!(
            (made["OSTLER_WORKER"].as_str(), made["OSTLER_READY"].as_str()),
            ("3", "listening")
        );
    }

    #[test]
    fn what_else_there_is_replaces_nothing() {
        let url = |app: &App, own: &[(&str, &str)]| made(app, own)["REDIS_URL"].clone();
        assert_eq!(url(&settings(), &[("REDIS_URL", "redis://theirs")]), "redis://theirs");
        let mut app = settings();
        app.env.insert("REDIS_URL".into(), String::new());
        assert_eq!(url(&app, &[]), "", "an empty one is meant as it is");
    }

    #[test]
    fn what_systemd_tells_ostler_is_not_passed_on() {
        let names = "NOTIFY_SOCKET LISTEN_PID LISTEN_FDS LISTEN_FDNAMES WATCHDOG_USEC WATCHDOG_PID";
        let own: Vec<_> =
            names.split(' ').chain(["JOURNAL_STREAM"]).map(|key| (key, "1")).collect();
        let made = made(&settings(), &own);
        let left: Vec<_> =
            made.keys().filter(|key| own.iter().any(|(name, _)| key == name)).collect();
        assert_eq!(left, ["JOURNAL_STREAM"]);
    }

    #[test]
    fn a_command_gets_its_own_port_and_no_agent() {
        let mut app = settings();
        app.run = Run::Command(vec!["serve".into()]);
        let made = made(&app, &[("PORT", "99")]);
        assert_eq!((made["PORT"].as_str(), made.get("NODE_OPTIONS")), ("8080", None));
    }

    #[test]
    fn an_env_file_that_is_missing_or_wrong_is_named() {
        let mut app = settings();
        app.env_file = Some("/nowhere/.env".into());
        let error = of_app(&app, std::iter::empty()).unwrap_err().to_string();
        assert!(error.contains("/nowhere/.env"), "{error}");
    }
}
