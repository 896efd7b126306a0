//! Runs as tables and verdicts. Pure.

use super::cases::{Aim, Case};
use super::run::{Run, SIDES};
use crate::report::{Cell, Report, Table, Target};
use crate::scenario::measure::median;
use crate::side::Kind;

/// What was measured of `cases`.
pub fn report(rounds: usize, cases: &[Case], runs: &[Run]) -> Report {
    let (mut rows, mut targets) = (Vec::new(), Vec::new());
    for case in cases {
        for (at, (text, _, aim)) in case.figures.iter().enumerate() {
            let of = |kind: Kind| {
                let mine = runs.iter().filter(|run| run.case == case.name && run.kind == kind);
                median(mine.filter_map(|run| run.figures.get(at).copied()))
            };
            let [ours, theirs] = SIDES.map(of);
            rows.push(vec![
                Cell::text(case.name),
                Cell::text(*text),
                Cell::Number(ours, decimals(ours)),
                Cell::Number(theirs, decimals(theirs)),
                Cell::Number(ours / theirs, 2),
            ]);
            targets.extend(target(case.name, text, *aim, ours, theirs));
        }
    }
    let table = Table {
        caption: format!("Medians of {rounds} rounds"),
        columns: vec!["case", "figure", "Ostler", "redis-server", "ratio"],
        rows,
    };
    Report {
        what: "store",
        title: "The store beside redis-server",
        method: method(),
        tables: vec![table],
        targets,
    }
}

fn target(case: &str, text: &'static str, aim: Aim, ours: f64, theirs: f64) -> Option<Target> {
    let (met, shown) = match aim {
        Aim::AtLeast(times) => (ours >= times * theirs, format!("{:.2} times", ours / theirs)),
        Aim::AtMostTimes(times) => (ours <= times * theirs, format!("{:.2} times", ours / theirs)),
        Aim::AtMost(most) => (ours <= most, format!("{ours:.2}")),
        Aim::None => return None,
    };
    Some(Target { text, measured: format!("{case}: {shown}"), met })
}

fn decimals(value: f64) -> usize {
    if value.abs() < 100.0 { 2 } else { 0 }
}

fn method() -> Vec<String> {
    vec![
        "Each store runs alone on core 0, with all its threads and children, and what asks it on the \
         other cores; one after the other, in turn."
            .into(),
        "Processor time is the kernel's account of the store's processes; resident memory is their \
         proportional share, looked at twenty times a second."
            .into(),
        "Both write a log with a sync each second, but where durability is the point: then before each \
         reply. Ostler's side is the store in a process of its own."
            .into(),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::cases::{APPS, COMMANDS};
    use super::*;

    #[test]
    fn each_aim_is_held_to_the_right_side() {
        let met = |aim, ours, theirs| target("c", "t", aim, ours, theirs).map(|target| target.met);
        assert_eq!(met(Aim::AtLeast(1.3), 13.0, 10.0), Some(true));
        assert_eq!(met(Aim::AtLeast(1.3), 12.9, 10.0), Some(false));
        assert_eq!(met(Aim::AtMostTimes(0.5), 5.1, 10.0), Some(false));
        assert_eq!(met(Aim::AtMost(5.0), f64::NAN, 1.0), Some(false));
        assert_eq!(met(Aim::None, 1.0, 1.0), None);
    }

    #[test]
    fn medians_stand_side_by_side() {
        let case = *COMMANDS.first().unwrap();
        let run = |kind, figure| Run { case: case.name, kind, figures: vec![figure] };
        let runs = [
            run(Kind::StoreOnly, 3.0),
            run(Kind::Redis, 2.0),
            run(Kind::StoreOnly, 1.0),
            run(Kind::StoreOnly, 2.0),
        ];
        let report = report(3, &[case], &runs);
        assert!(report.targets[0].met && report.targets[0].measured.contains("1.00 times"));
    }

    #[test]
    fn names_are_told_apart() {
        let names: std::collections::BTreeSet<_> =
            COMMANDS.iter().chain(APPS).map(|case| case.name).collect();
        assert_eq!(names.len(), COMMANDS.len() + APPS.len());
    }
}
