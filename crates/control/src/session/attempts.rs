use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

/// So many wrong ones are free.
pub(super) const FREE: u32 = 5;
/// Then one waits this long, twice as long after each further one.
const WAIT: Duration = Duration::from_secs(2);
pub(super) const WAIT_MAX: Duration = Duration::from_secs(300);
/// They are forgotten after this time without another.
const FORGET: Duration = Duration::from_secs(900);
/// Addresses that are remembered.
pub(super) const ADDRESSES_MAX: usize = 1_024;

/// Wrong passwords and tokens by the address they came from. An IPv6 address counts by its network of 64 bits.
#[derive(Debug, Default)]
pub struct Attempts(HashMap<IpAddr, Wrong>);

#[derive(Debug, Clone, Copy)]
struct Wrong {
    times: u32,
    last: Duration,
}

impl Wrong {
    fn free_at(self) -> Duration {
        let over = self.times.saturating_sub(FREE);
        if over == 0 {
            return Duration::ZERO;
        }
        self.last + WAIT.saturating_mul(1 << (over - 1).min(16)).min(WAIT_MAX)
    }
}

impl Attempts {
    /// How long this address must wait before it may try; None: it may now.
    pub fn wait(&self, now: Duration, from: IpAddr) -> Option<Duration> {
        let wait = self.0.get(&place(from))?.free_at().saturating_sub(now);
        (!wait.is_zero()).then_some(wait)
    }

    /// It tried, and was wrong.
    pub fn failed(&mut self, now: Duration, from: IpAddr) {
        if self.0.len() >= ADDRESSES_MAX {
            self.0.retain(|_, wrong| now.saturating_sub(wrong.last) < FORGET);
        }
        // Where still too many are remembered the one heard of least lately is given up.
        if self.0.len() >= ADDRESSES_MAX
            && let Some(oldest) = self.0.iter().min_by_key(|(_, wrong)| wrong.last)
        {
            let oldest = *oldest.0;
            self.0.remove(&oldest);
        }
        let wrong = self.0.entry(place(from)).or_insert(Wrong { times: 0, last: now });
        if now.saturating_sub(wrong.last) >= FORGET {
            wrong.times = 0;
        }
        *wrong = Wrong { times: wrong.times.saturating_add(1), last: now };
    }

    /// It was right.
    pub fn succeeded(&mut self, from: IpAddr) {
        self.0.remove(&place(from));
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }
}

fn place(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            IpAddr::V6(std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        ip => ip,
    }
}
