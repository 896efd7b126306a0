//! Questions in a part of PromQL, answered as Prometheus answers them.
//!
//! `lex` → `parse` → `expr` → `evaluate` (all steps of a range at once) → `answer` (JSON). Pure but for the
//! history that is asked. What is outside the part is refused by name.

mod aggregate;
mod answer;
mod binary;
mod error;
mod evaluate;
mod expr;
mod function;
mod lex;
mod matcher;
mod number;
mod over_time;
mod parse;
mod quantile;
mod selector;
mod table;

pub use answer::{Reply, answer};
pub use error::QueryError;
pub use evaluate::Range;
pub use expr::Expr;
pub use matcher::Matchers;
pub use parse::{parse, parse_selector};

#[cfg(test)]
mod tests;
