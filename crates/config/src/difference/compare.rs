use crate::catalogue::{self, Change, Key};
use crate::values::{Setting, values};
use crate::{App, Config};
use model::AppName;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// What differs between the config that runs and the one that is to run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
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
    /// What a reload cannot change, each with its old and new value unless that is secret:
    /// `edge.threads from 2 to 4`.
    pub needs_restart: Vec<String>,
}

/// An app that differs. A reload replaces its workers one by one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AppChange {
    /// The app.
    pub name: AppName,
    /// Its keys that differ, such as `workers`.
    pub keys: Vec<String>,
}

impl Difference {
    /// Nothing differs.
    pub fn is_empty(&self) -> bool {
        *self == Difference::default()
    }
}

/// What a reload from `old` to `new` changes.
pub fn difference(old: &Config, new: &Config) -> Difference {
    let mut difference = Difference {
        added: names(new).filter(|name| app(old, name).is_none()).cloned().collect(),
        removed: names(old).filter(|name| app(new, name).is_none()).cloned().collect(),
        routes: old.routes != new.routes,
        ..Difference::default()
    };
    let mut apps: BTreeMap<&AppName, Vec<String>> = BTreeMap::new();
    let now: BTreeMap<String, Setting> =
        values(new).into_iter().map(|setting| (setting.key(), setting)).collect();
    for was in values(old) {
        let key = was.key();
        let Some(is) = now.get(&key).filter(|is| is.value != was.value) else { continue };
        if let [section, name, last] = was.path.as_slice()
            && section == "app"
        {
            if let Some(app) = names(old).find(|known| known.as_str() == name) {
                apps.entry(app).or_default().push(last.clone());
            }
            continue;
        }
        match catalogue::find(&key).map(Key::change) {
            Some(Change::Restart) => difference.needs_restart.push(worded(&key, &was, is)),
            _ => difference.edge |= key.starts_with("edge."),
        }
    }
    difference.changed =
        apps.into_iter().map(|(name, keys)| AppChange { name: name.clone(), keys }).collect();
    difference
}

fn worded(key: &str, was: &Setting, is: &Setting) -> String {
    if was.secret { key.into() } else { format!("{key} from {} to {}", was.value, is.value) }
}

fn names(config: &Config) -> impl Iterator<Item = &AppName> {
    config.apps.iter().map(|app| &app.name)
}

fn app<'a>(config: &'a Config, name: &AppName) -> Option<&'a App> {
    config.apps.iter().find(|app| app.name == *name)
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
        for change in &self.needs_restart {
            writeln!(f, "{change}: takes effect when Ostler is restarted")?;
        }
        Ok(())
    }
}
