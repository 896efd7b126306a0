//! The machine and the versions that a figure holds for.

use super::date;
use crate::process::program;
use crate::side::Peers;
use serde_json::{Value, json};
use std::fs;

/// Where and with what it was measured.
#[derive(Debug, Clone)]
pub struct Machine {
    pub date: String,
    lines: Vec<(&'static str, String)>,
}

impl Machine {
    /// This machine now.
    pub fn describe(peers: &Peers) -> Self {
        let cpu = first(&read("/proc/cpuinfo"), "model name");
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let memory = first(&read("/proc/meminfo"), "MemTotal");
        let gigabytes =
            memory.split(' ').next().and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(0.0) / 1e6;
        let pm2 = read(&peers.pm2.with_file_name("../package.json").display().to_string());
        let commit = said(
            "git",
            &["-C", &peers.repository.display().to_string(), "rev-parse", "--short", "HEAD"],
        );
        let lines = vec![
            ("machine", format!("{cpu}, {cores} cores, {gigabytes:.0} GB")),
            ("kernel", read("/proc/sys/kernel/osrelease").trim().to_owned()),
            (
                "ostler",
                format!(
                    "{} (commit {commit})",
                    said(&peers.ostler.display().to_string(), &["--version"])
                ),
            ),
            ("node", said("node", &["--version"])),
            ("nginx", said("nginx", &["-v"]).trim_start_matches("nginx version: ").to_owned()),
            ("HAProxy", said("haproxy", &["-v"])),
            ("Varnish", said("varnishd", &["-V"])),
            ("Redis", said("redis-server", &["--version"])),
            ("PM2", first(&pm2, "\"version\"").trim_matches(['"', ',']).to_owned()),
        ];
        Machine { date: date::civil(base::clock::wall()), lines }
    }

    pub fn markdown(&self) -> String {
        let lines = self.lines.iter().map(|(name, value)| format!("- {name}: {value}\n"));
        format!("- date: {}\n", self.date) + &lines.collect::<String>()
    }

    pub fn json(&self) -> Value {
        let mut object = json!({ "date": self.date });
        for (name, value) in &self.lines {
            object[*name] = json!(value);
        }
        object
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// What stands after the colon in the first line that starts with `name`.
fn first(text: &str, name: &str) -> String {
    let mut lines = text.lines().filter(|line| line.trim_start().starts_with(name));
    let value = lines.next().and_then(|line| line.split_once(':'));
    value.map_or("unknown", |(_, value)| value.trim()).to_owned()
}

/// The first line that a program prints; nginx prints its version to standard error.
fn said(name: &str, arguments: &[&str]) -> String {
    let Ok(output) = program(name).args(arguments).output() else { return "unknown".into() };
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&text).lines().next().unwrap_or("unknown").trim().to_owned()
}
