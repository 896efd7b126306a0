//! Lines to the terminal of `ostler run`.

use super::form;
use super::sink::{Sink, Written};
use config::LogForm;
use model::{AppName, LogLine};
use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use std::sync::Arc;

/// Writes lines to a terminal, or whatever stands in its place.
pub struct Terminal {
    form: LogForm,
    colour: bool,
    out: Box<dyn Write + Send>,
    /// Writing failed, and was told.
    is_broken: bool,
}

impl fmt::Debug for Terminal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Terminal").field("form", &self.form).finish_non_exhaustive()
    }
}

impl Terminal {
    /// Write lines in `form` to `out`, with colours if asked.
    pub fn new(form: LogForm, colour: bool, out: Box<dyn Write + Send>) -> Self {
        Terminal { form, colour, out, is_broken: false }
    }
}

impl Sink for Terminal {
    fn write(&mut self, lines: &[Arc<LogLine>], dropped: u64) -> Written {
        let mut text = String::new();
        if dropped > 0 && self.form == LogForm::Prefixed {
            text.push_str(&format!("({dropped} lines dropped: the terminal was too slow)\n"));
        }
        lines.iter().for_each(|line| form::for_terminal(line, self.form, self.colour, &mut text));
        match self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()) {
            Ok(()) => {
                self.is_broken = false;
                Written::All
            }
            Err(error) => {
                let first = !std::mem::replace(&mut self.is_broken, true);
                lost(lines, first.then(|| format!("the terminal takes no more lines: {error}")))
            }
        }
    }
}

/// All `lines` are lost.
pub fn lost(lines: &[Arc<LogLine>], news: Option<String>) -> Written {
    let mut counts: BTreeMap<AppName, u64> = BTreeMap::new();
    for line in lines {
        *counts.entry(line.app.clone()).or_default() += 1;
    }
    let news = counts.keys().next().cloned().zip(news);
    Written::Lost { lines: counts.into_iter().collect(), news }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Stream;

    fn lines() -> Vec<Arc<LogLine>> {
        let app = AppName::parse("web").unwrap();
        let line = LogLine { at_ms: 0, app, number: 0, stream: Stream::Out, text: "x".into() };
        vec![Arc::new(line)]
    }

    #[test]
    fn a_closed_terminal_is_told_once() {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut terminal = Terminal::new(LogForm::Prefixed, false, Box::new(writer));
        let first = terminal.write(&lines(), 0);
        assert!(matches!(&first, Written::Lost { news: Some(_), .. }), "{first:?}");
        let again = terminal.write(&lines(), 0);
        assert!(matches!(&again, Written::Lost { news: None, .. }), "{again:?}");
    }

    #[test]
    fn dropped_lines_are_said() {
        let (mut reader, writer) = std::io::pipe().unwrap();
        let mut terminal = Terminal::new(LogForm::Prefixed, false, Box::new(writer));
        assert_eq!(terminal.write(&lines(), 7), Written::All);
        drop(terminal);
        let mut text = String::new();
        std::io::Read::read_to_string(&mut reader, &mut text).unwrap();
        assert_eq!(text, "(7 lines dropped: the terminal was too slow)\nweb.0 │ x\n");
    }
}
