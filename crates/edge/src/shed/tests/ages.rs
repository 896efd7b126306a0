use crate::shed::Ages;
use base::random::Random;

#[test]
fn a_request_is_parked_after_a_second_and_a_half() {
    let ages = Ages::default();
    let came = ages.begin(1_000);
    ages.tick(2_300);
    assert_eq!(ages.parked(), 0);
    ages.tick(2_700);
    assert_eq!(ages.parked(), 1);
    ages.end(came);
    assert_eq!(ages.parked(), 0);
}

#[test]
fn parked_are_those_that_have_waited_for_long() {
    for seed in 0..50 {
        let (ages, mut random) = (Ages::default(), Random::new(seed));
        let mut open = Vec::new();
        let mut now = random.below(10_000);
        for _ in 0..5_000 {
            now += random.below(40);
            match random.below(20) {
                0..9 => open.push((now, ages.begin(now))),
                9..18 if !open.is_empty() => {
                    let at = random.below(open.len() as u64) as usize;
                    ages.end(open.swap_remove(at).1);
                }
                // Ticks may pause for as long as they like.
                18 if random.below(50) == 0 => now += random.below(20_000),
                _ => {
                    ages.tick(now);
                    let older = |ms| open.iter().filter(|(came, _)| came + ms < now).count() as u32;
                    let parked = ages.parked();
                    assert!(
                        (older(1_664)..=older(1_400)).contains(&parked),
                        "seed {seed}: {parked}"
                    );
                }
            }
        }
        open.into_iter().for_each(|(_, came)| ages.end(came));
        ages.tick(now + 10_000);
        assert_eq!(ages.parked(), 0, "seed {seed}");
    }
}
