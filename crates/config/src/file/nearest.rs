//! The known word that a mistyped one was meant to be.

/// Longer words are not compared: the work grows with the square of the length.
const CHARS_MAX: usize = 64;

/// The nearest of `words`, if it is near enough to be meant: at most a third of it differs.
pub(crate) fn nearest<'a>(word: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let typed = spelling(word);
    if typed.len() > CHARS_MAX {
        return None;
    }
    let near = words.filter_map(|known| {
        let meant = spelling(known);
        let distance = distance(&typed, &meant);
        (distance <= meant.len().max(3) / 3).then_some((distance, known))
    });
    near.min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
}

/// Case and the choice between `-` and `_` do not count as differences.
fn spelling(word: &str) -> Vec<char> {
    word.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect()
}

/// Optimal string alignment: insertions, deletions, changes, swaps of neighbours.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut best = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        let check = |a: &str, b: &str, expected| {
            let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            assert_eq!(distance(&a, &b), expected, "{a:?} {b:?}");
        };
        check("", "abc", 3);
        check("abc", "", 3);
        check("worker", "workers", 1);
        check("wokrers", "workers", 1);
        check("kitten", "sitting", 3);
    }

    #[test]
    fn only_what_was_meant() {
        let words = ["workers", "watch", "run"];
        let near = |word| nearest(word, words.into_iter());
        assert_eq!(near("worker"), Some("workers"));
        assert_eq!(near("Run"), Some("run"));
        assert_eq!(near("wacth"), Some("watch"));
        assert_eq!(near("colour"), None);
        assert_eq!(near(&"w".repeat(100_000)), None);
    }
}
