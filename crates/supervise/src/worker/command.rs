//! What is executed for a worker, and where programs are found.

use super::check::CheckError;
use super::environment::Environment;
use config::{App, Run};
use std::ffi::{OsStr, OsString};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// A program with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandLine {
    /// The file that is executed.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

/// What `app` runs, with its program looked up on the PATH of `environment`.
pub fn of_app(app: &App, environment: &Environment) -> Result<CommandLine, CheckError> {
    let path = environment.get(OsStr::new("PATH")).cloned().unwrap_or_default();
    let args = app.args.iter().map(OsString::from);
    match &app.run {
        Run::Script(script) => {
            let program = find(&app.node, &path, &app.folder)
                .ok_or_else(|| CheckError::NoNode { node: app.node.clone() })?;
            let node_args = app.node_args.iter().map(OsString::from);
            let arguments = node_args.chain([script.into()]).chain(args).collect();
            Ok(CommandLine { program, arguments })
        }
        Run::Npm(script) => {
            let program = find_npm(app, &path).ok_or(CheckError::NoNpm)?;
            let mut arguments: Vec<OsString> = vec!["run".into(), "--silent".into(), script.into()];
            if !app.args.is_empty() {
                arguments.push("--".into());
                arguments.extend(args);
            }
            Ok(CommandLine { program, arguments })
        }
        Run::Command(words) => {
            let (first, more) = words.split_first().ok_or(CheckError::EmptyCommand)?;
            let program = find(first, &path, &app.folder)
                .ok_or_else(|| CheckError::NoProgram { program: first.clone() })?;
            let arguments = more.iter().map(OsString::from).chain(args).collect();
            Ok(CommandLine { program, arguments })
        }
    }
}

/// `npm` beside the configured node, else on the path.
fn find_npm(app: &App, path: &OsStr) -> Option<PathBuf> {
    let node = Path::new(&app.node);
    let beside = node.parent().filter(|folder| !folder.as_os_str().is_empty());
    let beside = beside.map(|folder| app.folder.join(folder).join("npm"));
    beside.filter(|npm| is_program(npm)).or_else(|| find("npm", path, &app.folder))
}

/// A program by name on `path`, or by a path that starts at `folder`.
pub fn find(name: &str, path: &OsStr, folder: &Path) -> Option<PathBuf> {
    if name.contains('/') {
        return Some(folder.join(name)).filter(|file| is_program(file));
    }
    let folders = std::env::split_paths(path).filter(|folder| folder.is_absolute());
    folders.map(|folder| folder.join(name)).find(|file| is_program(file))
}

fn is_program(file: &Path) -> bool {
    file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_on_the_path_or_by_their_path() {
        let path = OsStr::new("relative:/nowhere:/bin:/usr/bin");
        assert_eq!(find("sh", path, Path::new("/")), Some("/bin/sh".into()));
        assert_eq!(find("bin/sh", path, Path::new("/")), Some("/bin/sh".into()));
        assert_eq!(find("no-such-program", path, Path::new("/")), None);
        assert_eq!(find("/etc/passwd", path, Path::new("/")), None, "not executable");
    }
}
