//! The workers of one app as the edge sees them: published by supervise through a watch channel.

use crate::{AppName, Endpoint, Load, WorkerId};
use std::sync::Arc;

/// One app's workers that can be reached now.
#[derive(Debug, Clone)]
pub struct Fleet {
    /// The app.
    pub app: AppName,
    /// Whether requests can be answered, and if not, why.
    pub state: FleetState,
    /// Workers that have been ready and have not ended, oldest first.
    pub members: Vec<Member>,
}

/// What the edge should say while no member is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FleetState {
    /// Workers are starting: hold requests for a moment.
    Starting,
    /// At least one worker is, or a moment ago was, ready.
    Serving,
    /// No worker ever became ready: answer 503 at once.
    Failed,
    /// The app was stopped on purpose.
    Stopped,
    /// No server of the upstream can be reached, or no name of it resolves: answer 502 at once.
    Unreachable,
}

/// One worker.
#[derive(Debug, Clone)]
pub struct Member {
    /// The process; a replacement has another id.
    pub worker: WorkerId,
    /// `OSTLER_WORKER`: 0-based, kept by a replacement.
    pub number: u32,
    /// Where it listens.
    pub endpoint: Endpoint,
    /// It speaks HTTP/2 without TLS, and nothing else.
    pub http2: bool,
    /// Whether it takes new requests.
    pub intake: Intake,
    /// Its shared counters.
    pub load: Arc<Load>,
}

/// What may be sent to a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intake {
    /// New requests.
    Open,
    /// No new requests; what is in flight finishes, upgraded connections go on.
    Draining,
    /// As `Draining`, and upgraded connections are closed now (WebSocket close frame 1001).
    Closing,
    /// Everything still open is cut.
    Cut,
}
