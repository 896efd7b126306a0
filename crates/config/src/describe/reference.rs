use super::explain::{explain, shown_path};
use crate::catalogue::{self, Change, Form, Key};
use std::fmt::Write;

const HEAD: &str = "\
# Configuration

Every key of `ostler.toml`. This page is generated from `crates/config/src/catalogue`; `ostler
explain KEY` prints the same, `ostler check` checks a file.

- The file is optional for one app, and the smallest one is empty.
- A mistake is told with file, line and what to write instead, and all of them at once. A reload
  with a mistake changes nothing.
- Sizes have a unit: `B`, `kB`, `MB`, `GB` (powers of 1000) or `KiB`, `MiB`, `GiB` (of 1024).
  Durations have one too: `ms`, `s`, `m`, `h`, `d`, and may be joined: `\"1m30s\"`.
- Nothing in a value is replaced. `${NAME}` stays as it is written, in `env` too; what differs from
  machine to machine goes into the environment, or into an `env_file`.
- Paths are relative to the folder of `ostler.toml`, an app's own paths to its `cwd`.
- A reload applies what changed. `ostler reload APP` replaces the workers of that app, and of those
  whose config changed in a key that is not marked **Live**. Keys marked **Restart** take effect
  only when Ostler is started again, and a reload that changes one is refused.
- A file is at most 1 MiB.
";

/// The reference page of the config, Markdown, for docs/reference/config.md.
pub fn reference_markdown() -> String {
    let mut page = HEAD.to_owned();
    let sections = catalogue::keys().filter(|key| key.is_section());
    let _ = write!(page, "\n## Top of the file\n");
    table(&mut page, "");
    for section in sections {
        let path = shown_path(section.path);
        let _ = write!(page, "\n## [{path}]\n\n{}\n", section.text);
        table(&mut page, section.path);
    }
    page
}

fn table(page: &mut String, section: &str) {
    let keys: Vec<&Key> = catalogue::children(section)
        .filter(|key| key.forms != [Form::Section] && !key.path.ends_with('*'))
        .collect();
    if keys.is_empty() {
        return;
    }
    page.push_str("\n| key | type | default | example | meaning |\n|---|---|---|---|---|\n");
    for key in keys {
        let Some(told) = explain(key.path) else { continue };
        let range = told.range.map_or(String::new(), |range| format!(", {range}"));
        let special = match key.special {
            Some(Change::Restart) => " **Restart.**",
            Some(Change::Live) if key.path.starts_with("app.") => " **Live.**",
            _ => "",
        };
        let cells = [
            format!("`{}`", key.name()),
            format!("{}{range}", told.forms),
            told.default.map_or("none".into(), |default| format!("`{default}`")),
            format!("`{}`", told.example),
            format!("{}{special}", told.text),
        ];
        let cells = cells.map(|cell| cell.replace('|', "\\|"));
        let _ = writeln!(page, "| {} |", cells.join(" | "));
    }
}
