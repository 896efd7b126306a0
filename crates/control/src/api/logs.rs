//! `GET /api/v1/logs`: what workers wrote, as JSON lines; and how much of it there is over time.
//!
//! With nothing but `app`, `lines` and `follow`: the last lines as they were read, oldest first. With any other
//! parameter: what is looked for in all that is kept, newest first, or with `follow` as it comes.
//!
//! JSON lines rather than server-sent events: `curl … | jq` reads them as they are.

use super::stream::{self, Form};
use super::{Body, Desk, Refused, query, reply};
use crate::feed::Item;
use hyper::Response;
use model::api::{LogEntry, LogSearch};
use model::{AppName, LogLine, Stream};

const LINES_DEFAULT: usize = 100;
const LINES_MAX: usize = 10_000;
const FOUND_DEFAULT: usize = 1_000;
const FOUND_MAX: usize = 1_000_000;
/// Of the past, when what comes is followed.
const FOLLOWED_DEFAULT: usize = 50;
const STEP_DEFAULT_MS: u64 = 60_000;

const PLAIN: [&str; 3] = ["app", "lines", "follow"];
const SEARCH: [&str; 13] = [
    "app",
    "follow",
    "grep",
    "regex",
    "ignore_case",
    "level",
    "worker",
    "stream",
    "field",
    "since",
    "until",
    "limit",
    "step",
];

struct Wanted {
    app: Option<AppName>,
    lines: usize,
    follow: bool,
}

pub async fn get(desk: &Desk, query: &str) -> Result<Response<Body>, Refused> {
    let is_plain = |pair: &str| PLAIN.contains(&pair.split('=').next().unwrap_or_default());
    if query.split('&').filter(|part| !part.is_empty()).all(is_plain) {
        return recent(desk, Wanted::parse(query)?);
    }
    let asked = Asked::parse(query)?;
    if asked.step_ms.is_some() {
        return Err(Refused::bad("step is for /api/v1/logs/counts."));
    }
    let mut search = asked.search;
    if asked.follow {
        search.limit = asked.limit.unwrap_or(FOLLOWED_DEFAULT).min(LINES_MAX);
        let feed = desk.running.follow_logs(search).await?;
        let body = stream::body(desk, Form::Lines, feed, Box::new(|_: &LogEntry| true))?;
        return Ok(reply::with(Form::Lines.content_type(), body));
    }
    search.limit = asked.limit.unwrap_or(FOUND_DEFAULT);
    let found = desk.running.search_logs(search).await?;
    let body = stream::found(desk, found)?;
    Ok(reply::with(Form::Lines.content_type(), body))
}

/// `GET /api/v1/logs/counts`.
pub async fn counts(desk: &Desk, query: &str) -> Result<Response<Body>, Refused> {
    let asked = Asked::parse(query)?;
    if asked.follow || asked.limit.is_some() {
        return Err(Refused::bad("Counts have no limit and cannot be followed: ask again."));
    }
    let step_ms = asked.step_ms.unwrap_or(STEP_DEFAULT_MS);
    Ok(reply::json(&desk.running.count_logs(asked.search, step_ms).await?))
}

/// What is looked for by the parameters of a query that only follows.
pub fn search(query: &str) -> Result<LogSearch, Refused> {
    let asked = Asked::parse(query)?;
    let limit = asked.limit.unwrap_or(FOLLOWED_DEFAULT).min(LINES_MAX);
    Ok(LogSearch { limit, ..asked.search })
}

fn recent(desk: &Desk, wanted: Wanted) -> Result<Response<Body>, Refused> {
    if let Some(app) = &wanted.app {
        let apps = desk.running.status().apps;
        if !apps.iter().any(|known| known.name == *app) {
            let names: Vec<_> = apps.iter().map(|known| known.name.as_str()).collect();
            let names = names.join(", ");
            return Err(Refused::no_app(format!("There is no app {app}. Running: {names}.")));
        }
    }
    let mut feed = desk.running.logs(wanted.app.as_ref(), wanted.lines);
    let app = wanted.app;
    let keep = move |line: &LogLine| app.as_ref().is_none_or(|app| line.app == *app);
    if wanted.follow {
        let body = stream::body(desk, Form::Lines, feed, Box::new(keep))?;
        return Ok(reply::with(Form::Lines.content_type(), body));
    }
    let mut text = Vec::new();
    while let Some(item) = feed.next_recent() {
        let wanted = !matches!(&item, Item::Entry(line) if !keep(line));
        if let Some(bytes) = Form::Lines.encode(&item).filter(|_| wanted) {
            text.extend_from_slice(&bytes);
        }
    }
    Ok(reply::full(Form::Lines.content_type(), text))
}

impl Wanted {
    fn parse(query: &str) -> Result<Self, Refused> {
        let mut wanted = Wanted { app: None, lines: LINES_DEFAULT, follow: false };
        for (key, value) in query::pairs(query, &PLAIN)? {
            match key {
                "app" => {
                    let app = AppName::parse(value);
                    wanted.app = Some(app.map_err(|error| Refused::bad(format!("app={error}.")))?);
                }
                "lines" => wanted.lines = number(key, value, LINES_MAX)?,
                _ => wanted.follow = query::switch(key, value)?,
            }
        }
        Ok(wanted)
    }
}

/// What is looked for, and how it is told.
#[derive(Default)]
struct Asked {
    search: LogSearch,
    follow: bool,
    limit: Option<usize>,
    step_ms: Option<u64>,
}

impl Asked {
    fn parse(query: &str) -> Result<Self, Refused> {
        let mut asked = Asked::default();
        let search = &mut asked.search;
        for (key, raw) in query::pairs(query, &SEARCH)? {
            let value = query::decode(raw)?;
            match key {
                "follow" => asked.follow = query::switch(key, &value)?,
                "ignore_case" => search.ignore_case = query::switch(key, &value)?,
                "limit" => asked.limit = Some(number(key, &value, FOUND_MAX)?),
                "worker" => search.worker = Some(number(key, &value, u32::MAX as usize)? as u32),
                "step" => asked.step_ms = Some(step(&value)?),
                "stream" => search.stream = Some(output(&value)?),
                // An empty box in a form asks for nothing.
                _ if value.is_empty() => {}
                "grep" => search.grep.push(value),
                "regex" => search.regex.push(value),
                "field" => search.fields.push(value),
                "level" => search.level = Some(value),
                "app" => search.app = Some(value),
                "since" => search.since = Some(value),
                _ => search.until = Some(value),
            }
        }
        Ok(asked)
    }
}

fn number(key: &str, value: &str, max: usize) -> Result<usize, Refused> {
    let number = value.parse().ok().filter(|number| *number <= max);
    number.ok_or_else(|| Refused::bad(format!("{key}={value}: write a number from 0 to {max}.")))
}

fn output(value: &str) -> Result<Stream, Refused> {
    match value {
        "out" => Ok(Stream::Out),
        "err" => Ok(Stream::Err),
        _ => Err(Refused::bad(format!("stream={value}: write out or err."))),
    }
}

fn step(value: &str) -> Result<u64, Refused> {
    let step = base::units::parse_duration(value).ok().map(|step| step.as_millis());
    let step = step.and_then(|ms| u64::try_from(ms).ok()).filter(|ms| *ms >= 1_000);
    step.ok_or_else(|| {
        Refused::bad(format!("step={value}: write a duration of 1s or more, such as 60s."))
    })
}
