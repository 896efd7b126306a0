//! `ostler check`: the config's mistakes, or what it amounts to.

use super::connect::Project;
use super::{Failure, print};
use crate::assemble;
use base::units::show_bytes;
use config::{AccessLogTo, App, Balance, Edge, Policy, Run, Store, StoreFolder};
use std::net::SocketAddr;

/// Check the config and say what would run.
pub fn check(project: &Project) -> Result<(), Failure> {
    let config = project.config()?;
    assemble::look_at_certificates(&config)?;
    let mut text = match &config.file {
        Some(file) => format!("{}: no mistakes\n", file.display()),
        None => String::from("no ostler.toml; this is what would run without one\n"),
    };
    text += &edge(&config.edge);
    text += &store(&config.store);
    for app in &config.apps {
        let serving = config.serving.iter().find(|serving| serving.app == app.name);
        let balance = serving.map_or_else(String::new, |of| policy(&of.balance));
        text += &format!("app    {}: {}{balance}\n", app.name, describe(app));
    }
    for upstream in &config.upstreams {
        let servers: Vec<String> = upstream.servers.iter().map(ToString::to_string).collect();
        let (servers, balance) = (servers.join(", "), policy(&upstream.balance));
        text += &format!("upstream {}: {servers}{balance}\n", upstream.name);
    }
    for route in &config.routes {
        let target = route.app.as_ref().map_or("the edge itself", |app| app.as_str());
        text += &format!("route  {} -> {target}\n", route.pattern);
    }
    print::out(&text)
}

fn edge(edge: &Edge) -> String {
    let threads = match edge.threads {
        1 => String::from("1 thread"),
        many => format!("{many} threads"),
    };
    let mut text = String::new();
    if !edge.listen.is_empty() {
        text += &format!("edge   listens on {}, {threads}\n", addresses(&edge.listen));
    }
    if let Some(tls) = &edge.tls {
        text += &format!("edge   speaks TLS on {}, {threads}\n", addresses(&tls.listen));
        for certificate in &tls.certificates {
            text += &format!("cert   {}\n", certificate.cert.display());
        }
    }
    match edge.access_log.as_ref().map(|log| &log.to) {
        None => {}
        Some(AccessLogTo::Stdout) => text += "access log to stdout\n",
        Some(AccessLogTo::File(file)) => text += &format!("access log to {}\n", file.display()),
    }
    text
}

fn store(store: &Store) -> String {
    match store {
        Store::Off => String::new(),
        Store::Elsewhere(url) => format!("store  is at {}\n", url.at),
        Store::Here(here) => {
            let at = match &here.listen {
                Some(listen) => addresses(listen),
                None => String::from("a free port of 127.0.0.1"),
            };
            let kept = match here.folder {
                StoreFolder::Off => "in memory only".into(),
                StoreFolder::Usual | StoreFolder::Given(_) => {
                    format!("durability {}", here.durability.word())
                }
            };
            format!("store  listens on {at}, {kept}\n")
        }
    }
}

fn addresses(addresses: &[SocketAddr]) -> String {
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// How requests are shared out, unless it is as usual.
fn policy(balance: &Balance) -> String {
    let policy = match &balance.policy {
        Policy::Least => "",
        Policy::RoundRobin => ", one after the other",
        Policy::TwoChoices => ", the better of two",
        Policy::Hash(_) => ", by a hash",
    };
    let sticky = if balance.sticky.is_some() { ", sticky" } else { "" };
    format!("{policy}{sticky}")
}

fn describe(app: &App) -> String {
    let run = match &app.run {
        Run::Script(script) => format!("{} {}", app.node, script.display()),
        Run::Npm(name) => format!("npm run {name}"),
        Run::Command(words) => words.join(" "),
    };
    let workers = match (app.workers.min, app.workers.max) {
        (1, 1) => String::from("1 worker"),
        (min, max) if min == max => format!("{min} workers"),
        (min, max) => format!("{min} to {max} workers"),
    };
    match app.memory.max {
        Some(bytes) => format!("{run}, {workers}, replaced above {}", show_bytes(bytes)),
        None => format!("{run}, {workers}"),
    }
}
