//! The table of the dashboard's files, from what `dashboard/dist` holds: the binary needs none of them beside it,
//! and building it needs no Node.

use std::env;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let dist = root.join("../../dashboard/dist").canonicalize().map_err(|error| {
        format!("dashboard/dist is missing ({error}): restore it with git, or run `npm ci && npm run build` in dashboard")
    })?;
    let mut files = Vec::new();
    list(&dist, &mut files)?;
    files.sort();
    let mut table = String::from("pub const FILES: &[File] = &[\n");
    for file in files.iter().filter(|file| kind(file).is_some()) {
        entry(&mut table, &dist, file)?;
    }
    table.push_str("];\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("dashboard.rs"), table)?;
    println!("cargo::rerun-if-changed={}", dist.display());
    Ok(())
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            list(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// `Content-Type` of what is served; None: a compressed form of another file.
fn kind(file: &Path) -> Option<&'static str> {
    match file.extension()?.to_str()? {
        "html" => Some("text/html; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}

fn entry(table: &mut String, dist: &Path, file: &Path) -> Result<(), Box<dyn Error>> {
    let path = file.strip_prefix(dist)?.to_str().ok_or("a path that is no UTF-8")?;
    let path = if path == "index.html" { String::new() } else { path.replace('\\', "/") };
    let tag = hash(&fs::read(file)?);
    let with = |ending: &str| -> Option<PathBuf> {
        let mut name = file.as_os_str().to_owned();
        name.push(ending);
        Some(PathBuf::from(name)).filter(|path| path.is_file())
    };
    let coded = |ending: &str| match with(ending) {
        Some(path) => format!("Some(include_bytes!({path:?}))"),
        None => "None".into(),
    };
    writeln!(
        table,
        "File {{ path: \"/{path}\", kind: {:?}, tag: \"{tag:016x}\", plain: include_bytes!({file:?}), \
         brotli: {}, gzip: {} }},",
        kind(file).unwrap_or_default(),
        coded(".br"),
        coded(".gz"),
    )?;
    Ok(())
}

/// FNV-1a: it only tells one version of a file from another.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
