//! A reply's body that is encoded on its way.

use super::{Exchange, Pass, Reply, Torn};
use crate::encode::{Coding, EncodeError, Encoder, Skip, Verdict};
use crate::forward::receive::Request;
use crate::http::body::Part;
use crate::http::head::{Framing, ReplyHead};
use crate::http::{Body, Method};
use crate::thread::Thread;
use base::clock;
use std::borrow::Cow;
use std::io::Write;
use std::task::{Context, Poll};

/// Content that is encoded before others on this thread have their turn, in bytes: about 0.3 ms.
const TURN_BYTES_MAX: usize = 64 * 1024;
/// Content that is encoded at once, in bytes.
const PIECE_BYTES_MAX: usize = 32 * 1024;
/// Encoded bytes that are worth a write, though more could be made.
const MADE_BYTES_MAX: usize = 32 * 1024;

/// What stands around a chunk, without trailers.
const CHUNK_BYTES_MAX: usize = 32;

/// What becomes of a reply's body.
pub(super) enum Coded {
    /// It is passed on as it is.
    Not,
    /// It was all there, and became this.
    Whole(Vec<u8>),
    /// It is encoded as it comes.
    Stream(Box<Encoding>),
}

/// A body on its way through an encoder, and into chunks.
#[derive(Debug)]
pub struct Encoding {
    encoder: Encoder,
    /// The last chunk is written.
    ended: bool,
}

/// Decide what becomes of the body of the reply to `request`, `behind` being what came behind its
/// head already, and change the head accordingly.
pub(super) fn decide(
    request: &mut Request,
    head: &mut ReplyHead<'_, '_>,
    behind: &[u8],
    thread: &Thread,
) -> Coded {
    let Request { handling, demand, dress, facts, .. } = request;
    let (Some(rule), Some(demand)) = (&handling.encode, demand) else { return Coded::Not };
    let mut verdict = rule.judge(demand, facts.method, head, || thread.effort());
    let mut coded = Coded::Not;
    if let Verdict::Encode { coding, level, flow } = verdict {
        let made = match whole(head.framing, behind) {
            // Its length is known to who has the content only.
            _ if facts.method == Method::Head => Ok((Coded::Not, Framing::None)),
            Some(content) if rule.is_small(content.len() as u64) => Err(Skip::Small),
            Some(content) => at_once(thread, &content, coding, level),
            None => match Encoder::new(&thread.encoders, coding, level, flow) {
                Ok(encoder) => {
                    let encoding = Box::new(Encoding { encoder, ended: false });
                    Ok((Coded::Stream(encoding), Framing::Chunked))
                }
                Err(_) => Err(Skip::Failed),
            },
        };
        match made {
            Ok((body, framing)) => {
                head.reframe(framing);
                coded = body;
                thread.meters.encode.began(coding);
            }
            Err(skip) => verdict = Verdict::Plain(skip),
        }
    }
    if let Verdict::Only(Some(skip)) | Verdict::Plain(skip) = verdict {
        thread.meters.encode.skipped(skip);
    }
    verdict.write(demand, head, &mut dress.lines);
    coded
}

fn at_once(
    thread: &Thread,
    content: &[u8],
    coding: Coding,
    level: i32,
) -> Result<(Coded, Framing), Skip> {
    let (began, mut made) = (clock::now(), Vec::with_capacity(content.len() / 2));
    thread.encoders.whole(content, coding, level, &mut made).map_err(|_| Skip::Failed)?;
    thread.meters.encode.encoded(coding, content.len(), made.len(), clock::now() - began);
    if made.len() >= content.len() {
        return Err(Skip::Larger);
    }
    let framing = Framing::Length(made.len() as u64);
    Ok((Coded::Whole(made), framing))
}

/// The content of a body that is all in `behind`, and has no trailers.
fn whole(framing: Framing, behind: &[u8]) -> Option<Cow<'_, [u8]>> {
    match framing {
        Framing::None | Framing::UntilClose => None,
        Framing::Length(length) => behind.get(..usize::try_from(length).ok()?).map(Cow::Borrowed),
        Framing::Chunked if !behind.ends_with(b"\r\n0\r\n\r\n") => None,
        Framing::Chunked => {
            let mut body = Body::new(framing, u64::MAX).ok()?;
            let (mut content, mut trailers) = (Vec::with_capacity(behind.len()), false);
            let taken = body.decode(behind, |part| match part {
                Part::Content(part) => content.extend_from_slice(part),
                Part::Trailer(_) => trailers = true,
            });
            let all = taken == Ok(behind.len()) && body.is_done() && !trailers;
            all.then_some(Cow::Owned(content))
        }
    }
}

impl Exchange<'_> {
    /// Pass on what there is of a reply, through its encoder. Whatever this waits for, nothing that
    /// came is held back in the encoder, and it holds no context that others could use.
    pub(super) fn poll_encoded(
        &mut self,
        cx: &mut Context<'_>,
        reply: &mut Reply,
        encoding: &mut Encoding,
    ) -> Result<Pass, Torn> {
        let (mut passed, mut turn) = (0, 0);
        loop {
            let waits = self.encode_some(cx, reply, encoding, &mut turn)?;
            while !self.back.is_empty() {
                match self.client.poll_write(cx, self.back.bytes(), &[]) {
                    Poll::Ready(Ok(written)) => {
                        passed += written as u64;
                        self.back.consume(written);
                    }
                    Poll::Ready(Err(_)) if self.abandon() => {}
                    Poll::Ready(Err(_)) => return Err(Torn::ByClient),
                    Poll::Pending => return Ok(Pass::AwaitsClient { passed }),
                }
            }
            if encoding.ended {
                return Ok(Pass::Done);
            }
            if waits {
                return Ok(Pass::AwaitsWorker { passed });
            }
            if turn >= TURN_BYTES_MAX {
                cx.waker().wake_by_ref();
                return Ok(Pass::AwaitsWorker { passed });
            }
        }
    }

    /// Encode what there is, up to a limit, and append it to `back`. True: the worker is waited for.
    fn encode_some(
        &mut self,
        cx: &mut Context<'_>,
        reply: &mut Reply,
        encoding: &mut Encoding,
        turn: &mut usize,
    ) -> Result<bool, Torn> {
        let thread = self.client.thread.clone();
        let (mut made, mut waits, mut taken) = (thread.encoders.scratch(), false, 0);
        let began = clock::now();
        let ends = loop {
            if self.back.len() + made.len() >= MADE_BYTES_MAX || *turn >= TURN_BYTES_MAX {
                break false;
            }
            reply.body.check(&mut self.input).map_err(|_| Torn::ByWorker)?;
            self.keep_copy(reply);
            let ready = reply.body.ready(&self.input);
            let piece = ready.get(..PIECE_BYTES_MAX).unwrap_or(ready);
            if !piece.is_empty() {
                let len = piece.len();
                encoding.encoder.push(piece, &mut made).map_err(|_| Torn::ByWorker)?;
                reply.body.sent(len, &mut self.input);
                (taken, *turn) = (taken + len, *turn + len);
            } else if encoding.ended || reply.body.is_read() {
                break !encoding.ended;
            } else {
                match self.poll_worker(cx) {
                    Poll::Ready(Ok(read)) if read > 0 => {}
                    Poll::Ready(end) => reply.ended(end).map_err(|_| Torn::ByWorker)?,
                    Poll::Pending => {
                        waits = true;
                        break false;
                    }
                }
            }
        };
        encoding.settle(ends, &mut made).map_err(|_| Torn::ByWorker)?;
        let coding = encoding.encoder.coding();
        if taken > 0 || ends {
            thread.meters.encode.encoded(coding, taken, made.len(), clock::now() - began);
        }
        self.request.entry.sent(made.len() as u64);
        self.back.reserve(made.len() + CHUNK_BYTES_MAX);
        self.back.append(|out| chunk(&made, ends.then(|| reply.body.trailers()), out));
        thread.encoders.put_scratch(made);
        Ok(waits)
    }
}

impl Encoding {
    /// Let all out that was pushed, and the end.
    fn settle(&mut self, ends: bool, made: &mut Vec<u8>) -> Result<(), EncodeError> {
        if !ends {
            return self.encoder.flush(made);
        }
        self.ended = true;
        self.encoder.finish(made)
    }
}

/// Append `made` as a chunk, and the last one if there are trailers, which may be empty.
fn chunk(made: &[u8], trailers: Option<&[u8]>, out: &mut Vec<u8>) {
    if !made.is_empty() {
        // Writing into a Vec cannot fail.
        let _ = write!(out, "{:x}\r\n", made.len());
        out.extend_from_slice(made);
        out.extend_from_slice(b"\r\n");
    }
    if let Some(trailers) = trailers {
        out.extend_from_slice(b"0\r\n");
        out.extend_from_slice(trailers);
        out.extend_from_slice(b"\r\n");
    }
}
