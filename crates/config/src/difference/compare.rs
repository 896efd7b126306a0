use crate::Config;
use crate::catalogue::{self, Change, Key};
use crate::values::{Setting, values};
use model::AppName;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// What differs between the config that runs and the one that is to run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Apps that are new.
    pub added: Vec<AppName>,
    /// Apps that are gone.
    pub removed: Vec<AppName>,
    /// Apps that are in both and differ. A reload replaces their workers one by one.
    pub changed: Vec<Changed>,
    /// Apps in both whose requests are to be shared out otherwise, by the same workers.
    pub serving: Vec<Changed>,
    /// Upstreams that are new, are gone, or differ.
    pub upstreams: Upstreams,
    /// Something of `[edge]` differs that a reload can change.
    pub edge: bool,
    /// Something of `[store]` differs that a reload can change.
    pub store: bool,
    /// The routes differ.
    pub routes: bool,
    /// Where logs and metrics are sent to differs. A reload changes it at once.
    pub exports: bool,
    /// What a reload cannot change, each with its old and new value unless that is secret:
    /// `edge.threads from 2 to 4`.
    pub needs_restart: Vec<String>,
}

/// What differs among the upstreams. A reload changes it at once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Upstreams {
    /// Those that are new.
    pub added: Vec<AppName>,
    /// Those that are gone.
    pub removed: Vec<AppName>,
    /// Those that are in both and differ.
    pub changed: Vec<Changed>,
}

/// An app or an upstream that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Its name.
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
    let (old_apps, new_apps) = (apps(old), apps(new));
    let (old_upstreams, new_upstreams) = (upstreams(old), upstreams(new));
    let mut difference = Difference {
        added: beyond(&new_apps, &old_apps),
        removed: beyond(&old_apps, &new_apps),
        upstreams: Upstreams {
            added: beyond(&new_upstreams, &old_upstreams),
            removed: beyond(&old_upstreams, &new_upstreams),
            changed: Vec::new(),
        },
        routes: old.routes != new.routes,
        exports: old.observe.exports != new.observe.exports,
        ..Difference::default()
    };
    let now: BTreeMap<String, Setting> =
        values(new).into_iter().map(|setting| (setting.key(), setting)).collect();
    let other_store = std::mem::discriminant(&old.store) != std::mem::discriminant(&new.store);
    for was in values(old) {
        let key = was.key();
        let Some(is) = now.get(&key).filter(|is| is.value != was.value) else { continue };
        let change = catalogue::find(&catalogue::pattern(&key)).map(Key::change);
        match was.path.as_slice() {
            [section, name, last] if section == "app" => {
                let of_workers = change != Some(Change::Live);
                let list =
                    if of_workers { &mut difference.changed } else { &mut difference.serving };
                note(list, &old_apps, name, last);
            }
            [section, name, last] if section == "upstream" => {
                note(&mut difference.upstreams.changed, &old_upstreams, name, last);
            }
            // What follows from a store that is another kind of thing.
            [section, name]
                if section == "store" && other_store && name != "enabled" && name != "url" => {}
            _ if change == Some(Change::Restart) => {
                difference.needs_restart.push(worded(&key, &was, is));
            }
            _ => {
                difference.edge |= key.starts_with("edge.");
                difference.store |= key.starts_with("store.");
            }
        }
    }
    difference
}

/// Note that this key of this name differs.
fn note(list: &mut Vec<Changed>, names: &[&AppName], name: &str, key: &str) {
    match list.last_mut() {
        Some(last) if last.name.as_str() == name => last.keys.push(key.into()),
        _ => {
            let name = names.iter().find(|known| known.as_str() == name);
            list.extend(name.map(|name| Changed { name: (*name).clone(), keys: vec![key.into()] }));
        }
    }
}

fn worded(key: &str, was: &Setting, is: &Setting) -> String {
    let text = |value: &Value| if value.is_null() { "none".into() } else { value.to_string() };
    match was.secret || is.secret {
        true => key.into(),
        false => format!("{key} from {} to {}", text(&was.value), text(&is.value)),
    }
}

fn apps(config: &Config) -> Vec<&AppName> {
    config.apps.iter().map(|app| &app.name).collect()
}

fn upstreams(config: &Config) -> Vec<&AppName> {
    config.upstreams.iter().map(|upstream| &upstream.name).collect()
}

/// The names of `these` that are not in `those`.
fn beyond(these: &[&AppName], those: &[&AppName]) -> Vec<AppName> {
    these.iter().filter(|name| !those.contains(name)).map(|name| (*name).clone()).collect()
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
        for Changed { name, keys } in &self.changed {
            let keys = keys.join(", ");
            writeln!(f, "app {name}: {keys} changed; its workers are replaced one by one")?;
        }
        for Changed { name, keys } in &self.serving {
            writeln!(f, "app {name}: {} changed, for the workers that are there", keys.join(", "))?;
        }
        for name in &self.upstreams.added {
            writeln!(f, "upstream {name}: new")?;
        }
        for name in &self.upstreams.removed {
            writeln!(f, "upstream {name}: removed")?;
        }
        for Changed { name, keys } in &self.upstreams.changed {
            writeln!(f, "upstream {name}: {} changed", keys.join(", "))?;
        }
        if self.edge {
            writeln!(f, "edge: changed")?;
        }
        if self.store {
            writeln!(f, "store: changed")?;
        }
        if self.routes {
            writeln!(f, "routes: changed")?;
        }
        if self.exports {
            writeln!(f, "exports: changed")?;
        }
        for change in &self.needs_restart {
            writeln!(f, "{change}: takes effect when Ostler is restarted")?;
        }
        Ok(())
    }
}
