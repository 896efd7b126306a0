//! `ostler purge` and `ostler cache`: what the cache keeps, and taking it out.

use super::connect::Project;
use super::{Exit, Failure, print};
use base::units::show_bytes;
use clap::{ArgGroup, Args};
use model::api::{DiskState, DiskStatus, PurgeReport, PurgeRequest, TierStatus};

/// What `purge` takes.
#[derive(Debug, Clone, Default, Args)]
#[group(skip)]
#[command(group(ArgGroup::new("meant").required(true).args(["url", "prefix", "tag", "all"])))]
pub struct PurgeArguments {
    /// A URL, as clients ask for it; all its variants are purged.
    pub url: Option<String>,
    /// Every URL that begins so.
    #[arg(long, value_name = "URL")]
    pub prefix: Option<String>,
    /// Every reply with this tag in its Cache-Tag or Surrogate-Key.
    #[arg(long)]
    pub tag: Option<String>,
    /// Everything.
    #[arg(long)]
    pub all: bool,
    /// Make replies stale instead of removing them: where stale replies may be used, they still are.
    #[arg(long)]
    pub soft: bool,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

/// Purge.
pub fn purge(project: &Project, arguments: PurgeArguments) -> Result<(), Failure> {
    let PurgeArguments { url, prefix, tag, all, soft, json } = arguments;
    let request = PurgeRequest { url, prefix, tag, all, soft };
    let report = project.ask(async |client| client.purge(&request).await)?;
    if json { print::json(&report) } else { print::out(&(told(&report, soft) + "\n")) }
}

fn told(report: &PurgeReport, soft: bool) -> String {
    let count = |count: u64| match count {
        1 => "1 reply".to_owned(),
        count => format!("{count} replies"),
    };
    let PurgeReport { memory, disk, complete } = *report;
    let done = if soft { "made stale" } else { "purged" };
    let rest = if complete { "" } else { "; more may lie on disk: none of it is used any more" };
    match (memory, disk) {
        (0, 0) if complete => "nothing of that is in the cache".into(),
        (memory, 0) => format!("{done}: {} in memory{rest}", count(memory)),
        (memory, disk) => format!("{done}: {} in memory, {disk} on disk{rest}", count(memory)),
    }
}

/// Show what the cache keeps.
pub fn cache(project: &Project, json: bool) -> Result<(), Failure> {
    let status = project.ask(async |client| client.status().await)?;
    let Some(cache) = status.cache else {
        let text = "the Ostler that runs is older than this one and has no cache: `ostler upgrade`";
        return Err(Failure::new(Exit::Refused, text));
    };
    if json {
        return print::json(&cache);
    }
    let TierStatus { objects, bytes, bytes_max, evicted } = cache.memory;
    let memory = line("memory", objects, (bytes, bytes_max), evicted);
    let disk = cache.disk.as_ref().map_or_else(String::new, disk_lines);
    print::out(&(memory + &disk + &requests(cache.answered, cache.requests)))
}

fn requests(answered: u64, all: u64) -> String {
    // Without requests there is no ratio.
    let ratio = answered * 1_000 / all.max(1);
    let percent = format!("{}.{} %", ratio / 10, ratio % 10);
    format!("{all} requests, {answered} of them answered out of the cache ({percent})\n")
}

fn disk_lines(disk: &DiskStatus) -> String {
    let mut text = line("disk", disk.objects, (disk.bytes, disk.bytes_max), disk.evicted);
    let state = match disk.state {
        DiskState::Ready => None,
        DiskState::Reading => Some("what an earlier run left is still being looked through"),
        DiskState::Paused => Some("nothing is written until the disk can be written to again"),
        DiskState::Closed => Some("closed"),
    };
    if let Some(state) = state {
        text += &format!("        {state}\n");
    }
    let counts = [
        (disk.slow, "not written, since too many were waiting for it"),
        (disk.refused, "not written, since the disk refused"),
        (disk.unread, "not read, since too many were waiting for it"),
        (disk.corrupt, "removed, since the file was not as written"),
    ];
    for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
        text += &format!("        {count} {what}\n");
    }
    text
}

fn line(tier: &str, objects: u64, (bytes, bytes_max): (u64, u64), evicted: u64) -> String {
    let (used, most) = (show_bytes(bytes), show_bytes(bytes_max));
    let replies = if objects == 1 { "reply" } else { "replies" };
    format!(
        "{tier:<8}{objects} {replies}, {used} of {most}, {evicted} had to go for want of room\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_of_hits() {
        let check = |answered, all, want: &str| {
            let text = requests(answered, all);
            assert!(text.ends_with(&format!("({want})\n")), "{text}");
        };
        check(0, 0, "0.0 %");
        check(2, 3, "66.6 %");
        check(7, 7, "100.0 %");
    }

    #[test]
    fn what_a_purge_tells() {
        let check = |memory, disk, complete, soft, want: &str| {
            assert_eq!(told(&PurgeReport { memory, disk, complete }, soft), want);
        };
        check(0, 0, true, false, "nothing of that is in the cache");
        check(1, 0, true, false, "purged: 1 reply in memory");
        check(2, 3, true, true, "made stale: 2 replies in memory, 3 on disk");
        let rest = "more may lie on disk: none of it is used any more";
        check(0, 1, false, false, &format!("purged: 0 replies in memory, 1 on disk; {rest}"));
    }
}
