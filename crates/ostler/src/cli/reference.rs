//! The pages that are generated: reference, man page, shell completions.

use super::{Arguments, Failure, boards, exit, print};
use clap::{CommandFactory, ValueEnum};
use meter::Kind;

/// Pages of docs/reference.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Page {
    /// Every config key.
    Config,
    /// The JSON schema of ostler.toml.
    Schema,
    /// Every command and option.
    Cli,
    /// Every metric.
    Metrics,
    /// Every exit code.
    ExitCodes,
    /// Grafana: golden signals.
    GrafanaOverview,
    /// Grafana: workers one by one.
    GrafanaWorkers,
    /// Grafana: the machine, the store and Ostler itself.
    GrafanaMachine,
    /// Alert rules for Prometheus.
    Alerts,
}

/// Print one page.
pub fn page(page: Page) -> Result<(), Failure> {
    match page {
        Page::Config => print::out(&config::reference_markdown()),
        Page::Schema => print::json(&config::schema()),
        Page::Cli => print::out(&commands()),
        Page::Metrics => print::out(&metrics()),
        Page::ExitCodes => print::out(&exit::reference()),
        Page::GrafanaOverview => print::json(&boards::grafana(&boards::OVERVIEW)),
        Page::GrafanaWorkers => print::json(&boards::grafana(&boards::WORKERS)),
        Page::GrafanaMachine => print::json(&boards::grafana(&boards::MACHINE)),
        Page::Alerts => print::out(&boards::alerts()),
    }
}

/// Print completions for a shell.
pub fn completions(shell: clap_complete::Shell) -> Result<(), Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "ostler", &mut text);
    print::out(&String::from_utf8_lossy(&text))
}

/// Print the man page, commands included.
pub fn man() -> Result<(), Failure> {
    let mut text = Vec::new();
    clap_mangen::Man::new(Arguments::command()).render(&mut text)?;
    for command in visible(&Arguments::command()) {
        let man = clap_mangen::Man::new(command.clone());
        text.extend_from_slice(format!(".SH \"OSTLER {}\"\n", command.get_name()).as_bytes());
        man.render_description_section(&mut text)?;
        man.render_options_section(&mut text)?;
    }
    print::out(&String::from_utf8_lossy(&text))
}

fn visible(command: &clap::Command) -> Vec<clap::Command> {
    let all = command.get_subcommands().filter(|command| !command.is_hide_set());
    all.cloned().collect()
}

fn commands() -> String {
    let root = Arguments::command().term_width(100).max_term_width(100);
    let mut text = String::from("# Command line\n\nGenerated from the program itself.\n\n```\n");
    text += &root.clone().render_help().to_string();
    text += "```\n";
    for command in visible(&root) {
        let name = command.get_name().to_owned();
        let shown = command.bin_name(format!("ostler {name}")).term_width(100).render_long_help();
        text += &format!("\n## ostler {name}\n\n```\n{}\n```\n", shown.to_string().trim_end());
    }
    text
}

fn metrics() -> String {
    let mut text = String::from(
        "# Metrics\n\nServed at `/metrics` of the admin address, as Prometheus text or, when asked for, \
         OpenMetrics. Generated from the catalogue in `crates/meter`.\n\n\
         | name | kind | labels | meaning |\n|---|---|---|---|\n",
    );
    for metric in meter::names::ALL {
        let kind = match metric.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        let labels = metric.labels.join(", ");
        text += &format!("| `{}` | {kind} | {labels} | {} |\n", metric.name, metric.help);
    }
    text
}
