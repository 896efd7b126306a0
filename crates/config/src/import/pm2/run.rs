//! What an app runs: PM2's `script`, `args`, `interpreter` and its arguments.

use super::draft::Draft;
use super::fields::Fields;
use super::value::{split, text, truth, words};
use std::path::Path;
use toml::Value as Toml;

/// Programs that PM2 takes by a script's ending.
const BY_ENDING: &[(&str, &str)] = &[
    ("sh", "bash"),
    ("py", "python3"),
    ("rb", "ruby"),
    ("php", "php"),
    ("pl", "perl"),
    ("coffee", "coffee"),
    ("ls", "lsc"),
];

/// Package managers whose scripts are npm's.
const MANAGERS: &[&str] = &["npm", "yarn", "pnpm", "bun"];

struct Parts {
    script: String,
    args: Vec<String>,
    interpreter: Option<String>,
    node_args: Vec<String>,
}

/// Set `run`, `command`, `args`, `node`, `node_args`. False: the app has no script. `folder` is the
/// app's working folder.
pub(super) fn run(fields: &mut Fields, folder: &Path, draft: &mut Draft) -> bool {
    let Some((_, script)) = fields.take(&["script"]) else { return false };
    let mut list = |names: &[&'static str], draft: &mut Draft| {
        let Some((name, value)) = fields.take(names) else { return Vec::new() };
        words(&value).unwrap_or_else(|| {
            draft.note_value(name, &value, "is no list of words and is left out");
            Vec::new()
        })
    };
    let mut node_args =
        list(&["node_args", "interpreter_args", "interpreterArgs", "exec_args", "nodeArgs"], draft);
    let args = list(&["args"], draft);
    if let Some((_, value)) = fields.take(&["source_map_support"])
        && truth(&value)
    {
        node_args.push("--enable-source-maps".into());
    }
    let interpreter = take_text(fields, &["interpreter", "exec_interpreter"], draft);
    let script = text(&script).unwrap_or_default();
    let script = relative(&script, folder);
    let mut parts = Parts { script, args, interpreter, node_args };
    unfold(&mut parts, draft);
    parts.write(draft);
    true
}

/// A script that is a whole command line: `npm run x`, `node --flag server.js`, `serve -s build`.
fn unfold(parts: &mut Parts, draft: &mut Draft) {
    let line = split(&parts.script);
    let [program, rest @ ..] = line.as_slice() else { return };
    if rest.is_empty() {
        return;
    }
    if MANAGERS.contains(&program.as_str()) {
        parts.args.splice(0..0, rest.iter().cloned());
        parts.script.clone_from(program);
    } else if program == "node" && parts.interpreter.is_none() {
        let flags = rest.iter().take_while(|word| word.starts_with('-')).count();
        let (flags, rest) = rest.split_at(flags);
        let Some((script, args)) = rest.split_first() else { return };
        parts.node_args.extend(flags.iter().cloned());
        parts.args.splice(0..0, args.iter().cloned());
        parts.script.clone_from(script);
    } else if Path::new(&parts.script).extension().is_none() {
        draft.note("script", "is a command line, so a shell runs it");
        parts.args = vec!["-c".into(), parts.script.clone()];
        parts.script = "sh".into();
        parts.interpreter = Some("none".into());
    }
}

impl Parts {
    fn write(mut self, draft: &mut Draft) {
        if MANAGERS.contains(&self.script.as_str())
            && matches!(self.interpreter.as_deref(), None | Some("none" | "node"))
            && let Some(name) = self.package_script()
        {
            return self.write_package_script(&name, draft);
        }
        let ending = Path::new(&self.script).extension().and_then(|ending| ending.to_str());
        let by_ending = BY_ENDING.iter().find(|(known, _)| Some(*known) == ending);
        let interpreter = self.interpreter.take();
        let interpreter = interpreter.or(by_ending.map(|(_, program)| (*program).into()));
        let name = interpreter.as_deref().and_then(|path| Path::new(path).file_name());
        match name.and_then(|name| name.to_str()) {
            None if matches!(ending, Some("ts" | "mts" | "cts")) => self.with_loader("tsx", draft),
            None => self.write_script("node", draft),
            Some("none") => self.write_command(Vec::new(), draft),
            Some(loader @ ("tsx" | "ts-node")) => self.with_loader(loader, draft),
            Some(name) if name.starts_with("node@") => {
                draft.note(
                    &format!("interpreter = {name}"),
                    "write the path of that version's program as `node`",
                );
                self.write_script("node", draft);
            }
            Some(name)
                if name.trim_end_matches(char::is_numeric).trim_end_matches('-') == "node" =>
            {
                self.write_script(interpreter.as_deref().unwrap_or("node"), draft);
            }
            Some(_) => self.write_command(interpreter.into_iter().collect(), draft),
        }
    }

    /// The name in `npm start`, `npm run NAME`, `yarn NAME`.
    fn package_script(&self) -> Option<String> {
        let words: Vec<&str> = self.args.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["start", ..] => Some("start".into()),
            ["run" | "run-script", name, ..] => Some((*name).into()),
            [name, ..] if self.script != "npm" && !name.starts_with('-') => Some((*name).into()),
            _ => None,
        }
    }

    fn write_package_script(self, name: &str, draft: &mut Draft) {
        draft.set("run", format!("npm run {name}"));
        if self.script != "npm" {
            let text =
                format!("`{}` ran this script of package.json; npm runs it the same", self.script);
            draft.note("script", &text);
        }
        let used =
            if self.args.first().is_some_and(|word| word.starts_with("run")) { 2 } else { 1 };
        let args = self.args.iter().skip(used).filter(|word| *word != "--").cloned();
        set_list("args", args.collect(), draft);
        if !self.node_args.is_empty() {
            let text = format!(
                "{:?} cannot reach node through npm; write them in package.json",
                self.node_args
            );
            draft.note("node_args", &text);
        }
    }

    fn with_loader(mut self, loader: &str, draft: &mut Draft) {
        let args: [&str; 2] = match loader {
            "tsx" => ["--import", "tsx"],
            _ => ["--require", "ts-node/register"],
        };
        self.node_args.extend(args.map(str::to_owned));
        let text =
            format!("TypeScript is loaded by the package {}, which must be installed", loader);
        draft.note("interpreter", &text);
        self.write_script("node", draft);
    }

    fn write_script(self, node: &str, draft: &mut Draft) {
        draft.set("run", self.script);
        set_list("args", self.args, draft);
        if node != "node" {
            draft.set("node", node);
        }
        set_list("node_args", self.node_args, draft);
    }

    fn write_command(self, mut command: Vec<String>, draft: &mut Draft) {
        command.extend(self.node_args);
        command.push(self.script);
        command.extend(self.args);
        set_list("command", command, draft);
        draft.note("command", "must listen on 127.0.0.1, on the port in $PORT");
    }
}

fn set_list(key: &str, words: Vec<String>, draft: &mut Draft) {
    if !words.is_empty() {
        draft.set(key, words.into_iter().map(Toml::String).collect::<Vec<_>>());
    }
}

/// A field that holds text.
pub(super) fn take_text(
    fields: &mut Fields,
    names: &[&'static str],
    draft: &mut Draft,
) -> Option<String> {
    let (name, value) = fields.take(names)?;
    if text(&value).is_none() {
        draft.note_value(name, &value, "is no text and is left out");
    }
    text(&value)
}

/// A path below a folder is shorter without it, and survives a move.
pub(super) fn relative(path: &str, folder: &Path) -> String {
    let inside = Path::new(path).strip_prefix(folder).ok().and_then(Path::to_str);
    match inside {
        Some("") => ".".into(),
        Some(inside) => inside.into(),
        None => path.into(),
    }
}
