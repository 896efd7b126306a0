//! What people are told of the store's commands.

use model::api::{StoreCommand, StoreSlowCommand};
use store::serve::Watch;

/// Each command that was called, those that took most time first.
pub fn commands(watch: &Watch) -> Vec<StoreCommand> {
    let mut all = watch.commands();
    all.sort_by(|a, b| b.ns.cmp(&a.ns).then_with(|| a.name.cmp(&b.name)));
    let told = all.into_iter().map(|command| StoreCommand {
        usec: command.ns as f64 / 1_000.0,
        usec_per_call: command.ns as f64 / 1_000.0 / command.calls.max(1) as f64,
        command: command.name,
        calls: command.calls,
        failed: command.failed,
        rejected: command.rejected,
    });
    told.collect()
}

/// The newest `count` commands that ran long.
pub fn slow_commands(watch: &Watch, count: usize) -> Vec<StoreSlowCommand> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let told = watch.slow_commands(count).into_iter().map(|slow| StoreSlowCommand {
        id: slow.id,
        at_ms: u64::try_from(slow.at_s).unwrap_or(0) * 1_000,
        took_us: slow.took_us,
        command: slow.args.iter().map(|arg| text(arg)).collect(),
        client: format!("{} {}", slow.address, text(&slow.name)).trim().to_owned(),
    });
    told.collect()
}
