use super::*;

const POLICY: Scale = Scale {
    in_flight: 10.0,
    utilisation: 0.8,
    up_after: Duration::from_secs(5),
    down_after: Duration::from_secs(60),
};
const LIMITS: Workers = Workers { min: 1, max: 8 };

/// Replays a trace of the whole app's load, a second a step: requests in flight and busy cores in
/// all, shared evenly by the workers there are. Returns (second, workers) at each change.
fn replay(start: u32, seconds: u32, load: impl Fn(u32) -> (f64, f64)) -> Vec<(u32, u32)> {
    replay_under(&POLICY, start, seconds, load)
}

fn replay_under(
    policy: &Scale,
    start: u32,
    seconds: u32,
    load: impl Fn(u32) -> (f64, f64),
) -> Vec<(u32, u32)> {
    let begin = base::clock::now();
    let (mut scaler, mut current, mut changes) = (Scaler::default(), start, Vec::new());
    for second in 0..seconds {
        let (in_flight, busy) = load(second);
        let share = f64::from(current);
        let reading = Reading { in_flight: in_flight / share, busy: (busy / share).min(1.0) };
        let now = begin + Duration::from_secs(u64::from(second));
        let readings = vec![reading; current as usize];
        if let Some((to, _)) = scaler.decide(now, &readings, current, LIMITS, policy) {
            assert!((LIMITS.min..=LIMITS.max).contains(&to));
            current = to;
            changes.push((second, to));
        }
    }
    changes
}

#[test]
fn a_step_of_load_is_answered_once_and_quickly() {
    let changes = replay(1, 300, |second| if second < 10 { (1.0, 0.1) } else { (35.0, 1.0) });
    assert_eq!(changes.iter().map(|(_, to)| *to).collect::<Vec<_>>(), [2, 4], "{changes:?}");
    assert!(changes[0].0 <= 18 && changes[1].0 <= 25, "{changes:?}");
}

#[test]
fn a_short_spike_is_ignored() {
    let spike = |second| if (100..103).contains(&second) { (30.0, 1.0) } else { (4.0, 0.3) };
    assert_eq!(replay(1, 300, spike), []);
}

#[test]
fn load_that_goes_away_is_followed_down_slowly_one_by_one() {
    let changes = replay(8, 700, |_| (2.0, 0.1));
    assert_eq!(changes.iter().map(|(_, to)| *to).collect::<Vec<_>>(), [7, 6, 5, 4, 3, 2, 1]);
    assert!(changes.windows(2).all(|pair| pair[1].0 - pair[0].0 >= 60), "{changes:?}");
}

#[test]
fn a_sawtooth_settles_at_what_its_peaks_need() {
    let saw = |second: u32| (f64::from(second % 40), 0.5);
    let changes = replay(1, 1_200, saw);
    let ups = changes.windows(2).filter(|pair| pair[1].1 < pair[0].1).count();
    assert_eq!(ups, 0, "went down again: {changes:?}");
    assert!(changes.len() <= 3, "{changes:?}");
}

#[test]
fn noise_around_the_limit_does_not_flap() {
    for seed in 0..50 {
        let noise = |second: u32| {
            let mut random = base::random::Random::new(seed * 10_000 + u64::from(second));
            (20.0 + 8.0 * (random.unit() - 0.5), 1.0)
        };
        let changes = replay(2, 1_800, noise);
        assert!(changes.len() <= 1, "seed {seed}: {changes:?}");
    }
}

#[test]
fn a_busy_loop_alone_scales_up_too() {
    assert_eq!(replay(2, 60, |_| (2.0, 1.9)).first().map(|(_, to)| *to), Some(3));
}

/// What is decided within ten minutes for `current` numbers of which only one has a ready worker.
fn decide_with_one_ready(reading: Reading, current: u32) -> Option<u32> {
    let mut scaler = Scaler::default();
    let begin = base::clock::now();
    let mut moments = (0..600).map(|second| begin + Duration::from_secs(second));
    let decision = moments.find_map(|now| scaler.decide(now, &[reading], current, LIMITS, &POLICY));
    decision.map(|(to, _)| to)
}

#[test]
fn numbers_without_a_worker_keep_from_scaling_down_but_not_up() {
    let (busy, idle) = (Reading { in_flight: 15.0, busy: 0.5 }, Reading::default());
    assert_eq!(decide_with_one_ready(busy, 3), Some(4), "one more for the one that is there");
    assert_eq!(decide_with_one_ready(busy, 8), None, "no more than max");
    assert_eq!(decide_with_one_ready(idle, 3), None);
    assert_eq!(decide_with_one_ready(idle, 1), None);
}

/// In flight and busy cores in all, second by second, as measured on two workers of a small JSON
/// server (2 cores, shared with other work) while a client held 0, 60, 400, 40 and 0 requests open.
const RECORDED: &[(f64, f64)] = &[
    (0.0, 0.02),
    (0.0, 0.01),
    (0.0, 0.01),
    (0.0, 0.01),
    (0.0, 0.01),
    (59.1, 0.46),
    (60.0, 0.46),
    (60.0, 0.25),
    (60.0, 0.19),
    (60.0, 0.17),
    (60.0, 0.23),
    (60.0, 0.26),
    (60.0, 0.23),
    (60.0, 0.2),
    (60.0, 0.15),
    (394.6, 0.47),
    (400.0, 0.49),
    (400.0, 0.54),
    (400.0, 0.25),
    (400.0, 0.11),
    (400.0, 0.17),
    (400.0, 0.13),
    (400.0, 0.19),
    (400.0, 0.48),
    (400.0, 0.66),
    (400.0, 0.57),
    (400.0, 0.63),
    (400.0, 0.55),
    (400.0, 0.61),
    (400.0, 0.65),
    (45.0, 0.18),
    (40.0, 0.17),
    (40.0, 0.15),
    (40.0, 0.16),
    (40.0, 0.16),
    (40.0, 0.15),
    (40.0, 0.14),
    (40.0, 0.16),
    (40.0, 0.18),
    (40.0, 0.18),
    (0.2, 0.01),
    (0.0, 0.03),
    (0.0, 0.01),
    (0.0, 0.0),
    (0.0, 0.01),
];

#[test]
fn a_recorded_run_scales_up_under_load_and_comes_back_after_it() {
    let policy = Scale { in_flight: 100.0, ..POLICY };
    let trace = |second: u32| RECORDED.get(second as usize).copied().unwrap_or_default();
    let changes = replay_under(&policy, 2, 400, trace);
    assert_eq!(changes.iter().map(|(_, to)| *to).collect::<Vec<_>>(), [4, 3, 2, 1], "{changes:?}");
    assert!((20..=25).contains(&changes[0].0), "5 s to 10 s after the load came: {changes:?}");
}
