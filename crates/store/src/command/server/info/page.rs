//! The text of `INFO`: sections of lines `name:value`.

use std::fmt::{Display, Write};

/// What is written.
#[derive(Debug, Default)]
pub struct Page {
    text: String,
}

impl Page {
    /// A section begins.
    pub fn section(&mut self, title: &str) {
        if !self.text.is_empty() {
            self.text.push_str("\r\n");
        }
        // Writing to a string cannot fail.
        let _ = write!(self.text, "# {title}\r\n");
    }

    /// A line.
    pub fn line(&mut self, name: impl Display, value: impl Display) {
        let _ = write!(self.text, "{name}:{value}\r\n");
    }

    /// Bytes, and once more for people.
    pub fn bytes(&mut self, name: &str, bytes: u64) {
        self.line(name, bytes);
        self.line(format_args!("{name}_human"), human(bytes));
    }

    /// Microseconds as seconds.
    pub fn seconds(&mut self, name: &str, us: u64) {
        self.line(name, format_args!("{}.{:06}", us / 1_000_000, us % 1_000_000));
    }

    /// All of it.
    pub fn into_text(self) -> String {
        self.text
    }
}

/// A number of bytes for people, in steps of 1024.
fn human(bytes: u64) -> String {
    if bytes < 1024 {
        return format!("{bytes}B");
    }
    let mut number = bytes as f64 / 1024.0;
    for unit in ['K', 'M', 'G', 'T'] {
        if number < 1024.0 {
            return format!("{number:.2}{unit}");
        }
        number /= 1024.0;
    }
    format!("{number:.2}P")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_as_redis_tells_them() {
        for (bytes, text) in [(0, "0B"), (1023, "1023B"), (1024, "1.00K"), (916_264, "894.79K")] {
            assert_eq!(human(bytes), text);
        }
        assert_eq!(human(25_276_502_016), "23.54G");
        assert_eq!(human(u64::MAX), "16384.00P");
    }
}
