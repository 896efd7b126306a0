//! A question, read.

use super::matcher::Matchers;

/// A question or a part of one.
#[derive(Debug, Clone)]
pub enum Expr {
    /// A number.
    Number(f64),
    /// Series at a moment.
    Vector(Selector),
    /// Series over a time.
    Range(Selector, u64),
    /// A function.
    Call(Function, Vec<Expr>),
    /// Series put together.
    Aggregate(Aggregate),
    /// Two sides.
    Binary(Box<Binary>),
}

/// Which series.
#[derive(Debug, Clone)]
pub struct Selector {
    /// What their labels must be.
    pub matchers: Matchers,
    /// How much earlier than the moment that is asked for, in milliseconds; below zero: later.
    pub offset_ms: i64,
}

/// `sum by (…) (…)`.
#[derive(Debug, Clone)]
pub struct Aggregate {
    /// What is made of the values.
    pub op: Gather,
    /// Which labels stay.
    pub grouping: Grouping,
    /// How many, for `topk` and `bottomk`; which, for `quantile`.
    pub parameter: Option<Box<Expr>>,
    /// Of what.
    pub of: Box<Expr>,
}

/// What is made of many values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gather {
    Sum,
    Avg,
    Min,
    Max,
    Count,
    Group,
    TopK,
    BottomK,
}

/// Which labels stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grouping {
    /// These.
    By(Vec<String>),
    /// All but these.
    Without(Vec<String>),
}

/// Two sides and what is between them.
#[derive(Debug, Clone)]
pub struct Binary {
    /// What is between them.
    pub op: Op,
    /// A comparison gives 0 or 1 instead of leaving out.
    pub bool: bool,
    /// Which labels must be the same on both sides; None: all.
    pub matching: Option<Grouping>,
    /// The first side.
    pub left: Expr,
    /// The second.
    pub right: Expr,
}

/// What is between two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    Or,
    And,
    Unless,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    More,
    MoreOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
}

impl Op {
    /// How closely it binds; more is closer.
    pub fn rank(self) -> u8 {
        match self {
            Op::Or => 1,
            Op::And | Op::Unless => 2,
            op if op.compares() => 3,
            Op::Add | Op::Subtract => 4,
            Op::Power => 6,
            _ => 5,
        }
    }

    /// Whether it is a comparison.
    pub fn compares(self) -> bool {
        use Op::{Equal, Less, LessOrEqual, More, MoreOrEqual, NotEqual};
        matches!(self, Equal | NotEqual | Less | LessOrEqual | More | MoreOrEqual)
    }

    /// Whether it joins sets of series.
    pub fn joins(self) -> bool {
        matches!(self, Op::Or | Op::And | Op::Unless)
    }
}

/// A function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    Rate,
    Increase,
    IRate,
    Delta,
    AvgOverTime,
    MinOverTime,
    MaxOverTime,
    SumOverTime,
    CountOverTime,
    LastOverTime,
    HistogramQuantile,
    Abs,
    Ceil,
    Floor,
    Round,
    ClampMin,
    ClampMax,
    Time,
    Vector,
    Scalar,
}

/// What a function takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// A number at each moment.
    Scalar,
    /// Series at a moment.
    Vector,
    /// Series over a time.
    Range,
}

impl Function {
    /// Names and what they take.
    pub const ALL: [(&'static str, Function, &'static [Takes]); 20] = {
        use Takes::{Range, Scalar, Vector};
        [
            ("rate", Function::Rate, &[Range]),
            ("increase", Function::Increase, &[Range]),
            ("irate", Function::IRate, &[Range]),
            ("delta", Function::Delta, &[Range]),
            ("avg_over_time", Function::AvgOverTime, &[Range]),
            ("min_over_time", Function::MinOverTime, &[Range]),
            ("max_over_time", Function::MaxOverTime, &[Range]),
            ("sum_over_time", Function::SumOverTime, &[Range]),
            ("count_over_time", Function::CountOverTime, &[Range]),
            ("last_over_time", Function::LastOverTime, &[Range]),
            ("histogram_quantile", Function::HistogramQuantile, &[Scalar, Vector]),
            ("abs", Function::Abs, &[Vector]),
            ("ceil", Function::Ceil, &[Vector]),
            ("floor", Function::Floor, &[Vector]),
            ("round", Function::Round, &[Vector]),
            ("clamp_min", Function::ClampMin, &[Vector, Scalar]),
            ("clamp_max", Function::ClampMax, &[Vector, Scalar]),
            ("time", Function::Time, &[]),
            ("vector", Function::Vector, &[Scalar]),
            ("scalar", Function::Scalar, &[Vector]),
        ]
    };
}

impl Expr {
    /// Whether it is a number at each moment, series at a moment or series over a time.
    pub fn takes(&self) -> Takes {
        match self {
            Expr::Number(_) | Expr::Call(Function::Time | Function::Scalar, _) => Takes::Scalar,
            Expr::Range(..) => Takes::Range,
            Expr::Binary(binary) => match (binary.left.takes(), binary.right.takes()) {
                (Takes::Scalar, Takes::Scalar) => Takes::Scalar,
                _ => Takes::Vector,
            },
            Expr::Vector(_) | Expr::Call(..) | Expr::Aggregate(_) => Takes::Vector,
        }
    }
}
