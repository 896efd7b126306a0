use super::super::view::{FULL_SHARE, ONE, View};
use super::super::*;
use model::{Load, WorkerId};
use std::hash::RandomState;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

const PLAIN: Rules = Rules { eject: true, slow_start_ms: 0, shed_ms: None };

fn board(rules: Rules, workers: u64) -> (Board, Vec<Arc<Record>>) {
    let board = Board::new(rules, RandomState::new());
    let records = (0..workers).map(|id| {
        let record = board.record(WorkerId(id), &Arc::new(Load::default()));
        board.set_open(&record, true, 0);
        record
    });
    let records = records.collect();
    (board, records)
}

#[test]
fn a_view_fits_in_a_word() {
    for standing in [Standing::In, Standing::OnTrial, Standing::Out] {
        for penalty in [0, 1, 1 << 29, (1 << 30) - 1] {
            let view = View { standing, factor: 1_024, share: 25, penalty };
            assert_eq!(View::unpack(view.pack()), view);
        }
    }
}

/// `us` of each worker, for so many rounds with a tick each.
fn serve(board: &Board, records: &[Arc<Record>], us: &[u64], from_ms: u64, rounds: u64) -> u64 {
    for round in 1..=rounds {
        for (record, us) in records.iter().zip(us).filter(|(_, us)| **us > 0) {
            board.answered(record, Some(*us), false, from_ms + round * 100);
        }
        board.tick(from_ms + round * 100);
    }
    from_ms + rounds * 100
}

#[test]
fn slowness_is_seen_and_forgotten() {
    let (board, records) = board(PLAIN, 3);
    let factor = |at: usize| f64::from(records[at].view().factor) / f64::from(ONE);
    let (us, mut now) = ([1_000, 1_600, 50_000], 0);
    now = serve(&board, &records, &us, now, 100);
    assert_eq!((factor(0), factor(1)), (1.0, 1.0), "a third is no difference");
    assert!(factor(2) > 2.0, "{}", factor(2));
    // It gets no request, so nothing is learned of it: after a while it is as good as the others.
    serve(&board, &records, &[1_000, 1_600, 0], now, 100);
    assert_eq!(factor(2), 1.0);
}

#[test]
fn a_few_long_polls_do_not_make_a_worker_slow() {
    let (board, records) = board(PLAIN, 2);
    let mut now = serve(&board, &records, &[2_000, 2_000], 0, 50);
    board.answered(&records[0], Some(25_000_000), false, now);
    now = serve(&board, &records, &[2_000, 2_000], now, 1);
    assert_eq!(records[0].view().factor, ONE, "one");
    for _ in 0..3 {
        board.answered(&records[0], Some(25_000_000), false, now);
    }
    serve(&board, &records, &[2_000, 2_000], now, 30);
    assert_eq!(records[0].view().factor, ONE, "three more, three seconds later");
}

#[test]
fn failing_costs_more_than_the_others_have_and_is_forgiven() {
    let (board, records) = board(Rules { eject: false, ..PLAIN }, 3);
    for record in &records {
        board.answered(record, Some(1_000), false, 0);
    }
    let penalty = || records[0].view().penalty;
    board.failed(&records[0], false, 0, 0);
    assert_eq!(penalty(), 0, "one failure may be chance");
    (0..20).for_each(|_| board.failed(&records[0], false, 0, 0));
    assert!(penalty() > 10 * 64, "{}", penalty());
    assert_eq!(records[0].view().standing, Standing::In);
    (1..=600).for_each(|tick| board.tick(tick * 100));
    assert_eq!(penalty(), 0);
    // When all fail, nobody is worse.
    for record in records.iter().cycle().take(90) {
        board.failed(record, false, 60_100, 0);
    }
    board.tick(60_200);
    assert!(records.iter().all(|record| record.view().penalty == 0));
}

#[test]
fn a_new_worker_gets_its_share_bit_by_bit() {
    let (board, records) = board(Rules { eject: true, slow_start_ms: 10_000, shed_ms: None }, 1);
    let share = || records[0].view().share;
    assert_eq!(share(), FULL_SHARE / 10);
    board.tick(5_000);
    assert_eq!(share(), FULL_SHARE / 2);
    // A drain and what follows does not make it new again.
    board.set_open(&records[0], false, 6_000);
    board.set_open(&records[0], true, 7_000);
    assert_eq!(share(), FULL_SHARE / 10 * 7 + 4);
    board.tick(10_000);
    assert_eq!(share(), FULL_SHARE);
}

#[test]
fn ejection_is_told_and_ends_when_the_rules_say_so() {
    let (board, mut records) = board(PLAIN, 2);
    let fail = |record: &Record, times| {
        for _ in 0..times {
            let load = &record.load();
            load.requests.fetch_add(1, SeqCst);
            load.failures.fetch_add(1, SeqCst);
            board.failed(record, false, 1_000, 7);
        }
    };
    records[1].load().requests.fetch_add(100, SeqCst);
    fail(&records[0], 5);
    assert_eq!((records[0].view().standing, board.out()), (Standing::Out, 1));
    assert_eq!(board.ejections(), 1);
    fail(&records[1], 20);
    assert_eq!((records[1].view().standing, board.out()), (Standing::In, 1), "half stay");
    board.obey(Rules { eject: false, ..PLAIN }, 2_000);
    assert_eq!((records[0].view().standing, board.out()), (Standing::In, 0));
    fail(&records[0], 20);
    assert_eq!((board.out(), board.ejections()), (0, 1));
    // A worker that has ended is forgotten, with all that is known of it.
    let ended = records.remove(0);
    let (token, load) = (ended.token(), Arc::new(Load::default()));
    drop(ended);
    board.tick(3_000);
    let new = board.record(WorkerId(0), &load);
    assert_eq!(new.view(), View::default());
    assert_eq!(new.token(), token, "the same id has the same token");
    assert_ne!(new.token(), records[0].token());
}

#[test]
fn half_open_lets_one_request_through() {
    let (board, records) = board(PLAIN, 3);
    records[1].load().requests.fetch_add(1_000, SeqCst);
    for _ in 0..5 {
        records[0].load().failures.fetch_add(1, SeqCst);
        board.failed(&records[0], false, 1_000, 7);
    }
    let standing = || records[0].view().standing;
    assert_eq!(standing(), Standing::Out);
    board.tick(40_000);
    assert_eq!(standing(), Standing::OnTrial);
    assert!(board.claim(&records[0], 40_000) && !board.claim(&records[0], 40_000));
    board.release(&records[0], 40_000);
    assert!(board.claim(&records[0], 40_000));
    board.answered(&records[0], None, true, 40_100);
    assert_eq!((standing(), board.out()), (Standing::In, 0));
}

#[test]
fn a_worker_that_owes_answers_and_says_nothing_is_noticed() {
    let (board, records) = board(PLAIN, 2);
    let silent = |now_ms| records[0].is_silent(board.silence_ms(), now_ms);
    assert!(!silent(1_000), "it owes nothing");
    let first = records[0].asked(1_000);
    let second = records[0].asked(1_019);
    assert!(!silent(1_020) && silent(1_021));
    records[0].heard(first, 1_030);
    assert!(!silent(1_050) && silent(1_051));
    records[0].heard(second, 1_060);
    assert!(!silent(2_000));
    // Where answers take 10 ms, 80 are usual.
    serve(&board, &records, &[10_000, 10_000], 2_000, 50);
    assert!((72..=81).contains(&board.silence_ms()), "{}", board.silence_ms());
}
