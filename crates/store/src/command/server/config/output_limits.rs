//! `client-output-buffer-limit`: a class and three numbers, several times.

use super::kind::Kind;
use crate::hub::{Limits, OutputLimit};

/// What is wrong with a list of limits.
pub fn check(text: &str) -> Result<(), &'static str> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if !words.len().is_multiple_of(4) {
        return Err("Wrong number of arguments in buffer limit configuration.");
    }
    for four in words.chunks_exact(4) {
        let [class, numbers @ ..] = four else { continue };
        if !CLASSES.iter().any(|known| class.eq_ignore_ascii_case(known)) {
            return Err("Invalid client class specified in buffer limit configuration.");
        }
        if numbers_of(numbers).is_none() {
            return Err(
                "Error in hard, soft or soft_seconds setting in buffer limit configuration.",
            );
        }
    }
    Ok(())
}

/// Set what a list says that [`check`] found nothing wrong with.
pub fn set(limits: &Limits, text: &str) {
    let words: Vec<&str> = text.split_whitespace().collect();
    for four in words.chunks_exact(4) {
        let [class, numbers @ ..] = four else { continue };
        let (limit, numbers) = (limit(limits, class), numbers_of(numbers));
        if let (Some(limit), Some([hard, soft, seconds])) = (limit, numbers) {
            limit.set(hard as usize, soft as usize, seconds);
        }
    }
}

/// All three, as `CONFIG GET` gives them.
pub fn text(limits: &Limits) -> String {
    let Limits { normal, replica, pubsub, .. } = limits;
    format!("normal {} slave {} pubsub {}", normal.text(), replica.text(), pubsub.text())
}

const CLASSES: [&str; 4] = ["normal", "replica", "slave", "pubsub"];

fn limit<'a>(limits: &'a Limits, class: &str) -> Option<&'a OutputLimit> {
    match class.to_ascii_lowercase().as_str() {
        "normal" => Some(&limits.normal),
        "replica" | "slave" => Some(&limits.replica),
        "pubsub" => Some(&limits.pubsub),
        _ => None,
    }
}

/// Hard and soft bytes, seconds.
fn numbers_of(words: &[&str]) -> Option<[u64; 3]> {
    let bytes = |word: &str| {
        let value = Kind::Memory(0, i64::MAX).parse(word.as_bytes()).ok()?;
        u64::try_from(value.number()).ok()
    };
    let [hard, soft, seconds] = words else { return None };
    Some([bytes(hard)?, bytes(soft)?, seconds.parse::<u32>().ok()?.into()])
}
