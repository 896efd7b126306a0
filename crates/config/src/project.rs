//! What a project's folder says about how its app starts: `package.json`, and the usual files.
//! Reads the disk; whatever cannot be read counts as absent.

use crate::file::nearest;
use model::AppName;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

const PACKAGE_BYTES_MAX: u64 = 1 << 20;

/// Where the main file of an app usually is, likeliest first.
const USUAL: &[&str] = &[
    "server.js",
    "server.mjs",
    "server.cjs",
    "app.js",
    "app.mjs",
    "index.js",
    "index.mjs",
    "main.js",
    "dist/main.js",
    "dist/server.js",
    "dist/index.js",
    "build/index.js",
    "src/server.js",
    "src/app.js",
    "src/index.js",
    ".next/standalone/server.js",
    "bin/www",
];

/// `package.json` as far as it matters here.
#[derive(serde::Deserialize)]
struct Package {
    main: Option<String>,
    #[serde(default)]
    scripts: BTreeMap<String, String>,
}

fn package(folder: &Path) -> Option<Package> {
    let file = std::fs::File::open(folder.join("package.json")).ok()?;
    let mut text = String::new();
    file.take(PACKAGE_BYTES_MAX).read_to_string(&mut text).ok()?;
    serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()
}

/// The scripts of `package.json`; None without a readable one.
pub(crate) fn scripts(folder: &Path) -> Option<BTreeMap<String, String>> {
    Some(package(folder)?.scripts)
}

/// What starts the app of a folder, as `run` takes it: the file that `npm start` would run, so
/// that no npm stays in between; else `npm start`; else `main`; else a usual file.
pub(crate) fn start(folder: &Path) -> Option<String> {
    let package = package(folder);
    let start = package.as_ref().and_then(|package| package.scripts.get("start"));
    if let Some(start) = start {
        let direct = direct(start).filter(|file| script(&folder.join(file)).is_some());
        return Some(direct.unwrap_or("npm start").into());
    }
    let main = package.and_then(|package| package.main);
    main.filter(|main| script(&folder.join(main)).is_some())
        .or_else(|| usual(folder).map(str::to_owned))
}

/// The file of `node FILE`; None when the script does anything beyond that.
fn direct(script: &str) -> Option<&str> {
    let mut words = script.split_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some("node"), Some(file), None) => {
            let plain = |c: char| c.is_ascii_alphanumeric() || "./-_".contains(c);
            (!file.starts_with('-') && file.chars().all(plain)).then_some(file)
        }
        _ => None,
    }
}

fn usual(folder: &Path) -> Option<&'static str> {
    USUAL.iter().copied().find(|file| folder.join(file).is_file())
}

/// The script that a wrong name was meant to be: the same name in a folder where builds and
/// sources lie, the nearest name beside it, or what starts the app.
pub(crate) fn likely(folder: &Path, wrong: &str) -> Option<String> {
    let file = Path::new(wrong).file_name()?.to_str()?;
    let elsewhere = ["", "src/", "dist/", "build/", "lib/"].map(|place| format!("{place}{file}"));
    if let Some(same) = elsewhere.into_iter().find(|path| folder.join(path).is_file()) {
        return Some(same);
    }
    let entries = std::fs::read_dir(folder).ok()?;
    let mut names: Vec<String> =
        entries.flatten().take(1_000).filter_map(|e| e.file_name().into_string().ok()).collect();
    names.retain(|name| [".js", ".mjs", ".cjs", ".ts"].iter().any(|end| name.ends_with(end)));
    names.sort();
    nearest(wrong, names.iter().map(String::as_str)).map(str::to_owned).or_else(|| start(folder))
}

/// The script that node would find at `path`: the file, the file without its ending, or a folder
/// with an index or a `main`.
pub(crate) fn script(path: &Path) -> Option<PathBuf> {
    let ended = ["", ".js", ".json", ".node"].into_iter().map(|ending| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    });
    let folder =
        || path.join("index.js").is_file() || package(path).is_some_and(|p| p.main.is_some());
    ended.into_iter().find(|file| file.is_file()).or_else(|| folder().then(|| path.to_owned()))
}

/// An app's name made from other text, if anything of it can stay.
pub(crate) fn app_name(text: &str) -> Option<AppName> {
    let letters = text.chars().map(|c| match c.to_ascii_lowercase() {
        c if c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' => c,
        _ => '-',
    });
    let name: String = letters.collect();
    let name: String = name.trim_matches(['-', '_']).chars().take(32).collect();
    AppName::parse(name.trim_end_matches(['-', '_'])).ok()
}
