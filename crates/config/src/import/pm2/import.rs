use super::app::app;
use super::draft::{Draft, one_line};
use crate::{Machine, parse, project};
use serde_json::{Map, Value};
use std::path::Path;

/// A translated config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The text of an `ostler.toml`; the notes are in it as comments.
    pub toml: String,
    /// What has no counterpart or needs a decision, one line each.
    pub notes: Vec<String>,
}

/// Translate what a PM2 ecosystem file exports: `{ apps: [...] }`, an array, or one app.
///
/// `root` is the folder of the file; paths below it become relative.
pub fn from_pm2(exported: &Value, root: &Path) -> Imported {
    let mut notes = Vec::new();
    let objects = apps_of(exported, &mut notes);
    let mut drafts: Vec<Draft> = Vec::new();
    for object in objects {
        let mut draft = Draft::new(String::new());
        draft.name = name_of(object, drafts.len(), &drafts, &mut draft);
        app(object, root, &mut draft);
        drafts.push(draft);
    }
    if drafts.is_empty() {
        notes.push("there is no app in the file".into());
    }
    let served = served(&drafts);
    let mut sections = edge(&drafts, served);
    sections.extend(drafts.iter().map(Draft::text));
    sections.extend(routes(&drafts, served, &mut notes));
    let notes: Vec<String> =
        notes.into_iter().chain(drafts.iter().flat_map(Draft::notes)).collect();
    let toml = format!("{}{}", head(&notes, &drafts), sections.concat());
    Imported { notes: with_mistakes(notes, &toml, root), toml }
}

fn apps_of<'a>(exported: &'a Value, notes: &mut Vec<String>) -> Vec<&'a Map<String, Value>> {
    let list = match exported {
        Value::Object(object) if object.contains_key("apps") => {
            for (name, value) in object.iter().filter(|(name, _)| *name != "apps") {
                let text = match name.as_str() {
                    "deploy" => "deploy: is not translated; `pm2 deploy` goes on working beside it",
                    _ => "is no section that `ostler import` knows, and is left out",
                };
                notes.push(one_line(&match name.as_str() {
                    "deploy" => text.to_owned(),
                    _ => format!("{name} = {value}: {text}"),
                }));
            }
            &object["apps"]
        }
        other => other,
    };
    match list {
        Value::Array(items) => {
            let (objects, others): (Vec<&Value>, Vec<&Value>) =
                items.iter().partition(|item| item.is_object());
            notes.extend(others.iter().map(|item| one_line(&format!("{item}: is no app"))));
            objects.into_iter().filter_map(Value::as_object).collect()
        }
        Value::Object(object) => vec![object],
        other => {
            notes.push(one_line(&format!("{other}: is no list of apps")));
            Vec::new()
        }
    }
}

/// A name that is valid here and not given yet; what it was before is noted.
fn name_of(
    object: &Map<String, Value>,
    index: usize,
    before: &[Draft],
    draft: &mut Draft,
) -> String {
    let written = object.get("name").and_then(Value::as_str);
    let script = object.get("script").and_then(Value::as_str);
    let stem = || Path::new(script?).file_stem()?.to_str();
    let wanted = written.or_else(stem).unwrap_or("web");
    let mut name = project::app_name(wanted).map_or("web".into(), String::from);
    if before.iter().any(|draft| draft.name == name) {
        name.truncate(28);
        name = format!("{}-{}", name.trim_end_matches(['-', '_']), index + 1);
    }
    if let Some(written) = written.filter(|written| *written != name) {
        draft.note("name", &format!("{written:?} became {name:?}"));
    }
    name
}

/// The app that answers: the first with a port, since it was certainly reached over one.
fn served(drafts: &[Draft]) -> usize {
    drafts.iter().position(|draft| draft.port.is_some()).unwrap_or(0)
}

fn edge(drafts: &[Draft], served: usize) -> Vec<String> {
    let port = drafts.get(served).and_then(|draft| draft.port);
    let section = port.map(|port| {
        format!("\n[edge]\nlisten = \":{port}\"  # where clients found `{}`\n", drafts[served].name)
    });
    section.into_iter().collect()
}

/// With several apps one answers everything, and the others are left to a decision.
fn routes(drafts: &[Draft], served: usize, notes: &mut Vec<String>) -> Vec<String> {
    if drafts.len() < 2 {
        return Vec::new();
    }
    let mut sections = vec![format!("\n[route.\"/*\"]\napp = {:?}\n", drafts[served].name)];
    for (_, draft) in drafts.iter().enumerate().filter(|(index, _)| *index != served) {
        let name = &draft.name;
        let at = draft.port.map_or(String::new(), |port| format!(" on port {port}"));
        notes.push(format!(
            "app {name}: was reached{at} by itself, if it serves HTTP at all; here the edge answers \
             for every app, so write a route for its host or path"
        ));
        sections.push(format!("\n# [route.\"{name}.example.org/*\"]\n# app = {name:?}\n"));
    }
    sections
}

fn head(notes: &[String], drafts: &[Draft]) -> String {
    let mut head = String::from(
        "# Translated from a PM2 ecosystem file by `ostler import`.\n\
         # `ostler check` checks it, `ostler explain KEY` says what a key does.\n",
    );
    let told: Vec<String> = drafts.iter().flat_map(Draft::notes).collect();
    // Notes about one app stand in its section.
    for note in notes.iter().filter(|note| !told.contains(note)) {
        head += &format!("# {note}\n");
    }
    head
}

/// The text is read again, so that nobody learns of a mistake in it only later.
fn with_mistakes(mut notes: Vec<String>, toml: &str, root: &Path) -> Vec<String> {
    if let Err(mistakes) = parse(toml, root, None, &Machine::here()) {
        notes.extend(mistakes.iter().map(|mistake| format!("to be corrected: {mistake}")));
    }
    notes
}
