//! Lines to files: `<folder>/<app>.log`, rotated by size and age to `<app>.1.log`, `<app>.2.log` …

use super::{Limits, Rotated};
use crate::output::form;
use crate::output::sink::{Sink, Written};
use config::{Log, LogForm};
use model::{AppName, LogLine};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// The files of all apps.
#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
    form: LogForm,
    limits: Limits,
    apps: BTreeMap<AppName, Book>,
}

/// One app's file.
#[derive(Debug)]
struct Book {
    file: Rotated,
    /// Writing failed, and was told.
    is_broken: bool,
}

impl Files {
    /// Files below `folder`, which is made if need be, as `log` says.
    pub fn new(folder: PathBuf, log: &Log) -> Self {
        Files { folder, form: log.form, limits: Limits::new(log), apps: BTreeMap::new() }
    }

    /// Where the lines of `app` are.
    pub fn path(&self, app: &AppName) -> PathBuf {
        self.folder.join(format!("{app}.log"))
    }

    fn book(&mut self, app: &AppName) -> &mut Book {
        let path = self.path(app);
        let limits = &self.limits;
        let new = || Book { file: Rotated::new(path, limits.clone()), is_broken: false };
        self.apps.entry(app.clone()).or_insert_with(new)
    }
}

impl Sink for Files {
    fn write(&mut self, lines: &[Arc<LogLine>], dropped: u64) -> Written {
        let mut texts: BTreeMap<AppName, (String, u64)> = BTreeMap::new();
        for line in lines {
            let (text, count) = texts.entry(line.app.clone()).or_default();
            if dropped > 0 && text.is_empty() && self.form == LogForm::Prefixed {
                let stamp = form::stamp(line.at_ms);
                text.push_str(&format!(
                    "{stamp} ({dropped} lines dropped: the disk was too slow)\n"
                ));
            }
            form::for_file(line, self.form, text);
            *count += 1;
        }
        let (mut lost, mut news) = (Vec::new(), None);
        for (app, (text, count)) in texts {
            let book = self.book(&app);
            match book.file.append(text.as_bytes()) {
                Ok(()) => book.is_broken = false,
                Err(error) => {
                    if !std::mem::replace(&mut book.is_broken, true) {
                        let path = book.file.path().display();
                        let text =
                            format!("log lines are lost until {path} can be written: {error}");
                        news = Some((app.clone(), text));
                    }
                    lost.push((app, count));
                }
            }
        }
        if lost.is_empty() { Written::All } else { Written::Lost { lines: lost, news } }
    }
}

#[cfg(test)]
mod tests;
