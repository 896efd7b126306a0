//! Catalogue: what is measured, and what is aimed at.

use crate::side::Durability;

/// What a case does with a store.
#[derive(Debug, Clone, Copy)]
pub enum Work {
    /// redis-benchmark: a command, so many at once on each connection, so many requests.
    Benchmark(&'static str, u32, u64),
    /// A program of bench/apps/store, with its number.
    Program(&'static str, u64),
    /// The same, then a restart.
    Reload(&'static str, u64),
}

/// The figure that sides are compared by.
#[derive(Debug, Clone, Copy)]
pub enum Figure {
    /// Of what the program counted (or the requests), for a second of the store's processor time.
    PerCpuSecond,
    /// Of what the program counted, for a second.
    PerSecond,
    /// A number that the program told.
    Told(&'static str),
    /// The most resident memory in MB.
    Resident,
    /// The most resident memory, as a multiple of that before.
    ResidentGrowth,
    /// Milliseconds from the restart to the first answer.
    Reload,
    /// The store's processor time, in percent of a core.
    CpuPercent,
}

/// What is aimed at.
#[derive(Debug, Clone, Copy)]
pub enum Aim {
    /// At least so many times the peer's.
    AtLeast(f64),
    /// At most so many times the peer's.
    AtMostTimes(f64),
    /// At most so much, whatever the peer has.
    AtMost(f64),
    /// Only shown.
    None,
}

/// One case: figures of one run.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    pub name: &'static str,
    pub durability: Durability,
    pub work: Work,
    pub figures: &'static [(&'static str, Figure, Aim)],
}

macro_rules! benchmark {
    ($($name:literal $test:literal $pipeline:literal $count:literal;)*) => {
        &[$(Case {
            name: $name,
            durability: Durability::EverySecond,
            work: Work::Benchmark($test, $pipeline, $count),
            figures: &[("requests a CPU second at least as Redis", Figure::PerCpuSecond, Aim::AtLeast(1.0))],
        }),*]
    };
}

/// One command at a time.
pub const COMMANDS: &[Case] = benchmark! {
    "SET, one at a time" "set" 1 400_000;
    "GET, one at a time" "get" 1 400_000;
    "INCR, one at a time" "incr" 1 400_000;
    "LPUSH, one at a time" "lpush" 1 400_000;
    "ZADD, one at a time" "zadd" 1 400_000;
    "HSET, one at a time" "hset" 1 400_000;
    "SET, 16 at once" "set" 16 2_000_000;
    "GET, 16 at once" "get" 16 2_000_000;
    "INCR, 16 at once" "incr" 16 2_000_000;
    "LPUSH, 16 at once" "lpush" 16 2_000_000;
    "ZADD, 16 at once" "zadd" 16 2_000_000;
    "HSET, 16 at once" "hset" 16 2_000_000;
};

/// What apps do.
pub const APPS: &[Case] = &[
    Case {
        name: "BullMQ: jobs added and processed",
        durability: Durability::EverySecond,
        work: Work::Program("jobs", 40_000),
        figures: &[("jobs a CPU second, 1.3 times Redis", Figure::PerCpuSecond, Aim::AtLeast(1.3))],
    },
    Case {
        name: "durable adds, 32 connections",
        durability: Durability::Always,
        work: Work::Program("durable", 8),
        figures: &[("adds a second, 3 times Redis", Figure::PerSecond, Aim::AtLeast(3.0))],
    },
    Case {
        name: "GET beside 8 durable writers",
        durability: Durability::Always,
        work: Work::Program("readers", 8),
        figures: &[
            ("GET p99 ms, at most 1", Figure::Told("p99_ms"), Aim::AtMost(1.0)),
            ("durable writes a second", Figure::Told("written_per_second"), Aim::None),
        ],
    },
    Case {
        name: "a script of 5 s",
        durability: Durability::EverySecond,
        work: Work::Program("script", 5),
        figures: &[
            ("PING ms at most 10", Figure::Told("ping_ms"), Aim::AtMost(10.0)),
            ("INFO ms at most 10", Figure::Told("info_ms"), Aim::AtMost(10.0)),
            ("a message ms at most 10", Figure::Told("message_ms"), Aim::AtMost(10.0)),
        ],
    },
    Case {
        name: "a snapshot of 2 GB beside 20,000 writes a second",
        durability: Durability::EverySecond,
        work: Work::Program("save", 2_000),
        figures: &[
            ("RSS at most 1.10 of that before", Figure::ResidentGrowth, Aim::AtMost(1.10)),
            ("longest PING ms at most 5", Figure::Told("most_ms"), Aim::AtMost(5.0)),
        ],
    },
    Case {
        name: "1,000,000 waiting BullMQ jobs",
        durability: Durability::EverySecond,
        work: Work::Reload("fill", 1_000_000),
        figures: &[
            (
                "used memory at most 0.85 of Redis",
                Figure::Told("used_memory"),
                Aim::AtMostTimes(0.85),
            ),
            ("resident MB", Figure::Resident, Aim::None),
            ("reload in half of Redis's time, ms", Figure::Reload, Aim::AtMostTimes(0.5)),
        ],
    },
    Case {
        name: "100 idle workers",
        durability: Durability::EverySecond,
        work: Work::Program("idle", 20),
        figures: &[("percent of a core at most 1", Figure::CpuPercent, Aim::AtMost(1.0))],
    },
];
