//! Fonts of this machine, for pictures in pixels.

use crate::cli::{Exit, Failure};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};

/// Where fonts are, below `/` and the home folder.
const FOLDERS: [&str; 4] =
    ["/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts"];
const HOME_FOLDERS: [&str; 3] = [".local/share/fonts", ".fonts", "Library/Fonts"];
/// Those that look good in a diagram, the best first: the plain form and the bold one.
const WANTED: [(&str, &str); 9] = [
    ("Inter-Regular", "Inter-SemiBold"),
    ("Roboto-Regular", "Roboto-Bold"),
    ("NotoSans-Regular", "NotoSans-Bold"),
    ("DejaVuSans", "DejaVuSans-Bold"),
    ("OpenSans-Regular", "OpenSans-Bold"),
    ("LiberationSans-Regular", "LiberationSans-Bold"),
    ("Ubuntu-R", "Ubuntu-B"),
    ("Arial", "Arial Bold"),
    ("FreeSans", "FreeSansBold"),
];
/// More files and folders are not looked at.
const ENTRIES_MAX: usize = 20_000;
/// No font of use is larger.
const FONT_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The bytes of a font and of its bold form.
pub type Found = (Vec<u8>, Option<Vec<u8>>);

/// The font in `given`, or the best of this machine.
pub fn find(given: Option<&Path>) -> Result<Found, Failure> {
    if let Some(path) = given {
        let read = |error| {
            Failure::new(Exit::Usage, format!("cannot read the font {}: {error}", path.display()))
        };
        return Ok((std::fs::read(path).map_err(read)?, None));
    }
    let files = files(&folders());
    let named =
        |name: &str| files.iter().find(|path| path.file_stem().is_some_and(|stem| stem == name));
    let best = WANTED.iter().find_map(|(plain, bold)| Some((named(plain)?, named(bold))));
    let any = || Some((files.first()?, None));
    let found = best
        .or_else(any)
        .and_then(|(plain, bold)| Some((read(plain)?, bold.and_then(|bold| read(bold)))));
    found.ok_or_else(|| {
        let text = "a PNG needs a font, and this machine has none (no .ttf or .otf in /usr/share/fonts): install one, for \
                    example the package fonts-dejavu-core, name one with --font FILE, or write --format svg";
        Failure::new(Exit::Unrunnable, text)
    })
}

fn folders() -> Vec<PathBuf> {
    let home = std::env::home_dir();
    let of_home = home.iter().flat_map(|home| HOME_FOLDERS.map(|folder| home.join(folder)));
    FOLDERS.map(PathBuf::from).into_iter().chain(of_home).collect()
}

/// Every font file below `folders`, in a lasting order.
fn files(folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut todo: VecDeque<PathBuf> = folders.iter().cloned().collect();
    let (mut found, mut seen) = (Vec::new(), 0);
    while let Some(folder) = todo.pop_front() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            seen += 1;
            if seen > ENTRIES_MAX {
                return found;
            }
            let (path, kind) = (entry.path(), entry.file_type());
            let is_font = path.extension().is_some_and(|end| end == "ttf" || end == "otf");
            match kind {
                Ok(kind) if kind.is_dir() => todo.push_back(path),
                Ok(_) if is_font => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> Option<Vec<u8>> {
    let length = std::fs::metadata(path).ok()?.len();
    if length > FONT_BYTES_MAX { None } else { std::fs::read(path).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_fonts() {
        assert!(files(&[PathBuf::from("/nowhere")]).is_empty());
        let missing = find(Some(Path::new("/nowhere.ttf"))).unwrap_err();
        assert!(missing.text.contains("/nowhere.ttf"), "{missing:?}");
    }
}
