//! The `Date` line of the edge's own replies, written once a second.

use crate::http::conditional::HttpDate;
use base::clock;
use std::cell::RefCell;

/// The line of the present second.
#[derive(Debug, Default)]
pub struct DateLine(RefCell<(u64, String)>);

impl DateLine {
    /// Append the line.
    pub fn append(&self, out: &mut Vec<u8>) {
        let now = clock::wall().as_secs();
        let (second, line) = &mut *self.0.borrow_mut();
        if *second != now || line.is_empty() {
            *second = now;
            *line = format!("Date: {}\r\n", HttpDate(now));
        }
        out.extend_from_slice(line.as_bytes());
    }
}
