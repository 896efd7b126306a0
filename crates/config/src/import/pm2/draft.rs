use serde_json::Value;
use std::fmt::Write;
use toml::Value as Toml;

/// An app's section as far as it is translated.
pub(super) struct Draft {
    /// The app's name, valid and unlike the others.
    pub name: String,
    lines: Vec<String>,
    env: Vec<(String, String)>,
    notes: Vec<String>,
    /// The port that the app listened on, if the file says so.
    pub port: Option<u16>,
}

impl Draft {
    pub(super) fn new(name: String) -> Self {
        Draft { name, lines: Vec::new(), env: Vec::new(), notes: Vec::new(), port: None }
    }

    /// `key = value`.
    pub(super) fn set(&mut self, key: &str, value: impl Into<Toml>) {
        self.lines.push(format!("{key} = {}", value.into()));
    }

    /// `key = value  # why`.
    pub(super) fn set_because(&mut self, key: &str, value: impl Into<Toml>, why: &str) {
        self.lines.push(format!("{key} = {}  # {}", value.into(), one_line(why)));
    }

    /// A variable of the environment.
    pub(super) fn env(&mut self, name: &str, value: String) {
        self.env.push((name.into(), value));
    }

    /// What the reader has to know about the field `name`.
    pub(super) fn note(&mut self, name: &str, text: &str) {
        self.notes.push(one_line(&format!("{name}: {text}")));
    }

    /// The same, with the field's value.
    pub(super) fn note_value(&mut self, name: &str, value: &Value, text: &str) {
        self.note(&format!("{name} = {value}"), text);
    }

    /// A line that may be wanted, commented out.
    pub(super) fn comment(&mut self, text: &str) {
        self.lines.push(format!("# {}", one_line(text)));
    }

    /// Its notes, each with the app's name.
    pub(super) fn notes(&self) -> impl Iterator<Item = String> {
        self.notes.iter().map(|note| format!("app {}: {note}", self.name))
    }

    /// Its sections of the file.
    pub(super) fn text(&self) -> String {
        let mut text = format!("\n[app.{}]\n", self.name);
        for note in &self.notes {
            let _ = writeln!(text, "# {note}");
        }
        for line in &self.lines {
            let _ = writeln!(text, "{line}");
        }
        if !self.env.is_empty() {
            let _ = writeln!(text, "\n[app.{}.env]", self.name);
        }
        for (name, value) in &self.env {
            let name = crate::values::written_name(name);
            let _ = writeln!(text, "{name} = {}", Toml::String(value.clone()));
        }
        text
    }
}

/// A TOML comment ends with its line and holds no control characters.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
