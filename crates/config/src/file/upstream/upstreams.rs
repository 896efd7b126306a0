use super::url;
use crate::file::app::{Named, health, new_name};
use crate::file::check::Check;
use crate::file::section::{Chosen, Section};
use crate::file::value::Value;
use crate::file::{balance, pem};
use crate::{Edge, Server, Upstream};
use model::AppName;
use std::ops::Range;
use std::path::PathBuf;

/// More servers are refused: what balances among them looks at each.
const SERVERS_MAX: usize = 256;

/// One upstream of the file, and its place there.
pub(in crate::file) struct NamedUpstream {
    /// The name as written.
    pub name: String,
    /// Where its section begins.
    pub span: Range<usize>,
    /// The upstream, unless something in it is wrong.
    pub upstream: Option<Upstream>,
}

/// Every upstream, in the order of the names.
pub(in crate::file) fn upstreams(
    section: &Section<'_>,
    apps: &[Named],
    edge: Option<&Edge>,
    check: &mut Check<'_>,
) -> Vec<NamedUpstream> {
    let chosen = section.chosen(check);
    chosen
        .iter()
        .map(|chosen| NamedUpstream {
            name: chosen.name.into(),
            span: chosen.section.span.clone(),
            upstream: upstream(chosen, apps, edge, check),
        })
        .collect()
}

fn upstream(
    chosen: &Chosen<'_>,
    apps: &[Named],
    edge: Option<&Edge>,
    check: &mut Check<'_>,
) -> Option<Upstream> {
    let section = &chosen.section;
    let name = name(chosen, apps, check);
    let servers = servers(section, edge, check);
    let ca = ca(section, servers.as_deref(), check);
    let health = health(section, check);
    let balance = balance::balance(section, check);
    Some(Upstream {
        resolve_every: section.time(check, "resolve")?,
        protocol: balance::protocol(section, check)?,
        name: name?,
        servers: servers?,
        balance: balance?,
        health,
        ca,
    })
}

fn name(chosen: &Chosen<'_>, apps: &[Named], check: &mut Check<'_>) -> Option<AppName> {
    if apps.iter().any(|app| app.name == chosen.name) {
        let text = format!("there is an app with the name {:?} too", chosen.name);
        let cure = "give one of them another name: routes and metrics tell them apart by it";
        check.fault(chosen.name_span.clone(), &chosen.section.path, text, cure);
        return None;
    }
    new_name(chosen, "upstream", check)
}

/// `url`: at least one, none twice, all with TLS or all without.
fn servers(
    section: &Section<'_>,
    edge: Option<&Edge>,
    check: &mut Check<'_>,
) -> Option<Vec<Server>> {
    let (place, path) = (section.place("url"), section.path_of("url"));
    if !section.has("url") {
        let text = format!("[{}] does not say where its servers are", section.path);
        let cure = "write url = \"http://HOST:PORT\", or an array of such";
        check.missing(section.span.clone(), &path, text, cure);
        return None;
    }
    let texts = match section.read(check, "url")? {
        Value::Text(text) => vec![(text, place.clone())],
        Value::Texts(texts) => texts,
        _ => return None,
    };
    if texts.is_empty() || texts.len() > SERVERS_MAX {
        let (text, cure) = match texts.len() {
            0 => ("there is no server".into(), "write at least one URL".into()),
            many => {
                (format!("{many} servers are too many"), format!("write at most {SERVERS_MAX}"))
            }
        };
        check.fault(place, &path, text, cure);
        return None;
    }
    let mut servers: Vec<Server> = Vec::new();
    for (text, span) in texts {
        let server = url::server(&text).and_then(|server| fits(server, &text, &servers, edge));
        match server {
            Ok(server) => servers.push(server),
            Err((text, cure)) => check.fault(span, &path, text, cure),
        }
    }
    Some(servers)
}

/// Whether a server may stand beside those before it.
fn fits(
    server: Server,
    text: &str,
    before: &[Server],
    edge: Option<&Edge>,
) -> Result<Server, (String, String)> {
    if before.contains(&server) {
        return Err((format!("{text:?} is there twice"), "remove one".into()));
    }
    if before.first().is_some_and(|first| first.tls != server.tls) {
        let text = "some servers of this upstream are https and some http";
        let cure = "write one kind, or make an upstream of each";
        return Err((text.into(), cure.into()));
    }
    if let Some(own) = edge.and_then(|edge| edge.own(&server)) {
        let text =
            format!("{text:?} is Ostler's own address ({own}): requests would go in circles");
        let cure = "write the port that the other server listens on, or give [edge] another listen";
        return Err((text, cure.into()));
    }
    Ok(server)
}

/// `ca`, which only `https://` needs.
fn ca(section: &Section<'_>, servers: Option<&[Server]>, check: &mut Check<'_>) -> Option<PathBuf> {
    let text = section.text(check, "ca")?;
    let (span, path) = (section.place("ca"), section.path_of("ca"));
    let file = check.place.path(check.place.root, &text);
    if servers.is_some_and(|servers| !servers.is_empty() && servers.iter().all(|s| !s.tls)) {
        let text = "`ca` has no effect on http:// servers: they show no certificate";
        check.fault(span, &path, text, "remove it, or write https:// URLs");
    } else if check.place.look
        && let Err((text, cure)) = pem::look(&file, pem::Wanted::Authorities)
    {
        check.fault(span, &path, text, cure);
    }
    Some(file)
}
