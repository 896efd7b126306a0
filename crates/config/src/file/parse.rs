use super::check::Check;
use super::place::Place;
use super::section::Section;
use super::{admin, app, edge, log, observe, route, store, syntax, upstream};
use crate::load::FILE_BYTES_MAX;
use crate::mistakes::Source;
use crate::origin::Lines;
use crate::{Config, Machine, Mistake, Rules};
use std::path::Path;
use toml::de::DeTable;

/// The checked form of `text`, or every mistake in it, in the order of the text.
///
/// `root` is the folder that relative paths start from, `file` the name that mistakes carry. The
/// disk is not looked at: whether scripts and folders exist is [`crate::load`]'s to see.
///
/// # Errors
/// All mistakes, at most 100; never an empty list.
pub fn parse(
    text: &str,
    root: &Path,
    file: Option<&Path>,
    machine: &Machine,
) -> Result<Config, Vec<Mistake>> {
    read(text, &Place { root, file, machine: *machine, look: false })
}

/// The same, in a place that may be looked at.
pub(crate) fn read(text: &str, place: &Place<'_>) -> Result<Config, Vec<Mistake>> {
    // Editors on Windows put a byte order mark first; it is no character of the first line.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let name = place.file.map_or("ostler.toml".into(), |file| file.display().to_string());
    let source = Source::new(name, text);
    let mut check = Check::new(place);
    if text.len() > FILE_BYTES_MAX {
        let cure = "write the config by hand: the largest that makes sense is far smaller";
        check.fault(0..0, "", "the file is larger than 1 MiB", cure);
        return Err(check.finish(&source));
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    syntax::note(&errors, text, &mut check);
    let mut config = document(table.get_ref(), &mut check);
    if let Some(config) = config.as_mut().filter(|_| place.file.is_some()) {
        config.lines = Lines::of(table.get_ref(), text);
    }
    let mistakes = check.finish(&source);
    config.filter(|_| mistakes.is_empty()).ok_or(mistakes)
}

fn document(table: &DeTable<'_>, check: &mut Check<'_>) -> Option<Config> {
    let root = Section::root(table, check);
    root.count::<u32>(check, "version");
    let store_table = root.child(check, "store");
    let store = store::store(&store_table, check);
    let edge = edge::edge(&root.child(check, "edge"), store.as_ref(), check);
    let admin = admin::admin(&root.child(check, "admin"), edge.as_ref(), check);
    if let (Some(store), Some(edge)) = (&store, &edge) {
        store::clash(&store_table, store, edge, admin.as_ref(), check);
    }
    let log = log::log(&root.child(check, "log"), check);
    let observe = observe::observe(&root.child(check, "observe"), check);
    let apps = app::apps(&root.child(check, "app"), check);
    let upstreams =
        upstream::upstreams(&root.child(check, "upstream"), &apps, edge.as_ref(), check);
    let rules = edge.as_ref().map_or_else(Rules::default, |edge| edge.rules.clone());
    let routes = route::routes(&root.child(check, "route"), &apps, &upstreams, &rules, check);
    let serving = apps.iter().map(|named| named.serving.clone()).collect::<Option<_>>();
    Some(Config {
        root: check.place.path(check.place.root, ""),
        file: check.place.file.map(Path::to_owned),
        lines: Lines::default(),
        edge: edge?,
        admin: admin?,
        log: log?,
        store: store?,
        observe: observe?,
        apps: apps.into_iter().map(|named| named.app).collect::<Option<_>>()?,
        serving: serving?,
        upstreams: upstreams.into_iter().map(|named| named.upstream).collect::<Option<_>>()?,
        routes,
    })
}
