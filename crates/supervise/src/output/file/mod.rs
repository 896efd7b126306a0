//! Lines to files: `<folder>/<app>.log`, rotated by size and age to `<app>.1.log`, `<app>.2.log` …

use super::form;
use super::sink::{Sink, Written};
use config::{Log, LogForm};
use model::{AppName, LogLine};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// The files of all apps.
#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
    form: LogForm,
    rotate_bytes: u64,
    rotate_age: Duration,
    keep: u32,
    apps: BTreeMap<AppName, Book>,
}

/// One app's file.
#[derive(Debug, Default)]
struct Book {
    open: Option<Open>,
    /// Writing failed, and was told.
    is_broken: bool,
}

#[derive(Debug)]
struct Open {
    file: File,
    bytes: u64,
    /// Since the Unix epoch.
    began: Duration,
    /// The last write ended in the middle of a line.
    is_torn: bool,
}

impl Files {
    /// Files below `folder`, which is made if need be, as `log` says.
    pub fn new(folder: PathBuf, log: &Log) -> Self {
        Files {
            folder,
            form: log.form,
            rotate_bytes: log.rotate_bytes.max(1),
            rotate_age: log.rotate_age,
            keep: log.keep,
            apps: BTreeMap::new(),
        }
    }

    /// Where the lines of `app` are.
    pub fn path(&self, app: &AppName) -> PathBuf {
        self.folder.join(format!("{app}.log"))
    }

    fn append(&mut self, app: &AppName, text: &str) -> io::Result<()> {
        let path = self.path(app);
        let book = self.apps.entry(app.clone()).or_default();
        let now = base::clock::wall();
        if let Some(open) = &book.open {
            let full = open.bytes + text.len() as u64 > self.rotate_bytes && open.bytes > 0;
            let old = now.saturating_sub(open.began) > self.rotate_age && open.bytes > 0;
            if full || old {
                book.open = None;
                rotate(&path, self.keep)?;
            }
        }
        let open = match &mut book.open {
            Some(open) => open,
            closed => closed.insert(reopen(&path, &self.folder, now)?),
        };
        open.write(text)
    }
}

impl Open {
    fn write(&mut self, text: &str) -> io::Result<()> {
        let torn = if self.is_torn { "\n" } else { "" };
        let whole = [torn, text].concat();
        let mut rest = whole.as_bytes();
        while !rest.is_empty() {
            let written = match self.file.write(rest) {
                Ok(0) => Err(io::ErrorKind::WriteZero.into()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                result => result,
            };
            let count = written.inspect_err(|_| self.is_torn |= rest.len() < whole.len())?;
            self.bytes += count as u64;
            rest = rest.get(count..).unwrap_or_default();
        }
        self.is_torn = false;
        Ok(())
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
            let result = self.append(&app, &text);
            let book = self.apps.entry(app.clone()).or_default();
            match result {
                Ok(()) => book.is_broken = false,
                Err(error) => {
                    book.open = book.open.take().filter(|open| open.is_torn);
                    if !std::mem::replace(&mut book.is_broken, true) {
                        let path = self.folder.join(format!("{app}.log"));
                        let text = format!(
                            "log lines are lost until {} can be written: {error}",
                            path.display()
                        );
                        news = Some((app.clone(), text));
                    }
                    lost.push((app, count));
                }
            }
        }
        if lost.is_empty() { Written::All } else { Written::Lost { lines: lost, news } }
    }
}

fn reopen(path: &Path, folder: &Path, now: Duration) -> io::Result<Open> {
    std::fs::create_dir_all(folder)?;
    let file = base::files::append(path)?;
    let meta = file.metadata()?;
    // Most file systems know when a file was made; where not, its age counts from here.
    let made = meta.created().ok().filter(|_| meta.len() > 0);
    let began = made.and_then(|made| made.duration_since(SystemTime::UNIX_EPOCH).ok());
    Ok(Open { file, bytes: meta.len(), began: began.unwrap_or(now), is_torn: false })
}

/// `app.log` becomes `app.1.log`, `app.1.log` becomes `app.2.log`, and so on; the last is removed.
fn rotate(path: &Path, keep: u32) -> io::Result<()> {
    let name = |number: u32| path.with_extension(format!("{number}.log"));
    if keep == 0 {
        return std::fs::remove_file(path);
    }
    for number in (1..keep).rev() {
        match std::fs::rename(name(number), name(number + 1)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    std::fs::rename(path, name(1))
}

#[cfg(test)]
mod tests;
