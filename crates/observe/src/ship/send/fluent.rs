use super::socket::{self, Duplex};
use super::verdict::Verdict;
use crate::ship::encode::fluent::CHUNK_BYTES;
use crate::ship::queue::Batch;
use crate::wire::msgpack::{self, ReadError, Value};
use config::ExportFluent;
use ring::digest::{Context, SHA512};
use std::fmt::Write;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Answers are short.
const ANSWER_BYTES_MAX: usize = 16 * 1024;

/// A Fluentd or Fluent Bit, and the connection to it.
pub struct Fluent {
    target: ExportFluent,
    stream: Option<Line>,
}

/// A connection, and what came of the next answer.
struct Line {
    stream: Box<dyn Duplex>,
    read: Vec<u8>,
}

impl Fluent {
    pub fn new(target: ExportFluent) -> Self {
        Fluent { target, stream: None }
    }

    /// Send one message and wait until it is acknowledged. A limit of time is the caller's.
    pub async fn send(&mut self, batch: &Batch) -> Verdict {
        // A limit of time may end this at any await: then the connection is not used again.
        let mut line = match self.stream.take() {
            Some(line) => line,
            None => match self.begin().await {
                Ok(line) => line,
                Err(why) => return Verdict::Later(why, None),
            },
        };
        match exchange(&mut line, &batch.payload).await {
            Ok(()) => {
                self.stream = Some(line);
                Verdict::Sent(None)
            }
            Err(why) => Verdict::Later(why, None),
        }
    }

    async fn begin(&self) -> Result<Line, String> {
        let ExportFluent { server, shared_key, ca, .. } = &self.target;
        let stream = socket::connect(server, ca.as_deref()).await?;
        let mut line = Line { stream, read: Vec::new() };
        if let Some(key) = shared_key {
            self.greet(&mut line, key).await?;
        }
        Ok(line)
    }

    /// HELO, PING, PONG: both sides show that they know the key.
    async fn greet(&self, line: &mut Line, key: &str) -> Result<(), String> {
        let strange = || String::from("it does not greet: it has no `shared_key`");
        let Value::Array(helo) = line.next().await? else { return Err(strange()) };
        let options = match helo.as_slice() {
            [Value::Bytes(word), options, ..] if word == b"HELO" => options,
            _ => return Err(strange()),
        };
        let nonce = options.get("nonce").and_then(Value::bytes).ok_or_else(strange)?;
        let auth = options.get("auth").and_then(Value::bytes).unwrap_or_default();
        let salt = base::random::secret::<16>().map_err(|error| error.to_string())?;
        let name = "ostler";
        let digest = |name: &[u8]| hex(&[&salt, name, nonce, key.as_bytes()]);
        let (user, password) = match &self.target.login {
            Some((user, password)) if !auth.is_empty() => {
                (user.as_str(), hex(&[auth, user.as_bytes(), password.as_bytes()]))
            }
            None if !auth.is_empty() => return Err("it asks for a user and a password".into()),
            _ => ("", String::new()),
        };
        let mut ping = Vec::new();
        msgpack::array(&mut ping, 6);
        for text in ["PING", name] {
            msgpack::text(&mut ping, text);
        }
        msgpack::binary(&mut ping, &salt);
        for text in [&digest(name.as_bytes()), user, &password] {
            msgpack::text(&mut ping, text);
        }
        line.write(&ping).await?;
        let Value::Array(pong) = line.next().await? else { return Err(strange()) };
        match pong.as_slice() {
            [
                Value::Bytes(word),
                Value::Flag(true),
                _,
                Value::Bytes(server),
                Value::Bytes(shown),
                ..,
            ] if word == b"PONG" => match shown == digest(server).as_bytes() {
                true => Ok(()),
                false => Err("it does not know the shared key".into()),
            },
            [_, Value::Flag(false), Value::Bytes(why), ..] => {
                Err(format!("it refuses: {}", String::from_utf8_lossy(why)))
            }
            _ => Err(strange()),
        }
    }
}

/// Send the message behind the name of its chunk, and read that name back.
async fn exchange(line: &mut Line, payload: &[u8]) -> Result<(), String> {
    let (chunk, message) = payload.split_at_checked(CHUNK_BYTES).ok_or("the message is broken")?;
    line.write(message).await?;
    let answer = line.next().await?;
    match answer.get("ack").and_then(Value::bytes) {
        Some(ack) if ack == chunk => Ok(()),
        _ => Err("it acknowledges another message".into()),
    }
}

impl Line {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        let written = self.stream.write_all(bytes).await;
        written.map_err(|error| format!("the connection broke: {error}"))?;
        self.stream.flush().await.map_err(|error| format!("the connection broke: {error}"))
    }

    /// The next value that the server sends.
    async fn next(&mut self) -> Result<Value, String> {
        loop {
            match msgpack::read(&self.read) {
                Ok((value, end)) => {
                    self.read.drain(..end);
                    return Ok(value);
                }
                Err(ReadError::Short) if self.read.len() < ANSWER_BYTES_MAX => {}
                Err(error) => return Err(error.to_string()),
            }
            let read = self.stream.read_buf(&mut self.read).await;
            if read.map_err(|error| format!("the connection broke: {error}"))? == 0 {
                return Err("it closed the connection without an answer".into());
            }
        }
    }
}

/// SHA-512 of the parts, in hexadecimal digits.
fn hex(parts: &[&[u8]]) -> String {
    let mut context = Context::new(&SHA512);
    parts.iter().for_each(|part| context.update(part));
    context.finish().as_ref().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
