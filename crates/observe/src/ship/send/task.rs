use super::backoff::Backoff;
use super::door::Door;
use super::verdict::Verdict;
use crate::ship::encode::bulk;
use crate::ship::pack;
use crate::ship::queue::Batch;
use crate::ship::queue::form::PAYLOAD_BYTES_MAX;
use crate::ship::target::Target;
use base::task::Tasks;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// How often an idle queue is looked at: what a process left that has ended since is sent as well.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// How far a target's end has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Not begun.
    Run,
    /// Send what waits, unless that fails, until then.
    Drain(Instant),
    /// Send nothing more.
    End,
}

/// Send what waits for one target, until its end.
pub async fn run(target: Arc<Target>, tasks: Tasks, mut phase: watch::Receiver<Phase>, seed: u64) {
    let mut door = Door::new(&target.export, tasks);
    let mut backoff = Backoff::new(seed);
    let mut left: Option<Batch> = None;
    loop {
        let now = *phase.borrow_and_update();
        if now == Phase::End || matches!(now, Phase::Drain(until) if Instant::now() >= until) {
            return;
        }
        let part = left.take();
        let is_part = part.is_some();
        let Some(batch) = part.or_else(|| target.oldest()) else {
            if now != Phase::Run {
                return;
            }
            tokio::select! {
                () = target.wait(LOOK_EVERY) => {}
                _ = phase.changed() => {}
            }
            continue;
        };
        let verdict = tokio::select! {
            verdict = door.send(&batch) => verdict,
            () = ended(&mut phase) => return,
        };
        let wait = match verdict {
            Verdict::Sent(refused) => {
                let (count, why) = refused.unwrap_or_default();
                target.sent(u64::from(batch.records).saturating_sub(count));
                target.refused(count, &why);
                target.done();
                backoff.worked();
                continue;
            }
            Verdict::Refused(why) => {
                target.refused(batch.records.into(), &why);
                target.done();
                backoff.worked();
                continue;
            }
            Verdict::Partly { again, refused, why } => {
                target.refused(refused, &why);
                left = Some(rest(&target, batch, &again, refused));
                target.failed(why);
                backoff.failed(None)
            }
            Verdict::Later(why, wanted) => {
                match is_part {
                    true => left = Some(batch),
                    false => target.put_back(&batch),
                }
                target.failed(why);
                backoff.failed(wanted)
            }
        };
        if *phase.borrow() != Phase::Run {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = phase.changed() => {}
        }
    }
}

/// Resolves at the end, also at that of draining.
async fn ended(phase: &mut watch::Receiver<Phase>) {
    loop {
        let now = *phase.borrow_and_update();
        let changed = match now {
            Phase::Run => phase.changed().await,
            Phase::Drain(until) => match tokio::time::timeout_at(until, phase.changed()).await {
                Ok(changed) => changed,
                Err(_) => return,
            },
            Phase::End => return,
        };
        if changed.is_err() {
            return;
        }
    }
}

/// What is sent again of a batch that was taken in part.
fn rest(target: &Target, batch: Batch, again: &[usize], refused: u64) -> Batch {
    let sent = u64::from(batch.records).saturating_sub(again.len() as u64 + refused);
    target.sent(sent);
    let packed = pack::is_gzip(&batch.payload);
    let plain = match packed {
        true => pack::gunzip(&batch.payload, PAYLOAD_BYTES_MAX as usize).unwrap_or_default(),
        false => batch.payload,
    };
    let rest = bulk::only(&plain, again);
    let payload = if packed { pack::gzip(&rest) } else { rest };
    Batch { records: u32::try_from(again.len()).unwrap_or(u32::MAX), payload, ..batch }
}
