use crate::serve::output::{Bounds, KEPT_BYTES, Output};
use base::random::Random;

#[test]
fn what_is_held_leaves_when_it_is_durable_and_not_before() {
    let mut output = Output::default();
    output.push(b"free ");
    output.hold(5);
    output.push(b"five ");
    output.hold(5);
    output.push(b"five again ");
    output.hold(7);
    output.push(b"seven");
    assert_eq!(output.sendable(), b"free ");
    output.advance(5);
    assert!(!output.release(4));
    assert!(output.sendable().is_empty());
    assert!(!output.is_empty(), "it still waits");
    assert!(output.release(6));
    assert_eq!(output.sendable(), b"five five again ");
    assert!(output.release(7));
    output.advance(3);
    assert_eq!(output.sendable(), b"e five again seven");
}

#[test]
fn an_older_record_does_not_let_go_what_waits_for_a_newer_one() {
    let mut output = Output::default();
    output.hold(9);
    output.push(b"a");
    output.hold(3);
    output.push(b"b");
    output.release(3);
    assert!(output.sendable().is_empty());
    output.release(9);
    assert_eq!(output.sendable(), b"ab");
}

#[test]
fn nothing_is_lost_or_doubled_whatever_the_socket_takes() {
    let mut chance = Random::new(1);
    let (mut output, mut given, mut got, mut lsn) = (Output::default(), Vec::new(), Vec::new(), 0);
    for step in 0..20_000_u64 {
        match chance.below(5) {
            0 => {
                lsn += 1;
                output.hold(lsn);
            }
            1 | 2 => {
                let bytes = vec![step as u8; chance.below(KEPT_BYTES as u64 / 4) as usize];
                given.extend_from_slice(&bytes);
                output.push(&bytes);
            }
            3 => {
                output.release(lsn.saturating_sub(chance.below(4)));
            }
            _ => {
                let sendable = output.sendable();
                let taken = chance.below(sendable.len() as u64 + 1) as usize;
                got.extend_from_slice(&sendable[..taken]);
                output.advance(taken);
            }
        }
        assert_eq!(output.len(), given.len() - got.len());
    }
    output.release(lsn);
    got.extend_from_slice(output.sendable());
    assert!(got == given);
}

#[test]
fn limits_are_hard_at_once_and_soft_after_their_time() {
    let bounds = Bounds { hard_bytes: 100, soft_bytes: 10, soft_ms: 1_000 };
    let mut output = Output::default();
    output.push(&[0; 20]);
    assert!(!output.is_over(bounds, 0));
    assert!(!output.is_over(bounds, 1_000));
    assert!(output.is_over(bounds, 1_001));
    output.advance(15);
    assert!(!output.is_over(bounds, 1_002));
    output.push(&[0; 100]);
    assert!(output.is_over(bounds, 1_002));
    assert!(!output.is_over(Bounds::default(), 9_999));
}
