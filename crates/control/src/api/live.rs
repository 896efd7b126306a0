//! `GET /api/v1/stream?topic=status&topic=events`: several topics in one stream of server-sent events, each event
//! named after its topic. Browsers open few connections to one place, so a dashboard has only this one.
//!
//! | topic | tells |
//! |---|---|
//! | `status` | the status, once a second |
//! | `events` | recent events, then live ones |
//! | `diagram` | the architecture as it runs, each time it was looked at |

use super::stream::{Form, Pieces};
use super::{Body, Desk, Refused, Visit, query, reply};
use crate::feed::{Feed, Item};
use crate::gate::{Access, check_access};
use base::stop::{self, Stop, Stopper};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::Response;
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Topic {
    Status,
    Events,
    Diagram,
}

impl Topic {
    fn parse(text: &str) -> Result<Self, Refused> {
        match text {
            "status" => Ok(Topic::Status),
            "events" => Ok(Topic::Events),
            "diagram" => Ok(Topic::Diagram),
            _ => Err(Refused::bad(format!(
                "There is no topic {text:?}. Use status, events or diagram."
            ))),
        }
    }

    fn access(self) -> Access {
        match self {
            Topic::Status => Access::Local,
            Topic::Events | Topic::Diagram => Access::Read,
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
    let permit = Arc::clone(&desk.streams).try_acquire_owned();
    let permit = permit.map_err(|_| {
        Refused::not_now("Too many streams are open. Close a dashboard or a `logs -f`.")
    })?;
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
    let mut text = format!("event: {topic}\ndata: ").into_bytes();
    serde_json::to_writer(&mut text, value).ok()?;
    text.extend_from_slice(b"\n\n");
    Some(text.into())
}
