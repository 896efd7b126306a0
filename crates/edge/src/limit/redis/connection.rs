//! The connection to a store: made when somebody asks, logged in, and made again after it was lost, each
//! time a little later.

use super::client::Shared;
use super::line::{Job, Lane, State};
use super::resp::{self, Value};
use super::script::{self, SCRIPTS};
use crate::socket::{Buffer, Buffers, Transport};
use crate::upstream::reach;
use config::{LimitStore, StoreAddress};
use model::Endpoint;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::oneshot;

/// To connect and log in, at least; else ten times the timeout of a request.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(500);
/// The next try after a loss, at first and at most.
const AGAIN: Duration = Duration::from_millis(100);
const AGAIN_MAX: Duration = Duration::from_secs(3);

/// Keep a connection as long as somebody may ask. Never ends.
pub async fn drive(shared: Arc<Shared>, lane: Rc<Lane>, stock: Rc<Buffers>) {
    poll_fn(|cx| {
        lane.watch(cx);
        if lane.is_asked() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    let mut again = AGAIN;
    loop {
        let limit = CONNECT_TIMEOUT.max(shared.settings.timeout * 10);
        let opened = tokio::time::timeout(limit, open(&shared, &lane, &stock)).await;
        let why = match opened.unwrap_or_else(|_| Err("it does not answer".to_owned())) {
            Ok(mut link) => {
                lane.set(State::Up);
                shared.found();
                again = AGAIN;
                poll_fn(|cx| link.poll(cx, &lane)).await
            }
            Err(why) => why,
        };
        lane.set(State::Down);
        shared.lost(&why);
        tokio::time::sleep(again).await;
        again = (again * 2).min(AGAIN_MAX);
    }
}

/// Connect, log in, and tell the server the scripts.
async fn open(shared: &Shared, lane: &Lane, stock: &Rc<Buffers>) -> Result<Link, String> {
    let settings = &shared.settings;
    let mut why = "its name leads nowhere".to_owned();
    for endpoint in endpoints(settings).await? {
        match reach(&endpoint, shared.tls.clone(), stock).await {
            Ok(transport) => {
                let mut link = Link::new(transport, stock);
                log_in(&mut link, settings, lane).await?;
                return Ok(link);
            }
            Err(error) => why = error.to_string().replace("the worker", "the server"),
        }
    }
    Err(why)
}

async fn endpoints(settings: &LimitStore) -> Result<Vec<Endpoint>, String> {
    let (host, port, tls) = match &settings.at {
        StoreAddress::Here => return Err("this Ostler has none".into()),
        StoreAddress::Unix(path) => return Ok(vec![Endpoint::Unix(path.clone().into())]),
        StoreAddress::Host { host, port, tls } => (host, *port, *tls),
    };
    let found = tokio::net::lookup_host((host.as_str(), port)).await;
    let found = found.map_err(|error| format!("its name cannot be resolved: {error}"))?;
    let endpoint = |address: SocketAddr| match tls {
        true => Endpoint::Tls { address, name: host.as_str().into() },
        false => Endpoint::Tcp(address),
    };
    Ok(found.map(endpoint).collect())
}

async fn log_in(link: &mut Link, settings: &LimitStore, lane: &Lane) -> Result<(), String> {
    if let Some(password) = &settings.password {
        let user = settings.user.as_deref().map(str::as_bytes);
        let mut parts: Vec<&[u8]> = vec![b"AUTH"];
        parts.extend(user);
        parts.push(password.as_bytes());
        expect(link.call(&parts).await?, "it refuses the login")?;
    }
    if settings.database != 0 {
        let number = settings.database.to_string();
        expect(link.call(&[b"SELECT", number.as_bytes()]).await?, "it refuses the database")?;
    }
    for number in 0..SCRIPTS {
        let text = script::text(number);
        let loaded = link.call(&[b"SCRIPT", b"LOAD", text.as_bytes()]).await?;
        match expect(loaded, "it takes no scripts")? {
            Value::Bulk(hash) => lane.learn(number, hash),
            _ => return Err("it takes no scripts".to_owned()),
        }
    }
    Ok(())
}

fn expect(value: Value, what: &str) -> Result<Value, String> {
    match value {
        Value::Error(text) => Err(format!("{what}: {}", String::from_utf8_lossy(&text))),
        value => Ok(value),
    }
}

/// An open connection.
struct Link {
    transport: Transport,
    input: Buffer,
    output: Buffer,
    /// Who waits for replies, in the order of the commands that were sent.
    waiting: VecDeque<oneshot::Sender<Value>>,
}

impl Link {
    fn new(transport: Transport, stock: &Rc<Buffers>) -> Self {
        let (input, output) = (Buffer::new(stock), Buffer::new(stock));
        Link { transport, input, output, waiting: VecDeque::new() }
    }

    /// Send one command and wait for its reply.
    async fn call(&mut self, parts: &[&[u8]]) -> Result<Value, String> {
        self.output.append(|out| script::command(parts, out));
        let (reply, mut replied) = oneshot::channel();
        self.waiting.push_back(reply);
        poll_fn(|cx| match self.pass(cx) {
            Err(why) => Poll::Ready(Err(why)),
            Ok(()) => match replied.try_recv() {
                Ok(value) => Poll::Ready(Ok(value)),
                Err(_) => Poll::Pending,
            },
        })
        .await
    }

    /// Send what is asked and hand out replies, until the connection is lost: why.
    fn poll(&mut self, cx: &mut Context<'_>, lane: &Lane) -> Poll<String> {
        lane.watch(cx);
        if lane.is_late() {
            return Poll::Ready("it does not answer in time".to_owned());
        }
        while let Some(Job { command, reply }) = lane.pop() {
            self.output.extend(&command);
            self.waiting.push_back(reply);
        }
        match self.pass(cx) {
            Err(why) => Poll::Ready(why),
            Ok(()) => Poll::Pending,
        }
    }

    /// Write and read what is possible now.
    fn pass(&mut self, cx: &mut Context<'_>) -> Result<(), String> {
        let lost = |error: std::io::Error| format!("the connection is lost: {error}");
        while !self.output.is_empty() {
            match self.transport.poll_write(cx, self.output.bytes(), &[]) {
                Poll::Ready(written) => self.output.consume(written.map_err(lost)?),
                Poll::Pending => break,
            }
        }
        loop {
            while let Some((value, length)) =
                resp::read(self.input.bytes()).map_err(|error| error.to_string())?
            {
                self.input.consume(length);
                // Whoever asked may have given up.
                let reply = self.waiting.pop_front().ok_or("it says what nobody asked for")?;
                let _ = reply.send(value);
            }
            match self.transport.poll_read(cx, &mut self.input) {
                Poll::Ready(Ok(0)) => return Err("it closed the connection".to_owned()),
                Poll::Ready(read) => read.map(|_| ()).map_err(lost)?,
                Poll::Pending => return Ok(()),
            }
        }
    }
}
