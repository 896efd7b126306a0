use crate::catalogue::{self, Change, Key};
use crate::values::{Setting, values};
use crate::{App, Config};
use model::AppName;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// What differs between the config that runs and the one that is to run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// Apps that are new.
    pub added: Vec<AppName>,
    /// Apps that are gone.
    pub removed: Vec<AppName>,
    /// Apps that are in both and differ.
    pub changed: Vec<AppChange>,
    /// Something of `[edge]` differs that a reload can change.
    pub edge: bool,
    /// The routes differ.
    pub routes: bool,
    /// Values that a reload cannot change; they hold once Ostler is restarted.
    pub restart: Vec<ValueChange>,
}

/// An app that differs. A reload replaces its workers one by one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AppChange {
    /// The app.
    pub name: AppName,
    /// Its keys that differ, such as `workers`.
    pub keys: Vec<String>,
}

/// A key that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ValueChange {
    /// Its path.
    pub key: String,
    /// The value that runs; null for a secret.
    pub old: Value,
    /// The value of the new file; null for a secret.
    pub new: Value,
}

impl Difference {
    /// Nothing differs.
    pub fn is_empty(&self) -> bool {
        let apps = self.added.len() + self.removed.len() + self.changed.len();
        apps + self.restart.len() == 0 && !self.edge && !self.routes
    }
}

/// What a reload from `old` to `new` changes.
pub fn difference(old: &Config, new: &Config) -> Difference {
    let mut difference = Difference {
        added: names(new).filter(|name| app(old, name).is_none()).cloned().collect(),
        removed: names(old).filter(|name| app(new, name).is_none()).cloned().collect(),
        changed: Vec::new(),
        edge: false,
        routes: old.routes != new.routes,
        restart: Vec::new(),
    };
    let mut apps: BTreeMap<AppName, AppChange> = BTreeMap::new();
    let new_values: BTreeMap<String, Setting> =
        values(new).into_iter().map(|setting| (setting.key.clone(), setting)).collect();
    for was in values(old) {
        let Some(is) = new_values.get(&was.key).filter(|is| is.value != was.value) else {
            continue;
        };
        let change = catalogue::find(&catalogue::pattern(&was.key)).map(Key::change);
        match (app_key(old, &was.key), change) {
            (Some((name, key)), _) => {
                let entry = apps
                    .entry(name.clone())
                    .or_insert_with(|| AppChange { name: name.clone(), keys: Vec::new() });
                entry.keys.push(key.into());
            }
            (None, Some(Change::Restart)) => difference.restart.push(value_change(was, is)),
            (None, _) => difference.edge |= was.key.starts_with("edge."),
        }
    }
    difference.changed = apps.into_values().collect();
    difference
}

fn value_change(was: Setting, is: &Setting) -> ValueChange {
    let shown =
        |setting: &Setting| if setting.secret { Value::Null } else { setting.value.clone() };
    ValueChange { old: shown(&was), new: shown(is), key: was.key }
}

fn names(config: &Config) -> impl Iterator<Item = &AppName> {
    config.apps.iter().map(|app| &app.name)
}

fn app<'a>(config: &'a Config, name: &AppName) -> Option<&'a App> {
    config.apps.iter().find(|app| app.name == *name)
}

/// The app and the key of `app.web.workers`.
fn app_key<'a>(config: &'a Config, key: &'a str) -> Option<(&'a AppName, &'a str)> {
    let (name, key) = key.strip_prefix("app.")?.split_once('.')?;
    Some((names(config).find(|known| known.as_str() == name)?, key))
}

/// For people, a line each; one line when nothing differs.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return writeln!(f, "nothing changed");
        }
        for name in &self.added {
            writeln!(f, "app {name}: new")?;
        }
        for name in &self.removed {
            writeln!(f, "app {name}: removed")?;
        }
        for AppChange { name, keys } in &self.changed {
            let keys = keys.join(", ");
            writeln!(f, "app {name}: {keys} changed; its workers are replaced one by one")?;
        }
        if self.edge {
            writeln!(f, "edge: changed")?;
        }
        if self.routes {
            writeln!(f, "routes: changed")?;
        }
        for ValueChange { key, old, new } in &self.restart {
            let values = match (old, new) {
                (Value::Null, Value::Null) => String::new(),
                _ => format!(" from {old} to {new}"),
            };
            writeln!(f, "{key}: changed{values}; takes effect when Ostler is restarted")?;
        }
        Ok(())
    }
}
