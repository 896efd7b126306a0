//! What the logs cost: megabytes that one core takes in a second, and how long searches take in a large store.
//! Started by `cargo xtask bench logs [GIGABYTES]`.
#![expect(clippy::print_stdout, reason = "a program for people at a terminal")]

use base::clock;
use base::random::Random;
use model::{AppName, LogLine, Stream};
use observe::Level;
use observe::log::{FieldTest, Logs, Query, Settings, Text, pattern};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const DAY_MS: u64 = 86_400_000;
const DAYS: u64 = 7;
/// Lines that are made before the measurement, so that making them is not measured.
const POOL: usize = 200_000;
const BATCH: usize = 512;
const RARE: &str = "5f1e0dead0beef42";

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let gigabytes: f64 = std::env::args().nth(1).map_or(Ok(1.0), |text| text.parse())?;
    let folder = std::env::temp_dir().join(format!("ostler-log-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let done = measure(&folder, gigabytes);
    std::fs::remove_dir_all(&folder)?;
    done
}

fn measure(folder: &Path, gigabytes: f64) -> Outcome<()> {
    let mut random = Random::new(1);
    let app = AppName::parse("web")?;
    let pool: Vec<String> = (0..POOL).map(|_| line(&mut random)).collect();
    let bytes: usize = pool.iter().map(String::len).sum();
    println!("pino JSON, {} bytes a line on average", bytes / POOL);
    ingest(&folder.join("ingest"), &app, &pool)?;
    let stored = folder.join("stored");
    let logs = Logs::start(settings(&stored), Box::new(|text| println!("{text}")))?;
    fill(&logs, &app, &pool, gigabytes);
    logs.finish();
    drop(logs);
    let logs = Logs::start(settings(&stored), Box::new(|text| println!("{text}")))?;
    let figures = logs.figures();
    let raw = gigabytes * 1e9;
    println!(
        "store: {:.2} GB of lines over {DAYS} days, {} lines, {:.2} GB on disk ({:.1} %), {} MB resident",
        raw / 1e9,
        figures.disk_lines,
        figures.disk_bytes as f64 / 1e9,
        figures.disk_bytes as f64 / raw * 100.0,
        resident()
    );
    ask(&logs)?;
    logs.finish();
    Ok(())
}

fn settings(folder: &Path) -> Settings {
    Settings {
        disk_bytes_max: 1 << 40,
        age_max: Duration::from_secs(1 << 32),
        ..Settings::usual(folder.into())
    }
}

/// A line as pino-http writes it.
fn line(random: &mut Random) -> String {
    let level = match random.below(100) {
        0..=1 => 50,
        2..=6 => 40,
        7..=20 => 20,
        _ => 30,
    };
    let status = [200, 200, 200, 201, 304, 404, 500][random.below(7) as usize];
    let message = [
        "request completed",
        "cache miss",
        "user logged in",
        "payment accepted by provider",
        "query took longer than expected",
    ][random.below(5) as usize];
    format!(
        r#"{{"level":{level},"time":{},"pid":{},"hostname":"shop-7f9c","reqId":"{:016x}{:016x}","req":{{"method":"GET","url":"/api/items/{}?page={}","remoteAddress":"10.0.{}.{}"}},"res":{{"statusCode":{status}}},"responseTime":{}.{:03},"userId":{},"msg":"{message}"}}"#,
        1_764_000_000_000_u64 + random.below(1_000_000),
        4_000 + random.below(4),
        random.next_u64(),
        random.next_u64(),
        random.below(20_000),
        random.below(9),
        random.below(256),
        random.below(256),
        random.below(300),
        random.below(1_000),
        random.below(100_000),
    )
}

fn ingest(folder: &Path, app: &AppName, pool: &[String]) -> Outcome<()> {
    let lines: Vec<Arc<LogLine>> = pool
        .iter()
        .map(|text| {
            let (app, stream) = (app.clone(), Stream::Out);
            Arc::new(LogLine {
                at_ms: 1_764_000_000_000,
                app,
                number: 0,
                stream,
                text: text.clone(),
            })
        })
        .collect();
    let bytes: usize = pool.iter().map(String::len).sum();
    let mut results = Vec::new();
    for _ in 0..5 {
        let logs = Logs::start(settings(folder), Box::new(|text| println!("{text}")))?;
        let (wall, cpu) = (clock::now(), cpu_seconds());
        for _ in 0..3 {
            lines.chunks(BATCH).for_each(|batch| logs.offer(batch, 0));
        }
        let offered = wall.elapsed().as_secs_f64();
        logs.finish();
        let cpu = cpu_seconds() - cpu;
        let megabytes = 3.0 * bytes as f64 / 1e6;
        results.push((megabytes / cpu, megabytes / offered, logs.figures().lost));
        drop(logs);
        std::fs::remove_dir_all(folder)?;
    }
    results.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (median, wall, lost) = results[results.len() / 2];
    println!(
        "ingest to disk, all threads: {median:.0} MB/s per core of CPU (of 5 runs {:.0} to {:.0}); {wall:.0} MB/s by the clock until it can be found; {lost} lines lost",
        results[0].0,
        results[results.len() - 1].0
    );
    Ok(())
}

fn fill(logs: &Arc<Logs>, app: &AppName, pool: &[String], gigabytes: f64) {
    let mean = pool.iter().map(String::len).sum::<usize>() / pool.len();
    let count = (gigabytes * 1e9) as usize / mean;
    let end_ms = clock::wall_ms();
    let start_ms = end_ms - DAYS * DAY_MS;
    let mut batch = Vec::with_capacity(BATCH);
    for at in 0..count {
        let at_ms = start_ms + (at as u64 * DAYS * DAY_MS) / count as u64;
        let mut text = pool[at % pool.len()].clone();
        if at == count / 3 {
            text = text.replace("\"msg\":\"", &format!("\"msg\":\"{RARE} "));
        }
        let (app, stream) = (app.clone(), Stream::Out);
        batch.push(Arc::new(LogLine { at_ms, app, number: (at % 4) as u32, stream, text }));
        if batch.len() == BATCH {
            logs.offer(&batch, 0);
            batch.clear();
        }
        if at % 4_000_000 == 3_999_999 {
            logs.flush();
            logs.merge_now();
        }
    }
    logs.offer(&batch, 0);
    logs.flush();
    logs.merge_now();
}

fn ask(logs: &Arc<Logs>) -> Outcome<()> {
    let now_ms = clock::wall_ms();
    let week = Query::default;
    let queries: Vec<(&str, Query)> = vec![
        ("a rare text of 16 bytes in all", Query { texts: vec![Text::new(RARE)], ..week() }),
        (
            "a text of 16 bytes that is nowhere",
            Query { texts: vec![Text::new("0123456789abcdef")], ..week() },
        ),
        (
            "reqId=… that is nowhere",
            Query {
                fields: vec![FieldTest::parse("reqId=0123456789abcdef0123456789abcdef")?],
                ..week()
            },
        ),
        ("the 100 newest with `payment`", Query { texts: vec![Text::new("payment")], ..week() }),
        (
            "regex over the last hour",
            Query {
                patterns: vec![pattern(r"items/1\d{3}\?.*statusCode.:500", false)?],
                from_ms: now_ms - 3_600_000,
                ..week()
            },
        ),
        (
            "res.statusCode>=500 over a day, the 100 newest",
            Query {
                fields: vec![FieldTest::parse("res.statusCode>=500")?],
                from_ms: now_ms - DAY_MS,
                ..week()
            },
        ),
    ];
    for (name, query) in &queries {
        let (mut times, cpu) = (Vec::new(), cpu_seconds());
        let mut found = 0;
        for _ in 0..5 {
            let start = clock::now();
            found = 0;
            logs.scan(query, |_| {
                found += 1;
                found < 100
            })?;
            times.push(start.elapsed());
        }
        tell(name, &mut times, (cpu_seconds() - cpu) / 5.0, found);
    }
    count(logs)?;
    println!("{} MB resident after the searches", resident());
    Ok(())
}

fn count(logs: &Arc<Logs>) -> Outcome<()> {
    let week = Query::default;
    for (name, query, step_ms) in [
        (
            "count of level>=error by minute over all",
            Query { level: Some(Level::Error), ..week() },
            60_000,
        ),
        (
            "count of all by hour where msg has `payment`",
            Query { texts: vec![Text::new("payment")], ..week() },
            3_600_000,
        ),
    ] {
        let (mut times, cpu) = (Vec::new(), cpu_seconds());
        let mut sum = 0;
        for _ in 0..3 {
            let start = clock::now();
            let counts = logs.counts(&query, step_ms, || false)?;
            sum = counts.counts.values().flatten().sum();
            times.push(start.elapsed());
        }
        tell(name, &mut times, (cpu_seconds() - cpu) / 3.0, sum);
    }
    Ok(())
}

fn tell(name: &str, times: &mut [Duration], cpu: f64, found: u64) {
    let first = times[0];
    times.sort();
    println!(
        "{name}: {:.0?} (first {first:.0?}; {:.0} ms of CPU), {found} found",
        times[times.len() / 2],
        cpu * 1e3
    );
}

/// CPU time of this process, in user and system.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0) / 1_000
}
