//! An upstream and its servers as lines.

use super::{Pieces, Tone, piece};
use model::api::{ServerState, ServerStatus, UpstreamStatus};

/// The upstream's name, and how many of its servers are well.
pub fn upstream_line(upstream: &UpstreamStatus) -> Pieces {
    let all = upstream.servers.iter().filter(|one| one.state != ServerState::Leaving).count();
    let is_healthy = |one: &&ServerStatus| one.state == ServerState::Healthy;
    let healthy = upstream.servers.iter().filter(is_healthy).count();
    let tone = match healthy {
        0 => Tone::Bad,
        some if some < all => Tone::Warn,
        _ => Tone::Good,
    };
    vec![
        piece(Tone::Strong, upstream.name.as_str()),
        piece(Tone::Plain, "  upstream, "),
        piece(tone, format!("{healthy} of {all} servers healthy")),
    ]
}

/// One server: where it is, how it is, what it does.
pub fn server_line(server: &ServerStatus) -> Pieces {
    let (word, tone) = match server.state {
        ServerState::Checking => ("checking", Tone::Warn),
        ServerState::Healthy => ("healthy", Tone::Good),
        ServerState::Unhealthy => ("unhealthy", Tone::Bad),
        ServerState::Leaving => ("leaving", Tone::Dim),
    };
    let ServerStatus { in_flight, requests, failures, .. } = server;
    let mut line = vec![
        piece(Tone::Plain, format!("{}  ", server.url)),
        piece(tone, word),
        piece(Tone::Plain, format!("  {in_flight} active, {requests} requests, {failures} failed")),
    ];
    if let Some(reason) = &server.reason {
        line.push(piece(Tone::Bad, format!("  {reason}")));
    }
    line
}
