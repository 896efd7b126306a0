//! What the system says of the process: read from `/proc` when somebody asks.

use crate::hub::Machine;

/// Ask the system. What it does not tell is 0.
pub fn machine() -> Machine {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let (status, stat) = (read("/proc/self/status"), read("/proc/self/stat"));
    let [user_us, system_us] = processor_us(&stat, rustix::param::clock_ticks_per_second());
    Machine {
        process: std::process::id(),
        resident_bytes: bytes(&status, "VmRSS:"),
        peak_bytes: bytes(&status, "VmHWM:"),
        total_bytes: bytes(&read("/proc/meminfo"), "MemTotal:"),
        user_us,
        system_us,
    }
}

/// The line that begins with `name`, which tells kilobytes.
fn bytes(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    number.unwrap_or(0) * 1024
}

/// Fields 14 and 15 of `/proc/self/stat`, in ticks. The name, which may have spaces, ends with a bracket.
fn processor_us(stat: &str, ticks_per_s: u64) -> [u64; 2] {
    let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let mut fields = rest.split_whitespace().skip(11);
    let mut next = || fields.next().and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
    [next(), next()].map(|ticks| ticks.saturating_mul(1_000_000) / ticks_per_s.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_proc_are_read() {
        assert_eq!(bytes("VmPeak:\t 9 kB\nVmRSS:\t  12 kB\n", "VmRSS:"), 12 << 10);
        assert_eq!(bytes("", "VmRSS:"), 0);
        let stat = "7 (a ) b) S 1 2 3 4 5 6 7 8 9 10 250 31 0 0";
        assert_eq!(processor_us(stat, 100), [2_500_000, 310_000]);
        let machine = machine();
        assert!(machine.process > 0 && machine.resident_bytes > 1 << 20);
        assert!(machine.peak_bytes >= machine.resident_bytes);
        assert!(machine.total_bytes > machine.peak_bytes);
    }
}
