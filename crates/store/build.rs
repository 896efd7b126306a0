//! Builds Lua 5.1.5 from the sources that the package `lua-src` carries, with our fixes.

#[path = "build/fixes.rs"]
mod fixes;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// What is compiled: Lua without its libraries for files, processes, modules and debugging.
const SOURCES: &[&str] = &[
    "lapi", "lauxlib", "lbaselib", "lcode", "ldebug", "ldo", "ldump", "lfunc", "lgc", "llex",
    "lmathlib", "lmem", "lobject", "lopcodes", "lparser", "lstate", "lstring", "lstrlib", "ltable",
    "ltablib", "ltm", "lundump", "lvm", "lzio",
];

fn main() {
    if let Err(reason) = build() {
        // A build script's way to say why it failed.
        eprintln!("cannot build Lua for the store: {reason}");
        std::process::exit(1);
    }
}

fn build() -> Result<(), String> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build/fixes.rs");
    let original = original()?;
    let out = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set: run it by cargo")?;
    let ours = Path::new(&out).join("lua-5.1.5");
    copy(&original, &ours)?;
    for fix in fixes::FIXES {
        apply(fix, &ours)?;
    }
    let mut cc = cc::Build::new();
    // Errors unwind through these functions, and optimised also in debug builds: scripts decide the speed of queues.
    cc.include(&ours).opt_level(2).warnings(false).flag("-fexceptions").flag("-fwrapv");
    if env::var("PROFILE").as_deref() == Ok("debug") {
        cc.define("LUA_USE_APICHECK", None);
    }
    cc.files(SOURCES.iter().map(|name| ours.join(name).with_extension("c")));
    cc.try_compile("ostler_lua").map_err(|error| error.to_string())
}

/// The folder of Lua 5.1.5 in the package as cargo has it.
fn original() -> Result<PathBuf, String> {
    let cargo = env::var_os("CARGO").ok_or("CARGO is not set: run it by cargo")?;
    let manifest = env::var_os("CARGO_MANIFEST_DIR").ok_or("CARGO_MANIFEST_DIR is not set")?;
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--offline", "--manifest-path"])
        .arg(Path::new(&manifest).join("Cargo.toml"))
        .output()
        .map_err(|error| format!("cargo metadata: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let metadata = String::from_utf8_lossy(&output.stdout);
    metadata
        .split("\"manifest_path\":\"")
        .filter_map(|rest| rest.split('"').next())
        .filter_map(|path| Path::new(path).parent())
        .filter(|folder| {
            folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with("lua-src"))
        })
        .map(|folder| folder.join("lua-5.1.5"))
        .find(|folder| folder.join("lua.h").is_file())
        .ok_or_else(|| {
            "the package lua-src has no folder lua-5.1.5: use the version in Cargo.lock".into()
        })
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("copying {} : {error}", from.display());
    fs::create_dir_all(to).map_err(failed)?;
    for entry in fs::read_dir(from).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if let Some(name) = path.file_name() {
            let text = fs::read(&path).map_err(failed)?;
            fs::write(to.join(name), text).map_err(failed)?;
        }
    }
    Ok(())
}

fn apply(fix: &fixes::Fix, folder: &Path) -> Result<(), String> {
    let path = folder.join(fix.file);
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let found = text.matches(fix.old).count();
    if found != fix.times {
        return Err(format!(
            "the fix \"{}\" for {} expects this text {} times, but finds it {found} times; \
             has lua-src changed? Adapt crates/store/build/fixes.rs:\n{}",
            fix.why, fix.file, fix.times, fix.old
        ));
    }
    fs::write(&path, text.replace(fix.old, fix.new))
        .map_err(|error| format!("{}: {error}", path.display()))
}
