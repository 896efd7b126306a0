//! Scripts: `EVAL` and its kin, `SCRIPT`, and `FUNCTION` as far as there are none.

mod eval;
mod functions;
mod manage;
#[cfg(test)]
mod tests;

use super::Spec;

/// All of them.
pub const TABLE: &[&Spec] = &[
    &eval::EVAL,
    &eval::EVAL_RO,
    &eval::EVALSHA,
    &eval::EVALSHA_RO,
    &manage::SCRIPT,
    &functions::FUNCTION,
];
