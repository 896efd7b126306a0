//! What is to be run: the project with what was typed on the command line on top.

use crate::cli::connect::{Project, machine};
use crate::cli::{Exit, Failure, RunArguments};
use config::{AccessLogTo, App, Config, Watch};
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use supervise::output::{FileLimits, Rotated};

/// Where Ostler's and the workers' output goes, and who waits for the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// `ostler run`: to the terminal.
    Foreground,
    /// `ostler start`: to files.
    Daemon,
}

/// One `ostler run` or `ostler start`.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The project.
    pub project: Project,
    /// What was typed.
    pub options: RunArguments,
    /// Foreground or daemon.
    pub mode: Mode,
    /// The program file, found at the start: an upgrade starts what lies there then.
    pub program: PathBuf,
}

impl Plan {
    /// The plan of this process.
    pub fn new(project: &Project, options: &RunArguments) -> Result<Self, Failure> {
        let mode = if options.daemon { Mode::Daemon } else { Mode::Foreground };
        let program = std::env::current_exe()?;
        Ok(Plan { project: project.clone(), options: options.clone(), mode, program })
    }

    /// The config as it is now: the file read again, options on top.
    pub fn configure(&self) -> Result<Config, Failure> {
        let options = &self.options;
        let mut config = match &options.what {
            Some(what) => {
                config::for_script(what, options.args.clone(), &self.project.folder, &machine())?
            }
            None => self.project.config()?,
        };
        self.override_edge(&mut config)?;
        let written = written(&config);
        for app in &mut config.apps {
            self.override_app(app);
            // What Ostler writes there about an app is no change of the app.
            if let Some(watch) = &mut app.watch {
                watch.ignore.extend(written.iter().map(|path| path.display().to_string()));
            }
        }
        Ok(config)
    }

    /// The keys of `config` that the command line sets, each with its option.
    pub fn typed(&self, config: &Config) -> Vec<(String, &'static str)> {
        let options = &self.options;
        let mut typed = Vec::new();
        if !options.listen.is_empty() {
            typed.push(("edge.listen".into(), "--listen"));
        }
        if options.admin.is_some() {
            typed.push(("admin.listen".into(), "--admin"));
        }
        for app in &config.apps {
            let mut of_app = |is_set: bool, key: &str, option| {
                if is_set {
                    typed.push((format!("app.{}.{key}", app.name), option));
                }
            };
            of_app(options.what.is_some(), "run", "SCRIPT");
            of_app(!options.args.is_empty(), "args", "ARGS");
            of_app(options.workers.is_some(), "workers", "--workers");
            of_app(options.env_file.is_some(), "env_file", "--env-file");
            of_app(options.node_args.is_some(), "node_args", "--node-args");
            of_app(options.watch, "watch", "--watch");
        }
        typed
    }

    fn override_edge(&self, config: &mut Config) -> Result<(), Failure> {
        if !self.options.listen.is_empty() {
            config.edge.listen.clone_from(&self.options.listen);
            check_listen(config).map_err(|text| Failure::new(Exit::Usage, text))?;
        }
        match self.options.admin.as_deref() {
            None => {}
            Some("off") => config.admin.listen = None,
            Some(text) => {
                config.admin.listen = Some(admin_address(text, config.admin.token.is_some())?)
            }
        }
        Ok(())
    }

    fn override_app(&self, app: &mut App) {
        let options = &self.options;
        if let Some((min, max)) = options.workers {
            (app.workers.min, app.workers.max) = (min, max);
        }
        if let Some(file) = &options.env_file {
            app.env_file = Some(self.project.folder.join(file));
        }
        if let Some(arguments) = &options.node_args {
            app.node_args = arguments.split_whitespace().map(ToOwned::to_owned).collect();
        }
        if options.watch && app.watch.is_none() {
            let paths = vec![app.folder.clone()];
            app.watch =
                Some(Watch { paths, ignore: Vec::new(), settle: Duration::from_millis(200) });
        }
    }

    /// The arguments with which another process runs the same: `run …` and `extra` options.
    pub fn command_line(&self, extra: &[&str]) -> Vec<OsString> {
        let options = &self.options;
        let mut words: Vec<OsString> = vec!["-C".into(), self.project.folder.clone().into()];
        let mut option = |name: &str, value: OsString| words.extend([name.into(), value]);
        if let Some(file) = self.project.config_argument() {
            option("--config", file.into());
        }
        words.push("run".into());
        words.extend(extra.iter().map(OsString::from));
        let mut option = |name: &str, value: OsString| words.extend([name.into(), value]);
        for address in &options.listen {
            option("--listen", address.to_string().into());
        }
        if let Some((min, max)) = options.workers {
            option("--workers", format!("{min}-{max}").into());
        }
        if let Some(file) = &options.env_file {
            option("--env-file", file.into());
        }
        if let Some(arguments) = &options.node_args {
            words.push(format!("--node-args={arguments}").into());
        }
        if let Some(admin) = &options.admin {
            words.extend(["--admin".into(), admin.into()]);
        }
        if options.watch {
            words.push("--watch".into());
        }
        if let Some(what) = &options.what {
            words.extend(["--".into(), what.into()]);
            words.extend(options.args.iter().map(OsString::from));
        }
        words
    }
}

/// What the file's own addresses were checked for: no TLS is spoken there, and nothing goes in
/// circles.
fn check_listen(config: &Config) -> Result<(), String> {
    for address in &config.edge.listen {
        if let Some(taken) = config.edge.tls_at(*address) {
            return Err(format!(
                "--listen {address}: [edge.tls] speaks TLS on {taken}; choose another port"
            ));
        }
    }
    for upstream in &config.upstreams {
        if let Some(own) = upstream.servers.iter().find_map(|server| config.edge.own(server)) {
            let name = &upstream.name;
            return Err(format!(
                "--listen {own}: the upstream {name} is there, requests would go in circles; \
                 choose another port"
            ));
        }
    }
    Ok(())
}

/// The files and folders that Ostler writes to and that the config names.
fn written(config: &Config) -> Vec<PathBuf> {
    let access = match config.edge.access_log.as_ref().map(|log| &log.to) {
        Some(AccessLogTo::File(path)) => {
            Rotated::new(path.clone(), FileLimits::new(&config.log)).names().collect()
        }
        Some(AccessLogTo::Stdout) | None => Vec::new(),
    };
    config.log.folder.iter().cloned().chain(access).collect()
}

fn admin_address(text: &str, has_token: bool) -> Result<SocketAddr, Failure> {
    let address = match text.strip_prefix(':') {
        Some(port) => port.parse().ok().map(|port: u16| SocketAddr::from(([127, 0, 0, 1], port))),
        None => text.parse().ok(),
    };
    let address = address.ok_or_else(|| {
        Failure::new(Exit::Usage, format!("--admin {text}: write 127.0.0.1:7700, :7700 or off"))
    })?;
    if !address.ip().is_loopback() && !has_token {
        let text = "--admin: an address that others can reach needs a token: [admin] token = \"…\" in ostler.toml";
        return Err(Failure::new(Exit::Usage, text));
    }
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[test]
    fn the_command_line_is_read_back_as_it_was() {
        let project = Project::find(Some("/".into()), None).unwrap();
        let options = RunArguments {
            what: Some("server.js".into()),
            args: vec!["--flag".into(), "x y".into()],
            listen: vec!["127.0.0.1:1".parse().unwrap()],
            workers: Some((1, 3)),
            node_args: Some("--import tsx".into()),
            admin: Some("off".into()),
            watch: true,
            ..RunArguments::default()
        };
        let plan = Plan { project, options, mode: Mode::Daemon, program: "/x".into() };
        let words = std::iter::once("ostler".into()).chain(plan.command_line(&["--daemon"]));
        let read = crate::cli::Arguments::try_parse_from(words).unwrap();
        let text = format!("{read:?}");
        for part in [
            "\"--flag\", \"x y\"",
            "127.0.0.1:1",
            "(1, 3)",
            "--import tsx",
            "daemon: true",
            "watch: true",
        ] {
            assert!(text.contains(part), "no {part} in {text}");
        }
    }
}
