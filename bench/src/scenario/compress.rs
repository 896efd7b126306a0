//! Compression of what an app answers, beside nginx's.

use super::alone::{self, ROUNDS, SECONDS, WARM_UP};
use super::measure::{Speeds, Trial};
use super::replies;
use super::settings::Settings;
use crate::report::{Cell, Report, Table};
use crate::side::{App, Kind, Origin, Setup, Side};
use anyhow::{Context, Result, ensure};
use base::random::Random;
use std::cell::RefCell;
use std::collections::HashMap;

/// Name of the file, its size in bytes about, and the case's name.
const SIZES: [(&str, usize, &str); 2] =
    [("small.json", 4_500, "4.5 kB"), ("large.json", 50_000, "50 kB")];

/// A content coding, and who makes it.
const CODINGS: [(&str, &[Kind]); 3] = [
    ("gzip", &[Kind::OstlerEdge, Kind::Nginx, Kind::NginxLevel6]),
    ("br", &[Kind::OstlerEdge]),
    ("zstd", &[Kind::OstlerEdge]),
];

/// Measure all sizes and codings, all sides in turn.
pub async fn run(settings: &Settings) -> Result<Report> {
    let files = SIZES.map(|(name, bytes, _)| (name, json(bytes).into_bytes()));
    let origin = Origin::start(&files, "    default_type application/json;\n").await?;
    let mut tables = Vec::new();
    for ((file, body), (_, _, name)) in files.iter().zip(SIZES) {
        if settings.case.as_ref().is_some_and(|part| !name.contains(part)) {
            continue;
        }
        let mut rows = Vec::new();
        for (coding, kinds) in CODINGS {
            eprintln!("{name}, {coding}");
            let what = Asked { path: &format!("/{file}"), coding, body };
            rows.extend(what.measure(kinds, settings, &origin).await.with_context(|| name)?);
        }
        tables.push(table(name, settings, rows));
    }
    Ok(Report {
        what: "compress",
        title: "Compression beside nginx",
        method: vec![
            "JSON of an nginx on a unix socket, compressed anew for each request: Ostler at its default levels, which it keeps under load; \
             nginx at its default level (1) and at 6. What `gzip` brings is decoded and compared with the file; \
             nginx of Debian has no brotli and no zstd."
                .into(),
            alone::method(settings),
        ],
        tables,
        targets: Vec::new(),
    })
}

/// One file in one coding.
#[derive(Debug)]
struct Asked<'a> {
    path: &'a str,
    coding: &'static str,
    body: &'a [u8],
}

impl Asked<'_> {
    /// Rows of the table.
    async fn measure(
        &self,
        kinds: &[Kind],
        settings: &Settings,
        origin: &Origin,
    ) -> Result<Vec<Vec<Cell>>> {
        let headers = format!("Accept-Encoding: {}\r\n", self.coding);
        let trial = Trial {
            sides: settings.of(kinds),
            app: &App::none(),
            plan: alone::plan(settings, self.path, &headers),
            rounds: settings.rounds(ROUNDS),
            time: settings.time(SECONDS),
            warm_up: WARM_UP,
        };
        let sizes = RefCell::new(HashMap::new());
        let start = async |kind: Kind| {
            let side = Side::proxy(kind, &setup(kind, origin)).await?;
            let size = self.checked(&side, &headers).await.with_context(|| kind.name())?;
            sizes.borrow_mut().insert(kind.name(), size);
            Ok(side)
        };
        let speeds = Speeds::measure(&trial, start).await?;
        let row = |kind: &Kind| {
            let size = sizes.borrow().get(kind.name()).copied().unwrap_or_default();
            vec![
                Cell::text(kind.name()),
                Cell::text(self.coding),
                Cell::count(size as u64),
                Cell::Number(speeds.median(*kind, |speed| speed.reply_bytes), 0),
                Cell::Number(speeds.cpu(*kind), 1),
                Cell::Number(speeds.rate(*kind), 0),
                Cell::Number(speeds.median(*kind, |speed| speed.p99_ms), 2),
                Cell::count(speeds.failures(*kind)),
                Cell::Number(100.0 * speeds.median(*kind, |speed| speed.foreign), 1),
            ]
        };
        Ok(trial.sides.iter().map(row).collect())
    }

    /// The bytes of a reply that is in the coding and holds the file.
    async fn checked(&self, side: &Side, headers: &str) -> Result<usize> {
        let reply = alone::reply(side, self.path, headers).await?;
        let coding = reply.value("content-encoding");
        ensure!(coding == Some(self.coding), "{} came as {coding:?}", self.coding);
        ensure!(reply.body.len() < self.body.len(), "{} made it no smaller", self.coding);
        if self.coding == "gzip" {
            ensure!(replies::decoded(&reply)? == self.body, "gzip holds something else");
        }
        Ok(reply.body.len())
    }
}

fn setup(kind: Kind, origin: &Origin) -> Setup {
    let level = if kind == Kind::NginxLevel6 { "    gzip_comp_level 6;\n" } else { "" };
    Setup {
        upstream: origin.socket.clone(),
        edge: "compress = { adapt = false }".into(),
        nginx: format!(
            "    gzip on;\n    gzip_proxied any;\n    gzip_types application/json;\n    gzip_vary on;\n{level}"
        ),
        ..Setup::default()
    }
}

fn table(name: &str, settings: &Settings, rows: Vec<Vec<Cell>>) -> Table {
    Table {
        caption: format!("{name}, medians of {} rounds", settings.rounds(ROUNDS)),
        columns: vec![
            "server",
            "coding",
            "body at rest",
            "bytes/reply under load",
            "CPU µs/request",
            "requests/s",
            "p99 ms",
            "failed",
            "others' CPU %",
        ],
        rows,
    }
}

/// An array of orders, such as an API answers, of at least so many bytes.
fn json(bytes: usize) -> String {
    const WORDS: [&str; 8] = ["steel", "oak", "linen", "copper", "glass", "wool", "clay", "paper"];
    let mut random = Random::new(1);
    let mut text = String::from("[");
    for id in 1.. {
        let word = |random: &mut Random| WORDS.get(random.below(8) as usize).copied().unwrap_or("");
        let (one, other) = (word(&mut random), word(&mut random));
        let (cents, code) = (random.below(10_000), random.below(1 << 32));
        text.push_str(&format!(
            "{{\"id\":{id},\"name\":\"{one} {other}\",\"price_cents\":{cents},\"code\":\"{code:08x}\",\"open\":{}}}",
            cents % 3 == 0
        ));
        if text.len() >= bytes {
            break;
        }
        text.push(',');
    }
    text + "]"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies() {
        for (_, bytes, _) in SIZES {
            let text = json(bytes);
            assert!((bytes..bytes + 200).contains(&text.len()), "{}", text.len());
            let orders: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
            assert!(orders.iter().all(|order| order["id"].is_u64()));
        }
    }
}
