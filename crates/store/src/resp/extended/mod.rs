//! Numbers with 64 binary digits, in which `INCRBYFLOAT` adds: what Redis's `long double` is on x86, so that sums
//! print the same digits.

mod big;
mod number;
#[cfg(test)]
mod tests;

pub use number::Extended;
