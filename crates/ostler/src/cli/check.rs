//! `ostler check`: the config's mistakes, or what it amounts to.

use super::connect::Project;
use super::{Failure, print};
use base::units::show_bytes;
use config::{App, Run};

/// Check the config and say what would run.
pub fn check(project: &Project) -> Result<(), Failure> {
    let config = project.config()?;
    let mut text = match &config.file {
        Some(file) => format!("{}: no mistakes\n", file.display()),
        None => String::from("no ostler.toml; this is what would run without one\n"),
    };
    let listen: Vec<String> = config.edge.listen.iter().map(ToString::to_string).collect();
    text += &format!("edge   listens on {}, {} threads\n", listen.join(", "), config.edge.threads);
    for app in &config.apps {
        text += &format!("app    {}: {}\n", app.name, describe(app));
    }
    for route in &config.routes {
        text += &format!("route  {} -> {}\n", route.pattern, route.app);
    }
    print::out(&text)
}

fn describe(app: &App) -> String {
    let run = match &app.run {
        Run::Script(script) => format!("{} {}", app.node, script.display()),
        Run::Npm(name) => format!("npm run {name}"),
        Run::Command(words) => words.join(" "),
    };
    let workers = match (app.workers.min, app.workers.max) {
        (1, 1) => String::from("1 worker"),
        (min, max) if min == max => format!("{min} workers"),
        (min, max) => format!("{min} to {max} workers"),
    };
    match app.memory.max {
        Some(bytes) => format!("{run}, {workers}, replaced above {}", show_bytes(bytes)),
        None => format!("{run}, {workers}"),
    }
}
