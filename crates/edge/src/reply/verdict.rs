//! From a failure to a status and a reason.

use super::Reason;
use crate::forward::Failure;
use crate::http::BodyError;
use crate::http::head::Refusal;

/// How a failure is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The status code.
    pub status: u16,
    /// Why.
    pub reason: Reason,
    /// `Retry-After` in seconds.
    pub retry_after: Option<u32>,
}

/// The status and the reason of a failure; None when nobody is there to be told.
pub fn verdict(failure: &Failure) -> Option<Verdict> {
    let (status, reason, retry_after) = match failure {
        Failure::Gone => return None,
        Failure::Head(refusal) => {
            let (status, reason) = of_head(*refusal);
            (status, reason, None)
        }
        Failure::HeadTimeout(_) => (408, Reason::HeadTimeout, None),
        Failure::BodyTimeout(_) => (408, Reason::BodyTimeout, None),
        Failure::Body(BodyError::TooLarge) => (413, Reason::BodyTooLarge, None),
        Failure::Body(BodyError::Chunk) => (400, Reason::Chunk, None),
        Failure::Body(BodyError::Truncated) => (400, Reason::Truncated, None),
        Failure::NotTls => (400, Reason::NotTls, None),
        Failure::Denied => (403, Reason::Denied, None),
        Failure::HostNotServed => (421, Reason::HostNotServed, None),
        Failure::Insecure => (403, Reason::Insecure, None),
        Failure::MethodNotTaken => (405, Reason::MethodNotTaken, None),
        Failure::Limited { status, after_s } => (*status, Reason::RateLimited, Some(*after_s)),
        Failure::LimitStore => (503, Reason::LimitStore, Some(1)),
        Failure::NoRoute => (404, Reason::NoRoute, None),
        Failure::NoFile => (404, Reason::NoFile, None),
        Failure::FilePath => (400, Reason::FilePath, None),
        Failure::FileForbidden => (403, Reason::FileForbidden, None),
        Failure::FilesExhausted => (503, Reason::FilesExhausted, Some(1)),
        Failure::FileBroken => (500, Reason::FileBroken, None),
        Failure::AppFailed => (503, Reason::AppFailed, Some(10)),
        Failure::AppStopped => (503, Reason::AppStopped, Some(10)),
        Failure::NoWorker(_) => (503, Reason::NoWorker, Some(1)),
        Failure::QueueFull => (503, Reason::QueueFull, Some(1)),
        Failure::Shed => (503, Reason::Shed, Some(1)),
        Failure::Refused => (502, Reason::Refused, None),
        Failure::Unreachable => (502, Reason::Unreachable, None),
        Failure::Exhausted => (503, Reason::Exhausted, Some(1)),
        Failure::Cut => (502, Reason::NoReply, None),
        Failure::Malformed(_) => (502, Reason::BadReply, None),
        Failure::ReplyTimeout(_) => (504, Reason::ReplyTimeout, None),
        Failure::NotRead(_) => (504, Reason::NotRead, None),
    };
    Some(Verdict { status, reason, retry_after })
}

fn of_head(refusal: Refusal) -> (u16, Reason) {
    match refusal {
        Refusal::HeadTooLarge => (431, Reason::HeadTooLarge),
        Refusal::TooManyHeaders => (431, Reason::TooManyHeaders),
        Refusal::TargetTooLong => (414, Reason::TargetTooLong),
        Refusal::Version => (505, Reason::Version),
        Refusal::Method => (501, Reason::Method),
        Refusal::Expect => (417, Reason::Expect),
        Refusal::RequestLine => (400, Reason::RequestLine),
        Refusal::LineEnd => (400, Reason::LineEnd),
        Refusal::HeaderName => (400, Reason::HeaderName),
        Refusal::HeaderValue => (400, Reason::HeaderValue),
        Refusal::Target => (400, Reason::Target),
        Refusal::TargetMismatch => (400, Reason::TargetMismatch),
        Refusal::HostMissing => (400, Reason::HostMissing),
        Refusal::HostDuplicate => (400, Reason::HostDuplicate),
        Refusal::Host => (400, Reason::Host),
        Refusal::Length => (400, Reason::Length),
        Refusal::LengthDuplicate => (400, Reason::LengthDuplicate),
        Refusal::LengthAndCoding => (400, Reason::LengthAndCoding),
        Refusal::Coding => (400, Reason::Coding),
        Refusal::CodingInOld => (400, Reason::CodingInOld),
        Refusal::Alias => (400, Reason::Alias),
        Refusal::Connection => (400, Reason::Connection),
    }
}
