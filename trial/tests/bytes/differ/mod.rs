//! The edge's parser against Node's, on requests that nobody thought of.
//!
//! A seed makes a connection's bytes: requests by the grammar, or a case of the tables, then a few mutations. What the edge
//! would pass on is given to Node with a request behind it. Node must read exactly these two, the first with the
//! method, target, framing and body that the edge read, and with the meaning that Node reads in the bytes as they came.
//!
//! It tries the seeds from 0 on, the same number each time; with OSTLER_FUZZ_SECONDS as many as fit. OSTLER_SEED=7
//! tries that seed alone.

mod edge_side;
mod generate;
mod judge;

use crate::oracle::Oracle;
use crate::requests;
use edge_side::Forwarded;
use generate::Generator;
use std::env;
use std::time::Duration;

/// Behind each request: it must be read as the next one, whole.
const SENTINEL: &[u8] = b"GET /sentinel HTTP/1.1\r\nHost: sentinel\r\n\r\n";
/// Seeds that are tried.
const SEEDS: u64 = 200_000;
/// Seeds whose connections are given to Node together.
const BATCH: u64 = 500;

/// One passed request, and the seed that made it.
#[derive(Debug)]
struct Try {
    seed: u64,
    forwarded: Forwarded,
}

#[test]
fn whatever_the_edge_passes_on_node_reads_the_same() {
    let number = |name: &str| env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let budget = number("OSTLER_FUZZ_SECONDS").map(Duration::from_secs);
    let generator = Generator::new(requests::cases().into_iter().map(|case| case.bytes).collect());
    let mut oracle = Oracle::start();
    let mut counts = judge::Counts::default();
    let begin = base::clock::now();
    let only = number("OSTLER_SEED");
    let mut seed = only.unwrap_or(0);
    let end = |seed| only.map_or(seed + BATCH, |only| only + 1);
    while only.is_some() || budget.map_or(seed < SEEDS, |budget| begin.elapsed() < budget) {
        let seeds = seed..end(seed);
        let tries: Vec<Try> = seeds
            .flat_map(|seed| {
                let passed = edge_side::forward(&generator.connection(seed));
                passed.into_iter().map(move |forwarded| Try { seed, forwarded })
            })
            .collect();
        let wrong = check(&mut oracle, &tries, &mut counts);
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
        counts.connections += end(seed) - seed;
        seed = end(seed);
        if only.is_some() {
            break;
        }
    }
    println!("{counts:?}");
    // A generator whose requests are all refused, or never, would prove nothing.
    assert!(only.is_some() || counts.passed * 20 > counts.connections, "{counts:?}");
    assert!(only.is_some() || counts.with_body > 0 && counts.upgrades > 0, "{counts:?}");
}

/// What is wrong with these, as text for people.
fn check(oracle: &mut Oracle, tries: &[Try], counts: &mut judge::Counts) -> Vec<String> {
    let behind = |bytes: &[u8]| [bytes, SENTINEL].concat();
    let of_both = |one: &Try| [behind(&one.forwarded.bytes), behind(&one.forwarded.original)];
    let connections: Vec<_> = tries.iter().flat_map(of_both).collect();
    let readings = oracle.read_all(&connections);
    let mut wrong = Vec::new();
    for (one, readings) in tries.iter().zip(readings.chunks(2)) {
        if let Err(why) = judge::judge(&one.forwarded, &readings[0], &readings[1], counts) {
            let Forwarded { original, bytes, .. } = &one.forwarded;
            let (came, went) = (original.escape_ascii(), bytes.escape_ascii());
            wrong.push(format!("seed {}: {why}\n  came {came}\n  went {went}", one.seed));
        }
    }
    wrong
}
