//! The whole against an oracle that knows nothing of blocks: a list of lines, searched one by one with `contains`,
//! `Regex` and a JSON tree.

use super::*;
use crate::record::Level;
use base::random::Random;
use model::{AppName, LogLine, Stream};
use serde_json::Value;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

const START_MS: u64 = 1_764_082_100_000;

struct Known {
    line: Arc<LogLine>,
    level: Level,
    fields: HashMap<String, String>,
}

pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        let mut random = Random::new(base::clock::monotonic_ns());
        let folder = std::env::temp_dir().join(format!(
            "ostler-logs-{}-{:x}",
            std::process::id(),
            random.next_u64()
        ));
        std::fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn start(folder: &Folder) -> Arc<Logs> {
    let settings =
        Settings { age_max: Duration::from_secs(1 << 32), ..Settings::usual(folder.0.clone()) };
    Logs::start(settings, Box::new(|text| panic!("{text}"))).unwrap()
}

const WORDS: &[&str] = &[
    "order",
    "paid",
    "timeout",
    "of",
    "user",
    "cache miss",
    "ünïcode",
    "a\\b",
    "say \"hi\"",
    "x=1",
    "ECONNRESET",
    "é",
];

fn words(random: &mut Random) -> String {
    let count = 1 + random.below(5);
    let words: Vec<&str> =
        (0..count).map(|_| WORDS[random.below(WORDS.len() as u64) as usize]).collect();
    words.join(" ")
}

fn line(random: &mut Random, at_ms: u64) -> (String, Level) {
    let level = Level::ALL[random.below(6) as usize];
    let number = (level as u64 + 1) * 10;
    let msg = Value::from(words(random));
    match random.below(12) {
        0 => (words(random), Level::Info),
        1 => {
            let status = [200, 404, 503][random.below(3) as usize];
            let level = match status {
                200 => Level::Info,
                404 => Level::Warn,
                _ => Level::Error,
            };
            (
                format!(
                    "GET /items/{} {status} {}.5 ms - {}",
                    random.below(50),
                    random.below(90),
                    random.below(900)
                ),
                level,
            )
        }
        2 => (
            format!(
                r#"{{"level":"{level}","message":{msg},"key{}":{}}}"#,
                random.below(500),
                random.below(9)
            ),
            level,
        ),
        3 => (
            format!(r#"{{ "level": {number}, "a": 1, "a": {}, "msg": {msg} }}"#, random.below(9)),
            level,
        ),
        4 => (
            format!(
                r#"{{"level":{number},"tags":["a",{}],"ok":{},"none":null,"msg":{msg}}}"#,
                random.below(5),
                random.below(2) == 1
            ),
            level,
        ),
        5 => (format!(r#"{{"level":{number},"msg":{msg}"#), Level::Info), // cut off
        _ => (
            format!(
                r#"{{"level":{number},"time":{at_ms},"pid":{},"hostname":"box","req":{{"id":"{:016x}","url":"/a/{}"}},"n":{},"msg":{msg}}}"#,
                100 + random.below(3),
                random.next_u64(),
                random.below(30),
                random.below(2_000) as i64 - 1_000,
            ),
            level,
        ),
    }
}

fn write(random: &mut Random, count: usize, known: &mut Vec<Known>) -> Vec<Arc<LogLine>> {
    let mut lines = Vec::new();
    for _ in 0..count {
        // Mostly forwards, in small steps.
        let at_ms = START_MS + known.len() as u64 * 13 + random.below(40);
        let (text, level) = line(random, at_ms);
        let app = AppName::parse(["web", "api"][random.below(2) as usize]).unwrap();
        let line = Arc::new(LogLine {
            at_ms,
            app,
            number: random.below(3) as u32,
            stream: Stream::Out,
            text,
        });
        known.push(Known { fields: fields(&line.text), line: line.clone(), level });
        lines.push(line);
    }
    lines
}

/// Every value by its dotted name, the last of each.
fn fields(text: &str) -> HashMap<String, String> {
    fn walk(value: &Value, path: &str, depth: usize, out: &mut HashMap<String, String>) {
        match value {
            Value::Object(map) if !map.is_empty() && depth < 9 => {
                for (key, value) in map {
                    let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    walk(value, &path, depth + 1, out);
                }
            }
            Value::String(text) => drop(out.insert(path.into(), text.clone())),
            other => drop(out.insert(path.into(), other.to_string())),
        }
    }
    let mut out = HashMap::new();
    match serde_json::from_str::<Value>(text) {
        Ok(value) if value.is_object() => walk(&value, "", 0, &mut out),
        _ if text.starts_with("GET ") => {
            let parts: Vec<&str> = text.split(' ').collect();
            for (name, at) in
                [("method", 0), ("url", 1), ("status", 2), ("took_ms", 3), ("length", 6)]
            {
                out.insert(name.into(), parts[at].into());
            }
        }
        _ => drop(out.insert("msg".into(), text.into())),
    }
    out
}

/// A query, and what an oracle makes of it.
struct Asked {
    query: Query,
    words: String,
    meets: Box<dyn Fn(&Known) -> bool>,
}

#[expect(clippy::too_many_lines, reason = "a list of kinds of conditions")]
fn ask(random: &mut Random, known: &[Known]) -> Asked {
    let mut asked =
        Asked { query: Query::default(), words: String::new(), meets: Box::new(|_| true) };
    for _ in 0..1 + random.below(2) {
        let sample = &known[random.below(known.len() as u64) as usize];
        let text = sample.line.text.clone();
        let before = asked.meets;
        let kind = random.below(10);
        let query = &mut asked.query;
        match kind {
            0..=3 => {
                let (from, length) =
                    (random.below(text.len() as u64) as usize, 1 + random.below(40) as usize);
                let (from, to) = (
                    text.floor_char_boundary(from),
                    text.ceil_char_boundary((from + length).min(text.len())),
                );
                let mut piece = text[from..to].to_owned();
                if random.below(6) == 0 {
                    piece.push('~');
                }
                if piece.is_empty() {
                    piece.push('a');
                }
                asked.words += &format!("text {piece:?} ");
                query.texts.push(Text::new(&piece));
                asked.meets =
                    Box::new(move |known| before(known) && known.line.text.contains(&piece));
            }
            4 | 5 => {
                let all = fields(&text);
                let mut names: Vec<&String> = all.keys().collect();
                names.sort();
                let name = names[random.below(names.len() as u64) as usize].clone();
                let value = all[&name].clone();
                let is_not = random.below(4) == 0;
                asked.words += &format!("{name}{}{value:?} ", if is_not { "!=" } else { "=" });
                query.fields.push(FieldTest::new(
                    &name,
                    if is_not { Test::IsNot } else { Test::Is },
                    &value,
                ));
                asked.meets = Box::new(move |known| {
                    before(known) && (known.fields.get(&name) == Some(&value)) != is_not
                });
            }
            6 => {
                let name = ["n", "pid", "status", "took_ms", "a"][random.below(5) as usize];
                let limit = [random.below(2_000) as f64 - 1_000.0, 101.0, 300.0, 4.0]
                    [random.below(4) as usize];
                let greater = random.below(2) == 0;
                asked.words += &format!("{name} {} {limit} ", if greater { ">" } else { "<=" });
                let test = if greater { Test::Greater } else { Test::LessOrIs };
                query.fields.push(FieldTest::new(name, test, &limit.to_string()));
                asked.meets = Box::new(move |known| {
                    let value = known.fields.get(name).and_then(|text| text.parse::<f64>().ok());
                    before(known) && value.is_some_and(|value| (value > limit) == greater)
                });
            }
            7 => {
                let word = [
                    "(?i)TIMEOUT",
                    r#"id":"[0-9a-f]{3}7"#,
                    "^GET .* 5..",
                    r"paid.*of$",
                    r"\bx=1\b",
                ][random.below(5) as usize];
                let regex = pattern(word, false).unwrap();
                asked.words += &format!("pattern {word:?} ");
                query.patterns.push(regex.clone());
                asked.meets =
                    Box::new(move |known| before(known) && regex.is_match(&known.line.text));
            }
            8 => {
                let level = Level::ALL[random.below(6) as usize];
                let worker = random.below(3) as u32;
                asked.words += &format!("level {level} worker {worker} ");
                query.level = Some(level);
                query.worker = Some(worker);
                query.app = Some("web".into());
                asked.meets = before;
            }
            _ => {
                let (from, length) = (sample.line.at_ms, 1 + random.below(20_000));
                asked.words += &format!("time {from} + {length} ");
                query.from_ms = from;
                query.until_ms = Some(from + length);
                asked.meets = before;
            }
        }
    }
    // What is asked of a line's head stands there once: a second condition replaces the first.
    let (from_ms, until_ms) = (asked.query.from_ms, asked.query.until_ms.unwrap_or(u64::MAX));
    let (level, worker, app) = (asked.query.level, asked.query.worker, asked.query.app.clone());
    let before = asked.meets;
    asked.meets = Box::new(move |known| {
        let line = &known.line;
        (from_ms..until_ms).contains(&line.at_ms)
            && level.is_none_or(|level| known.level >= level)
            && worker.is_none_or(|worker| line.number == worker)
            && app.as_deref().is_none_or(|app| line.app.as_str() == app)
            && before(known)
    });
    asked
}

fn compare(logs: &Arc<Logs>, known: &[Known], asked: &Asked, limit: usize) {
    let mut want: Vec<(u64, &str)> = known
        .iter()
        .filter(|known| (asked.meets)(known))
        .map(|known| (known.line.at_ms, known.line.text.as_str()))
        .collect();
    want.sort();
    let mut got: Vec<(u64, String)> = Vec::new();
    let give = |found: &Found<'_>| {
        got.push((found.at_ms, found.line.to_owned()));
        got.len() < limit
    };
    let searched = logs.scan(&asked.query, give).unwrap();
    assert_eq!(searched.damaged, 0);
    assert!(got.windows(2).all(|pair| pair[0].0 >= pair[1].0), "newest first: {}", asked.words);
    if want.len() < limit {
        got.sort();
        let got: Vec<(u64, &str)> =
            got.iter().map(|(at_ms, text)| (*at_ms, text.as_str())).collect();
        assert_eq!(got.len(), want.len(), "{}", asked.words);
        assert!(got == want, "{}", asked.words);
        let step_ms = [1_000, 60_000][got.len() % 2];
        let counts = logs.counts(&asked.query, step_ms, || false).unwrap();
        let sum: u64 = counts.counts.values().flatten().sum();
        assert_eq!(sum, want.len() as u64, "counts of {}", asked.words);
    } else {
        let times: Vec<u64> = got.iter().map(|(at_ms, _)| *at_ms).collect();
        let newest: Vec<u64> = want.iter().rev().take(limit).map(|(at_ms, _)| *at_ms).collect();
        assert_eq!(times, newest, "{}", asked.words);
    }
}

#[test]
fn a_thousand_queries_find_what_an_oracle_finds() {
    let seed = std::env::var("OSTLER_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut random = Random::new(seed);
    let folder = Folder::new();
    let mut known = Vec::new();
    for round in 0..12 {
        let logs = start(&folder);
        logs.offer(&write(&mut random, 250, &mut known), 0);
        if round == 5 {
            logs.flush();
            logs.offer(&write(&mut random, 100, &mut known), 0);
        }
        logs.finish();
    }
    let logs = start(&folder);
    assert_eq!(logs.figures().disk_lines, known.len() as u64);
    logs.offer(&write(&mut random, 2_500, &mut known), 0);
    for at in 0..1_000 {
        if at == 500 {
            logs.merge_now();
            logs.flush();
            assert_eq!(logs.figures().disk_lines, known.len() as u64);
        }
        let asked = ask(&mut random, &known);
        let limit = if random.below(4) == 0 { 1 + random.below(100) as usize } else { usize::MAX };
        compare(&logs, &known, &asked, limit);
    }
    logs.finish();
}

fn plain(at_ms: u64, text: String) -> Arc<LogLine> {
    let app = AppName::parse("web").unwrap();
    Arc::new(LogLine { at_ms, app, number: 0, stream: Stream::Out, text })
}

/// A line that no packing makes small.
fn random_line(random: &mut Random, at_ms: u64) -> Arc<LogLine> {
    let words: String = (0..60).map(|_| format!("{:016x}", random.next_u64())).collect();
    plain(at_ms, words)
}

#[test]
fn disk_has_a_limit_and_the_oldest_go() {
    let (folder, mut random) = (Folder::new(), Random::new(2));
    let settings = Settings {
        disk_bytes_max: 400_000,
        age_max: Duration::from_secs(1 << 32),
        ..Settings::usual(folder.0.clone())
    };
    let logs = Logs::start(settings, Box::new(|text| panic!("{text}"))).unwrap();
    for round in 0..20 {
        let lines: Vec<_> =
            (0..100).map(|at| random_line(&mut random, START_MS + round * 1_000 + at)).collect();
        logs.offer(&lines, 0);
        logs.flush();
    }
    assert!(logs.figures().disk_bytes > 400_000);
    logs.care_now();
    let figures = logs.figures();
    assert!(figures.disk_bytes <= 400_000 && figures.disk_lines > 300, "{figures:?}");
    assert_eq!(figures.disk_lines + figures.expired, 2_000);
    let mut oldest = u64::MAX;
    logs.scan(&Query::default(), |found| {
        oldest = oldest.min(found.at_ms);
        true
    })
    .unwrap();
    assert!(oldest > START_MS + 10_000, "the oldest went");
    logs.finish();
}

#[test]
fn what_is_too_old_goes() {
    let folder = Folder::new();
    let settings =
        Settings { age_max: Duration::from_secs(3_600), ..Settings::usual(folder.0.clone()) };
    let logs = Logs::start(settings, Box::new(|text| panic!("{text}"))).unwrap();
    let now_ms = base::clock::wall_ms();
    logs.offer(&[plain(now_ms - 4_000_000, "old".into())], 0);
    logs.flush();
    logs.offer(&[plain(now_ms, "new".into())], 0);
    logs.flush();
    logs.care_now();
    let figures = logs.figures();
    assert_eq!((figures.disk_lines, figures.expired), (1, 1));
    logs.finish();
}

#[test]
fn a_disk_that_takes_nothing_is_told_and_memory_stays_within_bounds() {
    let (folder, mut random) = (Folder::new(), Random::new(3));
    let told = Arc::new(std::sync::Mutex::new(Vec::new()));
    let tell = told.clone();
    let logs = Logs::start(
        Settings::usual(folder.0.clone()),
        Box::new(move |text| tell.lock().unwrap().push(text.to_owned())),
    )
    .unwrap();
    // Where files should be is a file: nothing can be made there, as on a disk that is full.
    std::fs::remove_dir_all(&folder.0).unwrap();
    std::fs::write(&folder.0, "in the way").unwrap();
    logs.flush();
    let mut count = 0;
    for _ in 0..120 {
        let lines: Vec<_> = (0..100).map(|at| random_line(&mut random, START_MS + at)).collect();
        count += lines.len() as u64;
        logs.offer(&lines, 0);
        if count.is_multiple_of(3_000) {
            logs.flush();
        }
    }
    let figures = logs.figures();
    assert!(figures.lost > 0 && figures.memory_bytes <= 4 << 20, "{figures:?}");
    let mut found = 0;
    logs.scan(&Query::default(), |_| {
        found += 1;
        true
    })
    .unwrap();
    assert_eq!(found + figures.lost, count, "what is not lost is found");
    let told = told.lock().unwrap().clone();
    assert!(
        told.len() == 1 && told[0].contains("logs cannot be written to"),
        "told once: {told:?}"
    );
    // Room again: all that is left is written.
    std::fs::remove_file(&folder.0).unwrap();
    std::fs::create_dir_all(folder.0.join("wal")).unwrap();
    logs.flush();
    assert_eq!(logs.figures().disk_lines, found);
    logs.finish();
}

#[test]
fn clocks_that_jump_lose_nothing() {
    let folder = Folder::new();
    let logs = start(&folder);
    let times = [START_MS, START_MS + 5, 0, 1, u64::MAX / 4, START_MS + 6, 7];
    for (at, at_ms) in times.iter().enumerate() {
        logs.offer(&[plain(*at_ms, format!("line {at}"))], 0);
    }
    std::thread::sleep(Duration::from_millis(50));
    logs.flush();
    logs.offer(&[plain(3, "line 7".into())], 0);
    logs.finish();
    let logs = start(&folder);
    let mut texts = Vec::new();
    logs.scan(&Query::default(), |found| {
        texts.push(found.line.to_owned());
        true
    })
    .unwrap();
    assert_eq!(
        texts,
        ["line 4", "line 5", "line 1", "line 0", "line 6", "line 7", "line 3", "line 2"]
    );
    logs.finish();
}

#[test]
fn lines_of_a_process_that_died_are_taken_over() {
    let folder = Folder::new();
    let logs = start(&folder);
    logs.offer(&[plain(START_MS, "{\"a\":1}".into())], 0);
    // As after a kill: its file stays, and nobody holds its lock.
    let wal = std::fs::read_dir(folder.0.join("wal")).unwrap().flatten().next().unwrap().path();
    std::fs::copy(&wal, folder.0.join("wal/1-0.wal")).unwrap();
    let other = Folder::new();
    std::fs::create_dir_all(other.0.join("wal")).unwrap();
    std::fs::rename(folder.0.join("wal/1-0.wal"), other.0.join("wal/1-0.wal")).unwrap();
    let heir = start(&other);
    let mut found = Vec::new();
    heir.search(
        &Query::default(),
        || false,
        |record| {
            found.push((record.at_ms, record.fields));
            true
        },
    )
    .unwrap();
    assert_eq!(found, [(START_MS, vec![("a".to_owned(), "1".to_owned())])]);
    assert_eq!(std::fs::read_dir(other.0.join("wal")).unwrap().count(), 1, "its own");
    heir.finish();
    logs.finish();
}

#[test]
fn a_damaged_file_spoils_no_other() {
    let folder = Folder::new();
    let logs = start(&folder);
    for round in 0..2 {
        logs.offer(
            &(0..50)
                .map(|at| plain(START_MS + at, format!("round {round} line {at}")))
                .collect::<Vec<_>>(),
            0,
        );
        logs.flush();
    }
    logs.finish();
    let days: Vec<_> = std::fs::read_dir(&folder.0)
        .unwrap()
        .flatten()
        .filter(|day| day.file_name() != "wal")
        .collect();
    let part = days
        .iter()
        .flat_map(|day| std::fs::read_dir(day.path()).into_iter().flatten().flatten())
        .next()
        .unwrap();
    let mut bytes = std::fs::read(part.path()).unwrap();
    bytes[20] ^= 1;
    std::fs::write(part.path(), bytes).unwrap();
    let logs = start(&folder);
    let mut found = 0;
    let searched = logs
        .scan(&Query::default(), |_| {
            found += 1;
            true
        })
        .unwrap();
    assert_eq!((found, searched.damaged), (50, 1));
    logs.finish();
}
