//! Commands made from templates.
//!
//! Words in capitals, numbers and signs stand for themselves; `(A|B C)` is a choice, `[A B|C]` one that may be left out,
//! `x+` stands for one to four. Words in small letters are made by chance: [`word`].

use super::templates::SCRIPTS;
use crate::command::oracle::Words;
use base::random::Random;

/// Of ten commands, so many have something done to them that their template does not say.
const SPOILT_OF_1000: u64 = 15;
/// A key is of the template's type in so many of a hundred cases.
const OWN_TYPE_OF_100: u64 = 88;
const TYPES: &str = "thlszx";

/// A command by this template.
pub fn make(template: &str, chance: &mut Random) -> Words {
    let mut words = Words::new();
    let mut reader = Reader { rest: template };
    reader.all(chance, true, &mut words);
    if chance.below(1_000) < SPOILT_OF_1000 {
        spoil(&mut words, chance);
    }
    words
}

/// One argument more, one less, or one that is something else.
fn spoil(words: &mut Words, chance: &mut Random) {
    let at = 1 + chance.below(words.len() as u64) as usize;
    match chance.below(3) {
        0 => words.insert(at.min(words.len()), word("v", chance)),
        1 if words.len() > 1 => {
            words.remove(at.min(words.len() - 1));
        }
        _ if words.len() > 1 => {
            let last = words.len() - 1;
            words[at.min(last)] = word("odd", chance);
        }
        _ => {}
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// Up to the end, `|`, `)` or `]`, which is left. What is read is added to `words` if `wanted`.
    fn all(&mut self, chance: &mut Random, wanted: bool, words: &mut Words) {
        loop {
            self.rest = self.rest.trim_start();
            match self.rest.chars().next() {
                None | Some('|' | ')' | ']') => return,
                Some(open @ ('(' | '[')) => {
                    self.rest = &self.rest[1..];
                    let wanted = wanted && (open == '(' || chance.below(2) == 0);
                    self.choice(chance, wanted, words);
                }
                Some(_) => self.one(chance, wanted, words),
            }
        }
    }

    /// Up to the closing bracket.
    fn choice(&mut self, chance: &mut Random, wanted: bool, words: &mut Words) {
        let mut branches = vec![Words::new()];
        loop {
            if let Some(last) = branches.last_mut() {
                self.all(chance, wanted, last);
            }
            let is_next = self.rest.starts_with('|');
            self.rest = self.rest.get(1..).unwrap_or_default();
            if !is_next {
                break;
            }
            branches.push(Words::new());
        }
        let chosen = chance.below(branches.len() as u64) as usize;
        words.append(&mut branches[chosen]);
        if self.rest.starts_with('+') {
            self.rest = &self.rest[1..];
        }
    }

    fn one(&mut self, chance: &mut Random, wanted: bool, words: &mut Words) {
        let end = self.rest.find([' ', '|', ')', ']', '(', '[']).unwrap_or(self.rest.len());
        let (token, rest) = self.rest.split_at(end);
        self.rest = rest;
        let (token, times) = match token.strip_suffix('+') {
            Some(token) if !token.is_empty() => (token, 1 + chance.below(4)),
            _ => (token, 1),
        };
        for _ in 0..times {
            // `f:v` are two words that belong together.
            for part in token.split(':') {
                if wanted {
                    words.push(word(part, chance));
                }
            }
        }
    }
}

fn pick(chance: &mut Random, all: &[&str]) -> Vec<u8> {
    all[chance.below(all.len() as u64) as usize].as_bytes().to_vec()
}

/// What a word of a template stands for.
fn word(token: &str, chance: &mut Random) -> Vec<u8> {
    match token {
        "kt" | "kh" | "kl" | "ks" | "ky" | "kz" | "kx" => key(&token[1..], chance),
        "k" => {
            let at = chance.below(TYPES.len() as u64) as usize;
            key(&TYPES[at..=at], chance)
        }
        "v" => value(chance),
        "m" | "f" => format!("m{}", chance.below(12)).into_bytes(),
        "many" => format!("m{}", chance.below(400)).into_bytes(),
        "num" => format!("{}", chance.below(40) as i64 - 12).into_bytes(),
        "i" => format!("{}", chance.below(14) as i64 - 7).into_bytes(),
        "n" => format!("{}", chance.below(6)).into_bytes(),
        "c" => format!("{}", 1 + chance.below(6)).into_bytes(),
        "bit" => format!("{}", chance.below(2)).into_bytes(),
        "off" => format!("{}", chance.below(70)).into_bytes(),
        "d" => pick(chance, FLOATS),
        "big" => pick(chance, BIG),
        "odd" => pick(chance, ODD),
        "lo" => pick(chance, &["-inf", "0", "(1", "1", "-3", "(2.5", "-", "(", "nan"]),
        "hi" => pick(chance, &["+inf", "inf", "3", "(3", "7", "10", "(0", "+", "1e3"]),
        "lexlo" => pick(chance, &["-", "[m1", "(m1", "[", "(m3", "+", "m1"]),
        "lexhi" => pick(chance, &["+", "[m5", "(m5", "[m9", "-", "(m", "m5"]),
        "id" => format!("{}-{}", chance.below(8), chance.below(4)).into_bytes(),
        "idlo" => pick(chance, &["-", "0", "1", "2-1", "(2-1", "(3", "0-1"]),
        "idhi" => pick(chance, &["+", "5", "(5-2", "7-1", "9", "-"]),
        "sec" => format!("{}", 1_000 * (1 + chance.below(9))).into_bytes(),
        "ms" => format!("{}", 1_000_000 * (1 + chance.below(9))).into_bytes(),
        "at" => format!("{}", 4_000_000_000_u64 + chance.below(9)).into_bytes(),
        "atms" => format!("{}", 4_000_000_000_000_u64 + chance.below(9)).into_bytes(),
        "ago" => pick(chance, &["0", "-1", "-1000"]),
        "glob" => pick(chance, &["*", "m*", "t?", "[hl]1", "*[^2]", "m1?", "\\*", "", "[a-l]*"]),
        "grp" => pick(chance, &["g1", "g2"]),
        "who" => pick(chance, &["alice", "bob"]),
        "field" => format!("h*->m{}", chance.below(12)).into_bytes(),
        "long" => vec![b'x'; 60 + chance.below(12) as usize],
        literal => {
            match literal.strip_prefix("script").and_then(|digit| digit.parse::<usize>().ok()) {
                Some(number) => SCRIPTS[number].as_bytes().to_vec(),
                None => literal.as_bytes().to_vec(),
            }
        }
    }
}

/// A key that is `kind`'s, mostly. `y` are sorted sets whose members all have one score, and nothing else: in others an
/// order by member means nothing.
fn key(kind: &str, chance: &mut Random) -> Vec<u8> {
    let other = chance.below(TYPES.len() as u64) as usize;
    let own = kind == "y" || chance.below(100) < OWN_TYPE_OF_100;
    let kind = if own { kind } else { &TYPES[other..=other] };
    format!("{kind}{}", chance.below(4)).into_bytes()
}

fn value(chance: &mut Random) -> Vec<u8> {
    match chance.below(12) {
        0 => pick(chance, ODD),
        1 => pick(chance, BIG),
        2 => pick(chance, FLOATS),
        3 => vec![b'y'; chance.below(90) as usize],
        4 | 5 => format!("{}", chance.below(300) as i64 - 100).into_bytes(),
        _ => format!("v{}", chance.below(20)).into_bytes(),
    }
}

const FLOATS: &[&str] = &[
    "0",
    "1",
    "-1",
    "1.5",
    "3.0",
    "-2.25",
    "0.1",
    "1e3",
    "1e-7",
    "123456789.125",
    "5e+20",
    "inf",
    "-inf",
    "+inf",
    "nan",
    "1.",
    ".5",
    " 1",
    "1 ",
    "1e400",
    "-0",
    "3.0000000000000001",
];

const BIG: &[&str] = &[
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "9007199254740993",
    "1e18",
    "17179869184",
    "4294967296",
    "-4294967297",
    "2147483648",
    "100000000000000000000",
];

const ODD: &[&str] = &[
    "",
    " ",
    "\r\n",
    "\u{fe}\u{ff}",
    "-",
    "+",
    "01",
    "-0",
    "+1",
    "1 ",
    "abc",
    "*",
    "$5",
    "é",
    "9223372036854775807",
    "-1",
    "NX",
    "GET",
    "WITHSCORES",
    "(",
    "[",
    "1-",
    "-1-1",
];
