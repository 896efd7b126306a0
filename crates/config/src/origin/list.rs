use super::Origin;
use crate::Config;
use crate::catalogue::{self, Change, Key};
use crate::values::{Setting, values};

/// Every key that holds, in the order of the catalogue. `typed` are the keys that the command line sets, each with
/// its option.
pub fn origins(config: &Config, typed: &[(String, &str)]) -> Vec<Origin> {
    let file = config.file.as_ref().and_then(|file| file.file_name());
    let file = file.map_or("ostler.toml".into(), |name| name.to_string_lossy().into_owned());
    let all = values(config).into_iter();
    all.map(|setting| origin(config, &setting, &file, typed)).collect()
}

fn origin(config: &Config, setting: &Setting, file: &str, typed: &[(String, &str)]) -> Origin {
    let path = setting.key();
    let key = catalogue::find(&catalogue::pattern(&path));
    let given = typed.iter().find(|(typed, _)| *typed == path);
    let inherited = inherited(&path);
    let origin = match (given, config.lines.line(&path)) {
        (Some((_, option)), _) => format!("argument {option}"),
        (None, Some(line)) => format!("{file}:{line}"),
        (None, None) => match inherited.and_then(|from| Some((config.lines.line(&from)?, from))) {
            Some((line, from)) => format!("{file}:{line} ({from})"),
            None => "default".into(),
        },
    };
    Origin {
        value: setting.shown(),
        default: key.and_then(|key| key.default),
        change: key.map_or(Change::Live, Key::change).words(),
        help: key.map_or("", |key| key.text),
        key: path,
        origin,
    }
}

/// What holds for a route that does not say otherwise: the key of `[edge]` with the same name.
fn inherited(path: &str) -> Option<String> {
    let name = catalogue::pattern(path).strip_prefix("route.*.")?.to_owned();
    let edge = format!("edge.{name}");
    catalogue::find(&edge).map(|key| key.path.to_owned())
}
