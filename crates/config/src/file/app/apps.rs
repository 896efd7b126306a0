use super::{behaviour, env, run, workers};
use crate::file::balance;
use crate::file::check::Check;
use crate::file::section::{Chosen, Section};
use crate::{App, Balance, Serving, project};
use model::AppName;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// One app of the file, and its place there.
pub(in crate::file) struct Named {
    /// The name as written.
    pub name: String,
    /// Where its section begins.
    pub span: Range<usize>,
    /// The app, unless something in it is wrong.
    pub app: Option<App>,
    /// What the edge needs to know of it, unless something in that is wrong.
    pub serving: Option<Serving>,
}

/// Every app, in the order of the names.
pub(in crate::file) fn apps(section: &Section<'_>, check: &mut Check<'_>) -> Vec<Named> {
    let chosen = section.chosen(check);
    chosen
        .iter()
        .map(|chosen| Named {
            name: chosen.name.into(),
            span: chosen.section.span.clone(),
            app: app(chosen, check),
            serving: serving(chosen, check),
        })
        .collect()
}

/// What is wrong with the name is told with the app.
fn serving(chosen: &Chosen<'_>, check: &mut Check<'_>) -> Option<Serving> {
    let balance = balance::balance(&chosen.section, check);
    let protocol = balance::protocol(&chosen.section, check);
    let shed = balance::shed(&chosen.section, check)?;
    let app = AppName::parse(chosen.name).ok()?;
    let balance = Balance { shed, ..balance? };
    Some(Serving { app, balance, protocol: protocol? })
}

fn app(chosen: &Chosen<'_>, check: &mut Check<'_>) -> Option<App> {
    let section = &chosen.section;
    let name = new_name(chosen, "app", check);
    let folder = folder(section, check)?;
    let run = run::run(section, &folder, check);
    let env = env::env(section, check);
    let env_file = env_file(section, &folder, check);
    let workers = workers::workers(section, check);
    let scale = workers::scale(section, workers, check);
    Some(App {
        args: section.texts(check, "args")?,
        node: section.text(check, "node")?,
        node_args: section.texts(check, "node_args")?,
        ready: behaviour::ready(section, check)?,
        ready_timeout: section.time(check, "ready_timeout")?,
        health: behaviour::health(section, check),
        memory: behaviour::memory(section, check),
        stall_max: section.time(check, "stall_max")?,
        stopping: behaviour::stopping(section, check)?,
        restart: behaviour::restart(section, check)?,
        watch: behaviour::watch(section, &folder, check),
        name: name?,
        run: run?,
        env,
        env_file,
        workers: workers?,
        scale: scale?,
        folder,
    })
}

/// The name of a section of `[app]` or, by the same rule, of another `kind`.
pub(in crate::file) fn new_name(
    chosen: &Chosen<'_>,
    kind: &str,
    check: &mut Check<'_>,
) -> Option<AppName> {
    let error = match AppName::parse(chosen.name) {
        Ok(name) => return Some(name),
        Err(error) => error,
    };
    let (what, rule) = (format!("{:?} is no {kind} name", chosen.name), error.to_string());
    let rule = rule.split_once(": ").map_or("", |(_, rule)| rule);
    let cure = match project::app_name(chosen.name) {
        Some(better) => format!("write [{kind}.{better}] ({rule})"),
        None => rule.into(),
    };
    check.fault(chosen.name_span.clone(), &chosen.section.path, what, cure);
    None
}

fn folder(section: &Section<'_>, check: &mut Check<'_>) -> Option<PathBuf> {
    let folder = check.place.path(check.place.root, &section.text(check, "cwd")?);
    if check.place.look && !folder.is_dir() {
        let text = format!("there is no folder {}", folder.display());
        let cure = "write the folder that the app starts in, relative to this file";
        check.fault(section.place("cwd"), &section.path_of("cwd"), text, cure);
    }
    Some(folder)
}

fn env_file(section: &Section<'_>, folder: &Path, check: &mut Check<'_>) -> Option<PathBuf> {
    let file = check.place.path(folder, &section.text(check, "env_file")?);
    if check.place.look && !file.is_file() {
        let text = format!("there is no file {}", file.display());
        let cure = "make it, or remove the key";
        check.fault(section.place("env_file"), &section.path_of("env_file"), text, cure);
    }
    Some(file)
}
