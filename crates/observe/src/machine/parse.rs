//! Files of `/proc` as numbers. Pure. What cannot be read is left out.

/// Devices and interfaces that are told at most: a machine with containers has hundreds.
const NAMED_MAX: usize = 16;
/// In `/proc/diskstats` a sector has so many bytes, whatever the device says.
const SECTOR_BYTES: u64 = 512;

/// Processor time by what it was for, in clock ticks.
pub fn cpu(stat: &str) -> Vec<(&'static str, u64)> {
    const MODES: [&str; 8] =
        ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"];
    let line = stat.lines().find_map(|line| line.strip_prefix("cpu "));
    let fields = line.unwrap_or_default().split_ascii_whitespace();
    MODES
        .into_iter()
        .zip(fields)
        .filter_map(|(mode, ticks)| Some((mode, ticks.parse().ok()?)))
        .collect()
}

/// Memory by kind, in bytes.
pub fn memory(meminfo: &str) -> Vec<(&'static str, u64)> {
    const KINDS: [(&str, &str); 6] = [
        ("MemTotal", "total"),
        ("MemAvailable", "available"),
        ("MemFree", "free"),
        ("Cached", "cached"),
        ("SwapTotal", "swap_total"),
        ("SwapFree", "swap_free"),
    ];
    let value = |name: &str| {
        let line = meminfo.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        line.split_ascii_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1_024)
    };
    KINDS.into_iter().filter_map(|(name, kind)| Some((kind, value(name)?))).collect()
}

/// A disk since the machine's start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disk<'a> {
    /// Its name.
    pub device: &'a str,
    /// Bytes read.
    pub read_bytes: u64,
    /// Bytes written.
    pub written_bytes: u64,
    /// Milliseconds in which it had something to do.
    pub busy_ms: u64,
}

/// Disks, without their partitions and what is made of files or memory.
pub fn disks(diskstats: &str) -> Vec<Disk<'_>> {
    let disk = |line| {
        let line: &str = line;
        let mut fields = line.split_ascii_whitespace();
        let device = fields.nth(2).filter(|device| is_disk(device))?;
        let numbers: Vec<u64> = fields.map_while(|field| field.parse().ok()).collect();
        let bytes = |at: usize| numbers.get(at)?.checked_mul(SECTOR_BYTES);
        let (read_bytes, written_bytes) = (bytes(2)?, bytes(6)?);
        Some(Disk { device, read_bytes, written_bytes, busy_ms: *numbers.get(9)? })
    };
    diskstats.lines().filter_map(disk).take(NAMED_MAX).collect()
}

fn is_disk(device: &str) -> bool {
    let lettered = |kind: &str| {
        let rest = device.strip_prefix(kind);
        rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_lowercase()))
    };
    let numbered = (device.starts_with("nvme") || device.starts_with("mmcblk")) && {
        let last = device.rsplit_once('p');
        !last.is_some_and(|(_, part)| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    };
    numbered || ["sd", "vd", "xvd", "hd"].into_iter().any(lettered)
}

/// Bytes received and sent by interface, those of containers left out.
pub fn network(dev: &str) -> Vec<(&str, u64, u64)> {
    let interface = |line| {
        let (name, fields) = str::split_once(line, ':')?;
        let name = name.trim();
        let inner = ["veth", "docker", "br-", "cali", "cni"];
        if name == "lo" || inner.iter().any(|prefix| name.starts_with(prefix)) {
            return None;
        }
        let numbers: Vec<u64> =
            fields.split_ascii_whitespace().map_while(|field| field.parse().ok()).collect();
        Some((name, *numbers.first()?, *numbers.get(8)?))
    };
    dev.lines().filter_map(interface).take(NAMED_MAX).collect()
}

/// Time that some or all work stood still for want of a resource, in microseconds: `some` and `full`.
pub fn pressure(text: &str) -> Vec<(&'static str, u64)> {
    let stalled = |kind: &'static str| {
        let line = text.lines().find_map(|line| line.strip_prefix(kind))?;
        let total = line.split_ascii_whitespace().find_map(|field| field.strip_prefix("total="))?;
        Some((kind, total.parse().ok()?))
    };
    ["some", "full"].into_iter().filter_map(stalled).collect()
}

/// The load over the last minute.
pub fn load(loadavg: &str) -> Option<f64> {
    loadavg.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_proc() {
        let stat = "cpu  10 1 20 300 4 0 5 6 0 0\ncpu0 1 1 1 1\n";
        assert_eq!(cpu(stat).len(), 8);
        assert_eq!((cpu(stat)[3], cpu(stat)[7]), (("idle", 300), ("steal", 6)));
        let meminfo = "MemTotal:       2048 kB\nMemFree:  1 kB\nCached: 3 kB\nSwapCached: 9 kB\n";
        assert_eq!(memory(meminfo), [("total", 2_097_152), ("free", 1_024), ("cached", 3_072)]);
        let line = |name: &str| format!(" 8 0 {name} 1 0 10 0 2 0 20 0 0 77 0 0 0 0 0\n");
        let text: String =
            ["sda", "sda1", "loop0", "nvme0n1", "nvme0n1p2", "dm-0", "vdb"].map(line).concat();
        let found = disks(&text);
        let names: Vec<&str> = found.iter().map(|disk| disk.device).collect();
        assert_eq!(names, ["sda", "nvme0n1", "vdb"]);
        assert_eq!(
            (found[0].read_bytes, found[0].written_bytes, found[0].busy_ms),
            (5_120, 10_240, 77)
        );
        let dev = "Inter-|   Receive |\n face |bytes\n  lo: 5 0 0 0 0 0 0 0 5 0\n  eth0: 7 1 0 0 0 0 0 0 9 0\nveth1: 1 0 0 0 0 0 0 0 1\n";
        assert_eq!(network(dev), [("eth0", 7, 9)]);
        let psi = "some avg10=0.00 avg60=0.00 avg300=0.00 total=12\nfull avg10=0.00 total=3\n";
        assert_eq!(pressure(psi), [("some", 12), ("full", 3)]);
        assert_eq!(load("0.50 0.1 0.1 1/2 3\n"), Some(0.5));
        for text in ["", "x", "cpu ", "some\nfull total=x", ":::", " 8 0 sda 1"] {
            assert!(cpu(text).is_empty() && memory(text).is_empty() && disks(text).is_empty());
            assert!(pressure(text).is_empty() && load(text).is_none() && network(text).is_empty());
        }
    }
}
