//! From many commands that lead to a difference to few.

use crate::command::oracle::Words;

/// The fewest of `commands`, in order, for which `fails` still holds; the last is always one of them. Pure: `fails`
/// is asked at most `tries_max` times.
pub fn minimise(
    commands: Vec<Words>,
    tries_max: usize,
    mut fails: impl FnMut(&[Words]) -> bool,
) -> Vec<Words> {
    let mut left = commands;
    let mut part = left.len() / 2;
    let mut tries = 0;
    while part > 0 {
        let (mut at, mut shorter) = (0, false);
        while at + part < left.len() && tries < tries_max {
            let mut fewer = left.clone();
            fewer.drain(at..at + part);
            tries += 1;
            if fails(&fewer) {
                (left, shorter) = (fewer, true);
            } else {
                at += part;
            }
        }
        if !shorter || part > 1 {
            part /= 2;
        }
    }
    left
}
