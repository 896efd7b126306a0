//! What is sent to other systems: where to, and how it goes.

use super::LogShelf;
use crate::assemble::news;
use config::Config;
use meter::{Snapshot, names};
use observe::Level;
use observe::ship::{self, Handle};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Start it, with queues below `folder`. What goes wrong is told to people and to `logs`.
pub fn start(config: &Config, folder: &Path, logs: LogShelf) -> io::Result<Handle> {
    let exports = config.observe.exports.clone();
    let seed = u64::from_le_bytes(base::random::secret()?);
    let tell = Arc::new(move |line: String| {
        news::say(&line);
        logs.say(Level::Warn, &line);
    });
    ship::start(ship::Settings { folder: folder.join("export"), exports, tell, seed })
}

/// Its metrics.
pub fn write(to: &mut Snapshot, handle: &Handle) {
    to.sample(&names::OBSERVE_EXPORT_MISSED, &[], handle.dropped());
    for target in handle.status() {
        let name = target.name.as_str();
        to.sample(&names::OBSERVE_EXPORT_WAITING, &[name], target.waiting);
        to.sample(&names::OBSERVE_EXPORT_WAITING_BYTES, &[name], target.waiting_bytes);
        to.sample(&names::OBSERVE_EXPORT_SENT, &[name], target.sent);
        to.sample(&names::OBSERVE_EXPORT_FAILURES, &[name], target.failures);
        to.sample(&names::OBSERVE_EXPORT_UP, &[name], u8::from(target.failing_since_ms.is_none()));
        for (why, count) in [
            ("full", target.dropped_full),
            ("disk", target.dropped_disk),
            ("refused", target.dropped_refused),
        ] {
            to.sample(&names::OBSERVE_EXPORT_DROPPED, &[name, why], count);
        }
    }
}
