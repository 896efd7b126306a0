//! `GET /api/v1/stream?topic=status&topic=events`: several topics in one stream of server-sent events, each event
//! named after its topic. Browsers open few connections to one place, so a dashboard has only this one.
//!
//! | topic | tells |
//! |---|---|
//! | `status` | the status, once a second |
//! | `events` | recent events, then live ones |
//! | `diagram` | the architecture as it runs, each time it was looked at |
//! | `logs:QUERY` | lines as `/api/v1/logs?QUERY&follow=true` tells them |
//! | `metrics:EXPR` | once a second what `/api/v1/query?query=EXPR` answers |
//!
//! A topic that cannot be told says so in an event `{"error": …}`; the others go on.

use super::stream::{Form, Pieces, permit};
use super::{Body, Desk, Refused, Visit, logs, query, reply};
use crate::feed::{Feed, Item};
use crate::gate::{Access, check_access};
use base::stop::{self, Stop, Stopper};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::Response;
use model::api::{Refusal, SeriesQuestion, SeriesWhat};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, mpsc, watch};
use tokio::time::timeout;

/// Topics in one stream.
const TOPICS_MAX: usize = 32;
/// What is now is told at this period.
const PERIOD: Duration = Duration::from_secs(1);
/// Browsers try again after this time, in milliseconds.
const OPENING: &[u8] = b"retry: 1000\n\n";

/// What can be heard of.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Topic {
    Status,
    Events,
    Diagram,
    Logs(String),
    Metrics(String),
}

impl Topic {
    fn parse(text: &str) -> Result<Self, Refused> {
        match text.split_once(':').unwrap_or((text, "")) {
            ("status", "") => Ok(Topic::Status),
            ("events", "") => Ok(Topic::Events),
            ("diagram", "") => Ok(Topic::Diagram),
            ("logs", query) => Ok(Topic::Logs(query.into())),
            ("metrics", expression) if !expression.is_empty() => {
                Ok(Topic::Metrics(expression.into()))
            }
            _ => Err(Refused::bad(format!(
                "There is no topic {text:?}. Use status, events, diagram, logs:QUERY or metrics:EXPR."
            ))),
        }
    }

    fn access(&self) -> Access {
        match self {
            Topic::Status | Topic::Metrics(_) => Access::Local,
            Topic::Events | Topic::Diagram | Topic::Logs(_) => Access::Read,
        }
    }
}

pub fn follow(desk: &Arc<Desk>, visit: Visit, query: &str) -> Result<Response<Body>, Refused> {
    let mut topics: Vec<(String, Topic)> = Vec::new();
    for (_, value) in query::pairs(query, &["topic"])? {
        let name = query::decode(value)?;
        let topic = Topic::parse(&name)?;
        check_access(visit.peer, &visit.caller, topic.access())?;
        if topics.iter().all(|(known, _)| *known != name) {
            topics.push((name, topic));
        }
    }
    if topics.is_empty() || topics.len() > TOPICS_MAX {
        return Err(Refused::bad(format!("Give 1 to {TOPICS_MAX} topics: ?topic=status.")));
    }
    let permit = permit(desk)?;
    let (sender, receiver) = mpsc::channel(1);
    let (stopper, end) = stop::pair();
    let line = Line { desk: Arc::clone(desk), sender, end };
    for (name, topic) in topics {
        line.begin(topic, name);
    }
    desk.tasks.spawn("control.live", line.keep_alive(visit, stopper, permit));
    Ok(reply::with(Form::Events.content_type(), Pieces(receiver).boxed_unsync()))
}

/// One reader's line, which its topics share.
#[derive(Clone)]
struct Line {
    desk: Arc<Desk>,
    sender: mpsc::Sender<Bytes>,
    /// The reader has gone, or may not read on.
    end: Stop,
}

impl Line {
    fn begin(&self, topic: Topic, name: String) {
        let line = self.clone();
        match topic {
            Topic::Status => {
                let desk = Arc::clone(&self.desk);
                self.tell("control.live.status", line.now(name, move || desk.running.status()));
            }
            Topic::Events => {
                self.tell("control.live.events", line.feed(name, self.desk.running.events()));
            }
            Topic::Diagram => {
                self.tell("control.live.diagram", line.last(name, self.desk.running.diagram()));
            }
            Topic::Logs(query) => self.tell("control.live.logs", line.logs(name, query)),
            Topic::Metrics(expression) => {
                self.tell("control.live.metrics", line.metrics(name, expression));
            }
        }
    }

    fn tell(&self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        let (mut end, sender) = (self.end.clone(), self.sender.clone());
        let mut stop = self.desk.stop.clone();
        self.desk.tasks.spawn(name, async move {
            tokio::select! {
                () = work => {}
                () = sender.closed() => {}
                () = end.stopped() => {}
                () = stop.stopped() => {}
            }
        });
    }

    /// Something that is told anew each second.
    async fn now<T: Serialize>(self, topic: String, look: impl Fn() -> T) {
        loop {
            let Some(event) = event(&topic, &look()) else { return };
            if self.sender.send(event).await.is_err() {
                return;
            }
            tokio::time::sleep(PERIOD).await;
        }
    }

    /// Log lines that are looked for, as they come.
    async fn logs(self, topic: String, query: String) {
        let follow = async {
            let search = logs::search(&query)?;
            self.desk.running.follow_logs(search).await.map_err(Refused::from)
        };
        match follow.await {
            Ok(feed) => self.feed(topic, feed).await,
            Err(refused) => self.fault(&topic, &refused).await,
        }
    }

    /// The value of an expression, once a second.
    async fn metrics(self, topic: String, expression: String) {
        loop {
            let parameters = vec![("query".into(), expression.clone())];
            let question = SeriesQuestion { what: SeriesWhat::Instant, parameters };
            let text = match self.desk.running.series(question).await {
                Ok(told) if told.status == 200 => line(&topic, told.body.as_bytes()),
                Ok(told) => return self.fault(&topic, &Refused::bad(told.body)).await,
                Err(declined) => return self.fault(&topic, &Refused::from(declined)).await,
            };
            if self.sender.send(text).await.is_err() {
                return;
            }
            tokio::time::sleep(PERIOD).await;
        }
    }

    /// This topic cannot be told.
    async fn fault(&self, topic: &str, refused: &Refused) {
        if let Some(text) = event(topic, &Refusal { error: refused.error().into() }) {
            let _ = self.sender.send(text).await;
        }
    }

    /// Something of which only the last is of interest, whenever there is a new one.
    async fn last<T: Serialize>(self, topic: String, mut last: watch::Receiver<Option<T>>) {
        loop {
            let text = last.borrow_and_update().as_ref().map(|value| event(&topic, value));
            if let Some(text) = text {
                let Some(text) = text else { return };
                if self.sender.send(text).await.is_err() {
                    return;
                }
            }
            if last.changed().await.is_err() {
                return;
            }
        }
    }

    /// Something that is told entry by entry.
    async fn feed<T: Serialize + Clone>(self, topic: String, mut feed: Feed<T>) {
        while let Some(item) = feed.next().await {
            let text = match &item {
                Item::Entry(entry) => event(&topic, entry.as_ref()),
                Item::Missed { .. } => event(&topic, &item),
            };
            let Some(text) = text else { return };
            if self.sender.send(text).await.is_err() {
                return;
            }
        }
    }

    /// Say something now and then so that both ends notice a dead connection, and end everything when the reader
    /// has gone or its session has ended.
    async fn keep_alive(self, visit: Visit, stopper: Stopper, _permit: OwnedSemaphorePermit) {
        let mut stop = self.desk.stop.clone();
        if self.sender.send(Bytes::from_static(OPENING)).await.is_err() {
            return;
        }
        let mut silent = Duration::ZERO;
        loop {
            tokio::select! {
                () = self.sender.closed() => break,
                () = stop.stopped() => break,
                () = tokio::time::sleep(PERIOD) => {}
            }
            if !visit.holds(&self.desk) {
                break;
            }
            silent += PERIOD;
            if silent >= self.desk.settings.limits.keep_alive {
                silent = Duration::ZERO;
                // A line that is full has something to say.
                let _ = timeout(PERIOD, self.sender.send(Bytes::from_static(b":\n\n"))).await;
            }
        }
        stopper.stop();
    }
}

/// One event of a topic. A topic is one line: what decodes to a line's end is refused before.
fn event<T: Serialize>(topic: &str, value: &T) -> Option<Bytes> {
    Some(line(topic, &serde_json::to_vec(value).ok()?))
}

/// The same of JSON without a line's end.
fn line(topic: &str, json: &[u8]) -> Bytes {
    let mut text = format!("event: {topic}\ndata: ").into_bytes();
    text.extend(json.iter().filter(|byte| !matches!(byte, b'\n' | b'\r')));
    text.extend_from_slice(b"\n\n");
    text.into()
}
