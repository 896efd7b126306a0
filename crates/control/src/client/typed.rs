//! A typed call for each resource.

use super::call::Call;
use super::{CallError, Follow};
use base::task::Tasks;
use hyper::Method;
use model::api::{
    Graph, LogEntry, LogSearch, PurgeReport, PurgeRequest, ReloadReport, ReloadRequest,
    RestartRequest, ScaleReport, ScaleRequest, Status, UpgradeReport,
};
use model::{AppName, Event, LogLine, Stream};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// For answers that need no work: the admin API has a thread of its own, so it is never busy.
const QUICK: Duration = Duration::from_secs(5);

/// Asks the Ostler behind one socket.
#[derive(Debug, Clone)]
pub struct Client {
    socket: PathBuf,
    tasks: Tasks,
}

/// Which log lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogQuery {
    /// Of one app, or all.
    pub app: Option<AppName>,
    /// So many of those already written.
    pub lines: usize,
    /// Go on with those written from now on.
    pub follow: bool,
}

impl Client {
    /// A client of the Ostler that listens on `socket`. Connects at each call.
    pub fn new(socket: impl Into<PathBuf>) -> Self {
        Client { socket: socket.into(), tasks: Tasks::new() }
    }

    /// The socket it asks.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Everything about now.
    pub async fn status(&self) -> Result<Status, CallError> {
        self.quick("/api/v1/status").await
    }

    /// The architecture as it runs now.
    pub async fn diagram(&self) -> Result<Graph, CallError> {
        self.quick("/api/v1/diagram").await
    }

    /// The checked config.
    pub async fn config(&self) -> Result<serde_json::Value, CallError> {
        self.quick("/api/v1/config").await
    }

    /// Rolling reload of one app or all. A failed one is told in its report.
    pub async fn reload(&self, app: Option<AppName>) -> Result<Vec<ReloadReport>, CallError> {
        self.command("/api/v1/reload", &ReloadRequest { app }).await
    }

    /// Run so many workers.
    pub async fn scale(&self, app: AppName, workers: u32) -> Result<ScaleReport, CallError> {
        self.command("/api/v1/scale", &ScaleRequest { app, workers }).await
    }

    /// Replace one worker.
    pub async fn restart(&self, app: AppName, number: u32) -> Result<(), CallError> {
        let done = self.command("/api/v1/restart", &RestartRequest { app, number }).await;
        done.map(|IgnoredAny| ())
    }

    /// Purge cached replies.
    pub async fn purge(&self, request: &PurgeRequest) -> Result<PurgeReport, CallError> {
        self.command("/api/v1/purge", request).await
    }

    /// Drain and end everything; returns when no worker is left.
    pub async fn stop(&self) -> Result<(), CallError> {
        self.command("/api/v1/stop", &serde_json::json!({})).await.map(|IgnoredAny| ())
    }

    /// Hand over to the binary that now lies where the running one was started from.
    pub async fn upgrade(&self) -> Result<UpgradeReport, CallError> {
        self.command("/api/v1/upgrade", &serde_json::json!({})).await
    }

    /// Log lines, oldest first.
    pub async fn logs(&self, query: &LogQuery) -> Result<Follow<LogLine>, CallError> {
        let mut path = format!("/api/v1/logs?lines={}&follow={}", query.lines, query.follow);
        if let Some(app) = &query.app {
            // Writing to a String cannot fail; app names need no encoding.
            let _ = write!(path, "&app={app}");
        }
        Ok(Follow::new(self.call(Method::GET, &path).send().await?))
    }

    /// Log lines that are looked for: newest first, or, followed, oldest first and then those that come.
    pub async fn search_logs(
        &self,
        search: &LogSearch,
        follow: bool,
    ) -> Result<Follow<LogEntry>, CallError> {
        let path = format!("/api/v1/logs?{}&follow={follow}", encoded(search));
        Ok(Follow::new(self.call(Method::GET, &path).send().await?))
    }

    /// Recent events, then live ones.
    pub async fn events(&self) -> Result<Follow<Event>, CallError> {
        Ok(Follow::new(self.call(Method::GET, "/api/v1/events").send().await?))
    }

    async fn quick<T: DeserializeOwned>(&self, path: &str) -> Result<T, CallError> {
        let answer = self.call(Method::GET, path).json();
        tokio::time::timeout(QUICK, answer).await.unwrap_or_else(|_| {
            let text = format!("{} did not answer within {QUICK:?}", self.socket.display());
            Err(io::Error::new(io::ErrorKind::TimedOut, text).into())
        })
    }

    async fn command<Q: Serialize, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &Q,
    ) -> Result<T, CallError> {
        let body = serde_json::to_vec(body).map_err(|e| CallError::Protocol(e.to_string()))?;
        self.call(Method::POST, path).body(body).json().await
    }

    fn call<'c>(&'c self, method: Method, path: &'c str) -> Call<'c> {
        Call::new(&self.socket, &self.tasks, method, path)
    }
}

/// A search as a query string.
fn encoded(search: &LogSearch) -> String {
    let mut query = format!("limit={}", search.limit);
    let mut add = |key: &str, value: &str| {
        query.push('&');
        query.push_str(key);
        query.push('=');
        for byte in value.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                    query.push(char::from(byte))
                }
                // Writing to a String cannot fail.
                _ => drop(write!(query, "%{byte:02X}")),
            }
        }
    };
    let LogSearch {
        grep,
        regex,
        ignore_case,
        level,
        app,
        worker,
        stream,
        fields,
        since,
        until,
        limit: _,
    } = search;
    grep.iter().for_each(|text| add("grep", text));
    regex.iter().for_each(|text| add("regex", text));
    fields.iter().for_each(|text| add("field", text));
    for (key, value) in [("level", level), ("app", app), ("since", since), ("until", until)] {
        if let Some(value) = value {
            add(key, value);
        }
    }
    if let Some(worker) = worker {
        add("worker", &worker.to_string());
    }
    if let Some(stream) = stream {
        add("stream", if *stream == Stream::Err { "err" } else { "out" });
    }
    if *ignore_case {
        add("ignore_case", "true");
    }
    query
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_one_line() {
        let search = LogSearch {
            grep: vec!["a b&é".into()],
            fields: vec!["n>=5".into()],
            worker: Some(2),
            ignore_case: true,
            limit: 7,
            ..LogSearch::default()
        };
        let want = "limit=7&grep=a%20b%26%C3%A9&field=n%3E%3D5&worker=2&ignore_case=true";
        assert_eq!(encoded(&search), want);
    }
}
