//! Whatever the text is, the reader answers: no panic, and every mistake is in the text.

use base::random::Random;
use config::{Machine, parse, render};
use std::path::Path;

/// Pieces that the format gives a meaning, to be put anywhere.
const PIECES: &[&str] = &[
    "[",
    "]",
    "[[",
    "{",
    "}",
    "\"",
    "'",
    "'''",
    "\"\"\"",
    "=",
    ".",
    ",",
    "#",
    "\n",
    "\r\n",
    "\r",
    "\0",
    "\u{feff}",
    "é",
    "日本",
    "\\u0000",
    "\\",
    "-",
    "_",
    "0x",
    "1e999",
    "nan",
    "-inf",
    "true",
    "1979-05-27",
    "\"10\"",
    "\"cores\"",
    "99999999999999999999",
    "\"99999999999999999999d\"",
    "app",
    "[app.web]",
    "[route.\"/*\"]",
    "edge.limits",
    "version = 2\n",
    "min",
    "*",
    "\"0.0.0.0:80\"",
];

#[test]
fn no_text_makes_the_reader_panic() {
    let seeds: Vec<String> =
        std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
            .map(|path| std::fs::read_to_string(path).unwrap())
            .collect();
    let seed = std::env::var("OSTLER_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut random = Random::new(seed);
    for _ in 0..2_000 {
        let mut text = pick(&mut random, &seeds).clone();
        for _ in 0..=random.below(8) {
            change(&mut text, &mut random, &seeds);
        }
        check(&text);
    }
}

/// What takes more than linear time in these does not end within a test's patience.
#[test]
fn a_file_full_of_mistakes_is_refused() {
    let unknown: String = (0..20_000).map(|n| format!("key_{n:05} = {n}\n")).collect();
    let broken = "[x".repeat(500_000);
    let routes: String = (0..2_000).map(|n| format!("[route.\"/{n}\"]\napp = \"x\"\n")).collect();
    for text in [unknown, broken, routes, "[".repeat(1_000_000), "a.".repeat(500_000)] {
        assert!(text.len() <= config::FILE_BYTES_MAX);
        check(&text);
    }
}

fn check(text: &str) {
    let read = parse(text, Path::new("/srv/shop"), None, &Machine { cores: 4 });
    let Err(mistakes) = read else { return };
    assert!((1..=100).contains(&mistakes.len()), "{} mistakes in {text:?}", mistakes.len());
    let mut last = (0, 0);
    for mistake in &mistakes {
        let place = (mistake.line, mistake.column);
        assert!(place >= last, "mistakes are out of order in {text:?}");
        last = place;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let line = text.split('\n').nth(mistake.line as usize - 1);
        let line = line.unwrap_or_else(|| panic!("no line {} in {text:?}", mistake.line));
        assert_eq!(line.strip_suffix('\r').unwrap_or(line), mistake.quoted);
        let end = mistake.column as usize + mistake.width as usize - 1;
        assert!(end <= mistake.quoted.chars().count() + 1, "{mistake:?} is past its line");
        assert!(!mistake.text.is_empty() && !mistake.cure.is_empty());
        assert!(render(mistake).lines().count() >= 6);
    }
}

fn pick<'a, T>(random: &mut Random, all: &'a [T]) -> &'a T {
    &all[random.below(all.len() as u64) as usize]
}

fn piece(random: &mut Random) -> &'static str {
    PIECES[random.below(PIECES.len() as u64) as usize]
}

fn change(text: &mut String, random: &mut Random, seeds: &[String]) {
    let (from, to) = (place(text, random), place(text, random));
    let (from, to) = (from.min(to), from.max(to));
    match random.below(5) {
        0 => text.insert_str(from, piece(random)),
        1 => text.replace_range(from..to.min(end(text, from + 5)), piece(random)),
        2 => text.replace_range(from..to.min(end(text, from + 40)), ""),
        3 => {
            let other = pick(random, seeds);
            let (a, b) = (place(other, random), place(other, random));
            text.insert_str(from, &other[a.min(b)..a.max(b)]);
        }
        _ => {
            let again = text[from..to].to_owned();
            text.insert_str(to, &again);
        }
    }
}

/// Somewhere between two characters.
fn place(text: &str, random: &mut Random) -> usize {
    end(text, random.below(text.len() as u64 + 1) as usize)
}

fn end(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
