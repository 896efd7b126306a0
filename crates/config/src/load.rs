use crate::file::{Place, read};
use crate::{Config, Failure, Machine, Route, project, script};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// A larger file is refused: 1 MiB, thousands of times what a config needs.
pub const FILE_BYTES_MAX: usize = 1 << 20;

/// Read and check `file`, and see that the scripts and folders that it names exist. Relative paths
/// in it start from its folder. A file without an app or
/// an upstream runs what `package.json` beside it starts, unless its routes answer everything with files.
///
/// # Errors
/// [`Failure::NoFile`] when it does not exist, [`Failure::Mistakes`] with all of them,
/// [`Failure::NothingToRun`] when neither the file nor its folder says what to run.
pub fn load(file: &Path, machine: &Machine) -> Result<Config, Failure> {
    let root = root_of(file);
    let text = match read_text(file) {
        Ok(text) => text,
        Err(cause) if cause.kind() == ErrorKind::NotFound => {
            let cure = match project::start(&root) {
                Some(start) => format!("run `ostler run {}`", shell_word(&start)),
                None => "name a script, such as `ostler run server.js`".into(),
            };
            return Err(Failure::NoFile { file: file.into(), cure });
        }
        Err(cause) => return Err(Failure::Read { file: file.into(), cause }),
    };
    let place = Place { root: &root, file: Some(file), machine: *machine, look: true };
    let mut config = read(&text, &place).map_err(Failure::Mistakes)?;
    let everything = |route: &Route| route.host.is_none() && route.prefix && route.path == "/";
    let has_none = config.apps.is_empty() && config.upstreams.is_empty();
    // Files that answer everything leave nothing to an app.
    if has_none && !config.routes.iter().any(everything) {
        match script::found(&root, machine) {
            Ok(mut found) => {
                let rules = &config.edge.rules;
                found.routes.iter_mut().for_each(|route| route.rules = rules.clone());
                config.routes.extend(found.routes);
                config.apps = found.apps;
                config.serving = found.serving;
            }
            Err(_) if !config.routes.is_empty() => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(config)
}

fn root_of(file: &Path) -> PathBuf {
    let file = std::path::absolute(file).unwrap_or_else(|_| file.into());
    file.parent().map_or_else(|| PathBuf::from("/"), Path::to_owned)
}

/// The text, as far as one byte past the limit, so that the check of it sees that it is too long.
fn read_text(file: &Path) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    std::fs::File::open(file)?.take(FILE_BYTES_MAX as u64 + 4).read_to_end(&mut bytes)?;
    if bytes.len() > FILE_BYTES_MAX {
        return Ok(" ".repeat(FILE_BYTES_MAX + 1));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(at).filter(|b| **b == b'\n').count() + 1;
        let text = format!("line {line} is not UTF-8; save the file in that encoding");
        std::io::Error::new(ErrorKind::InvalidData, text)
    })
}

fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "./-_".contains(c);
    if text.chars().all(plain) { text.into() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
