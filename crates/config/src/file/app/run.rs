use crate::Run;
use crate::file::check::Check;
use crate::file::nearest;
use crate::file::section::Section;
use crate::project;
use std::path::Path;

/// What the app runs; None when that is wrong or not said.
pub(super) fn run(section: &Section<'_>, folder: &Path, check: &mut Check<'_>) -> Option<Run> {
    let place = |name: &str| (section.place(name), section.path_of(name));
    match (section.has("run"), section.has("command")) {
        (true, true) => {
            let (span, path) = place("command");
            let text = "`run` and `command` both say what is run";
            check.fault(span, &path, text, "remove one of them");
            None
        }
        (false, true) => command(section, check),
        (true, false) => {
            let text = section.text(check, "run")?;
            let (span, path) = place("run");
            match script(&text, folder, check.place) {
                Ok(run) => {
                    if let Run::Npm(_) = run {
                        only_script(section, "npm", check);
                    }
                    Some(run)
                }
                Err((text, cure)) => {
                    check.fault(span, &path, text, cure);
                    None
                }
            }
        }
        (false, false) => {
            let found = check.place.look.then(|| project::start(folder)).flatten();
            let cure = match found {
                Some(found) => format!("write run = {found:?}"),
                None => "write for example run = \"server.js\"".into(),
            };
            let text = format!("[{}] does not say what to run", section.path);
            check.missing(section.span.clone(), &section.path_of("run"), text, cure);
            None
        }
    }
}

fn command(section: &Section<'_>, check: &mut Check<'_>) -> Option<Run> {
    let command = section.texts(check, "command")?;
    let (span, path) = (section.place("command"), section.path_of("command"));
    if command.first().is_none_or(|program| program.trim().is_empty()) {
        let cure = "write the program first: command = [\"python3\", \"-m\", \"app\"]";
        check.fault(span, &path, "there is no program in the command", cure);
        return None;
    }
    only_script(section, "command", check);
    if section.has("args") {
        let (span, path) = (section.place("args"), section.path_of("args"));
        let cure = "put them into `command`, after the program";
        check.fault(span, &path, "`args` goes with `run`, not with `command`", cure);
    }
    if let Some(ready) = section.field("ready")
        && ready.value.as_str() == Some("message")
    {
        let text = "`ready = \"message\"` needs node: a command cannot call process.send";
        let cure = "remove it, and write health = \"/healthz\" if listening is not enough";
        check.fault(ready.span, &ready.path, text, cure);
    }
    Some(Run::Command(command))
}

/// `node` and `node_args` say how a script is run; nothing else can heed them.
fn only_script(section: &Section<'_>, instead: &str, check: &mut Check<'_>) {
    for name in ["node", "node_args"] {
        if section.has(name) {
            let text = format!("`{name}` has no effect on what is run with {instead}");
            let cure = match instead {
                "npm" => {
                    "remove it and change the script in package.json, or write the script's file"
                }
                _ => "remove it",
            };
            check.fault(section.place(name), &section.path_of(name), text, cure);
        }
    }
}

type Place<'a> = crate::file::Place<'a>;

/// `server.js`, `npm start`, `npm run NAME`.
fn script(text: &str, folder: &Path, place: &Place<'_>) -> Result<Run, (String, String)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        ["npm" | "yarn" | "pnpm" | "bun", ..] if words.len() > 1 => npm(&words, folder, place),
        ["node", .., file] if !file.starts_with('-') => Err((
            "`run` takes the script without `node`".into(),
            format!("write run = {file:?}; arguments for node go into node_args"),
        )),
        [program @ ("npx" | "tsx" | "ts-node" | "next" | "nest" | "python" | "python3"), ..]
            if words.len() > 1 =>
        {
            let quoted: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
            let cure = format!("write command = [{}]", quoted.join(", "));
            Err((format!("`run` takes a script for node, and `{program}` is a program"), cure))
        }
        _ if place.look => {
            let found = project::script(&place.path(folder, text));
            found.map(Run::Script).ok_or_else(|| no_script(text, folder, place))
        }
        _ => Ok(Run::Script(place.path(folder, text))),
    }
}

fn npm(words: &[&str], folder: &Path, place: &Place<'_>) -> Result<Run, (String, String)> {
    let name = match words {
        ["npm", "start"] => "start",
        ["npm", "run" | "run-script", name] => name,
        [_, "start"] => return Err(other_manager(words, "start")),
        [other, "run", name] if *other != "npm" => return Err(other_manager(words, name)),
        [other, name] if *other != "npm" => return Err(other_manager(words, name)),
        _ => {
            let text = format!("{:?} is not \"npm start\" or \"npm run NAME\"", words.join(" "));
            return Err((text, "write the name alone; arguments go into args".into()));
        }
    };
    let scripts = if place.look { project::scripts(folder) } else { None };
    match scripts {
        Some(scripts) if !scripts.contains_key(name) => {
            let names: Vec<&str> = scripts.keys().map(String::as_str).collect();
            let cure = match nearest(name, names.iter().copied()) {
                Some(near) => format!("did you mean \"npm run {near}\"?"),
                None if names.is_empty() => "it has no scripts: add one there".into(),
                None => format!("it has {}", names.join(", ")),
            };
            Err((format!("package.json has no script `{name}`"), cure))
        }
        None if place.look => Err((
            format!("there is no package.json to read in {}", folder.display()),
            "write the script's file, or the app's folder as cwd".into(),
        )),
        _ => Ok(Run::Npm(name.into())),
    }
}

fn other_manager(words: &[&str], name: &str) -> (String, String) {
    let text = format!("scripts of package.json are run by npm, not {}", words[0]);
    (text, format!("write run = \"npm run {name}\""))
}

fn no_script(text: &str, folder: &Path, place: &Place<'_>) -> (String, String) {
    let path = place.path(folder, text);
    let what = format!("there is no script {}", path.display());
    let cure = match project::likely(folder, text) {
        Some(likely) => format!("did you mean {likely:?}?"),
        None => "write the path of the app's main file, relative to its cwd".into(),
    };
    (what, cure)
}
