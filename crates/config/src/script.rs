use crate::file::{Place, read};
use crate::{Config, Failure, Machine, project};
use std::path::Path;

/// The name of an app that nobody named.
const NAME: &str = "web";

/// The config of `ostler run WHAT ARGS…` without a file: one app, `web`, all else at its default.
///
/// `what` is a script, `npm start`, `npm run NAME` (as one word, or with the rest in `args`), or a
/// folder, of which `package.json` says what starts it. Relative paths start from `root`, which is
/// also the working folder of a script, as it would be under node.
///
/// # Errors
/// [`Failure::Script`] when that cannot be run, [`Failure::NothingToRun`] for a folder that does
/// not say what starts it.
pub fn for_script(
    what: &str,
    args: Vec<String>,
    root: &Path,
    machine: &Machine,
) -> Result<Config, Failure> {
    let (what, args) = npm_words(what, args);
    let path = root.join(&what);
    let mut config = if path.is_dir() {
        let config = found(&path, machine)?;
        Config { root: root.to_owned(), ..config }
    } else {
        one_app(&what, root, machine)?
    };
    for app in &mut config.apps {
        app.args.clone_from(&args);
    }
    Ok(config)
}

/// The config of one app that a folder's `package.json` or usual files speak of.
pub(crate) fn found(folder: &Path, machine: &Machine) -> Result<Config, Failure> {
    match project::start(folder) {
        Some(start) => one_app(&start, folder, machine),
        None => Err(Failure::NothingToRun {
            folder: folder.to_owned(),
            cure: "name a script, such as `ostler run server.js`, or add a start script to \
                   package.json"
                .into(),
        }),
    }
}

/// A config that a file with this one app gives, so that there is one way to a checked form.
fn one_app(run: &str, root: &Path, machine: &Machine) -> Result<Config, Failure> {
    let text = format!("[app.{NAME}]\nrun = {}\n", toml::Value::String(run.into()));
    let place = Place { root, file: None, machine: *machine, look: true };
    read(&text, &place).map_err(|mistakes| {
        let (text, cure) = match mistakes.into_iter().next() {
            Some(mistake) => (mistake.text, mistake.cure),
            None => (format!("cannot run {run:?}"), "name a script".into()),
        };
        Failure::Script { text, cure }
    })
}

/// `npm run NAME -- ARGS`, given as separate words, as what is run and its arguments.
fn npm_words(what: &str, args: Vec<String>) -> (String, Vec<String>) {
    let words = match args.first().map(String::as_str) {
        _ if what != "npm" => 0,
        Some("start") => 1,
        Some("run" | "run-script") => 2,
        _ => 0,
    };
    let mut args = args;
    let rest = args.split_off(words.min(args.len()));
    let rest = match rest.split_first() {
        Some((dashes, rest)) if words > 0 && dashes == "--" => rest.to_vec(),
        _ => rest,
    };
    args.insert(0, what.into());
    (args.join(" "), rest)
}
