//! How often one kind of refusal is told. Pure.

/// One in this time, in the long run.
pub(super) const PERIOD_MS: u64 = 1_000;
/// So many at once.
const BURST: u64 = 5;

/// Whether one more may be told at `now_ms`. `next_ms` is when the next one would be due if they
/// came evenly; returns its new value if so.
pub(super) fn admit(next_ms: u64, now_ms: u64) -> Option<u64> {
    let next = next_ms.max(now_ms);
    (next - now_ms <= (BURST - 1) * PERIOD_MS).then_some(next + PERIOD_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(times: impl IntoIterator<Item = u64>) -> Vec<u64> {
        let mut next = 0;
        let admitted = |now: &u64| match admit(next, *now) {
            Some(new) => {
                next = new;
                true
            }
            None => false,
        };
        times.into_iter().filter(admitted).collect()
    }

    #[test]
    fn a_burst_and_then_one_a_second() {
        assert_eq!(told([0, 1, 2, 3, 4, 5, 6]), [0, 1, 2, 3, 4]);
        assert_eq!(told((0..100).map(|step| step * 100)).len(), 5 + 9);
        assert_eq!(told((0..100).map(|step| step * 1_000)).len(), 100);
        // After a pause there is a burst again.
        assert_eq!(
            told([0, 0, 0, 0, 0, 0, 60_000, 60_000, 60_000, 60_000, 60_000, 60_000]).len(),
            10
        );
    }
}
