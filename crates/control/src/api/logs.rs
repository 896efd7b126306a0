//! `GET /api/v1/logs?app=NAME&lines=N&follow=true`: what workers wrote, as JSON lines.
//!
//! JSON lines rather than server-sent events: `curl … | jq` reads them as they are.

use super::stream::{self, Form};
use super::{Body, Desk, Refused, query, reply};
use crate::feed::Item;
use hyper::Response;
use model::{AppName, LogLine};

const LINES_DEFAULT: usize = 100;
const LINES_MAX: usize = 10_000;

struct Wanted {
    app: Option<AppName>,
    lines: usize,
    follow: bool,
}

pub fn get(desk: &Desk, query: &str) -> Result<Response<Body>, Refused> {
    let wanted = Wanted::parse(query)?;
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
        for (key, value) in query::pairs(query, &["app", "lines", "follow"])? {
            match key {
                "app" => {
                    let app = AppName::parse(value);
                    wanted.app = Some(app.map_err(|error| Refused::bad(format!("app={error}.")))?);
                }
                "lines" => match value.parse() {
                    Ok(lines) if lines <= LINES_MAX => wanted.lines = lines,
                    _ => {
                        let error = format!("lines={value}: write a number from 0 to {LINES_MAX}.");
                        return Err(Refused::bad(error));
                    }
                },
                _ => wanted.follow = query::switch(key, value)?,
            }
        }
        Ok(wanted)
    }
}
