//! Where the access log goes: standard output, or a file rotated as those of `[log]`.

use crate::cli::{Exit, Failure};
use config::{AccessLogTo, Config};
use edge::access::{Access, Sink};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use supervise::output::{FileLimits, Rotated};

/// The access log that `config` names. A file is opened, so that one that cannot be written is known
/// now, and made anew if somebody moved it away.
pub fn open(config: &Config) -> Result<Option<Access>, Failure> {
    let Some(log) = &config.edge.access_log else { return Ok(None) };
    let sink: Arc<dyn Sink> = match &log.to {
        AccessLogTo::Stdout => Arc::new(Stdout),
        AccessLogTo::File(path) => {
            let mut file = Rotated::new(path.clone(), FileLimits::new(&config.log));
            file.open().map_err(|error| unwritable(path, &error))?;
            Arc::new(File(Mutex::new(file)))
        }
    };
    Ok(Some(Access { format: log.format, sink }))
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let cure = match error.kind() {
        io::ErrorKind::PermissionDenied => "let the user that runs ostler write there",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room on that disk",
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => "make its folder",
        io::ErrorKind::IsADirectory => "write a file's name",
        _ => "see to what the system says",
    };
    let shown = path.display();
    let told = error.to_string();
    // Most errors name the file already.
    let told = if told.contains(&*shown.to_string()) { told } else { format!("{shown}: {told}") };
    let text = format!(
        "the access log cannot be written: {told}. Either {cure}, or give another place to [edge] access_log"
    );
    Failure::new(Exit::Config, text)
}

/// Ostler's standard output, which workers' lines go to as well: both write whole lines.
#[derive(Debug)]
struct Stdout;

impl Sink for Stdout {
    fn write(&self, lines: &[u8]) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(lines)?;
        stdout.flush()
    }
}

#[derive(Debug)]
struct File(Mutex<Rotated>);

impl Sink for File {
    fn write(&self, lines: &[u8]) -> io::Result<()> {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.append(lines).map_err(|error| {
            let path = file.path().display().to_string();
            if error.to_string().contains(&path) {
                return error;
            }
            io::Error::new(error.kind(), format!("cannot write to {path}: {error}"))
        })
    }
}
