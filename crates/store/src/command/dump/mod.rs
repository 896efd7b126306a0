//! Values as payloads, from and to other servers.

mod give;
mod restore;
#[cfg(test)]
mod tests;

use super::Spec;

/// All of them.
pub const TABLE: &[&Spec] = &[&give::DUMP, &restore::RESTORE];
