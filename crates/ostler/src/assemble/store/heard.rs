//! What the store has to say to people: whether it takes writes, and what scripts log.

use store::script::Line;
use store::serve::{Figures, Watch};

/// `redis.log` at this level or above is told, as by Redis: notices and warnings.
const LEVEL_MIN: u8 = 2;

/// What was told last.
#[derive(Debug, Default)]
pub struct Heard {
    refuses: bool,
}

impl Heard {
    /// The lines that are new.
    pub fn listen(&mut self, watch: &Watch) -> Vec<String> {
        let (lines, dropped) = watch.script_lines();
        let mut told: Vec<String> = self.health(&watch.figures()).into_iter().collect();
        told.extend(said(&lines, dropped));
        told
    }

    fn health(&mut self, figures: &Figures) -> Option<String> {
        match (&figures.refuses, self.refuses) {
            (Some(why), false) => {
                self.refuses = true;
                Some(format!(
                    "store: it cannot write to its log, and refuses commands that change something until it can: {why}"
                ))
            }
            (None, true) => {
                self.refuses = false;
                Some("store: it takes all commands again".into())
            }
            _ => None,
        }
    }
}

fn said(lines: &[Line], dropped: u64) -> impl Iterator<Item = String> {
    let more =
        (dropped > 0).then(|| format!("store: {dropped} lines more of scripts were not told"));
    let told = lines.iter().filter(|line| line.level >= LEVEL_MIN);
    told.map(|line| format!("store: a script says: {}", line.text)).chain(more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_once() {
        let mut heard = Heard::default();
        let well = Figures::default();
        let ill = Figures { refuses: Some("the disk is full".into()), ..Figures::default() };
        assert_eq!(heard.health(&well), None);
        assert!(
            heard.health(&ill).is_some_and(|line| line.ends_with("until it can: the disk is full"))
        );
        assert_eq!(heard.health(&ill), None);
        assert_eq!(heard.health(&well).as_deref(), Some("store: it takes all commands again"));
        assert_eq!(heard.health(&well), None);
    }

    #[test]
    fn scripts_are_quoted_from_notices_on() {
        let line = |level, text: &str| Line { level, text: text.into() };
        let lines = [line(1, "a detail"), line(2, "a notice"), line(3, "a warning")];
        let told: Vec<String> = said(&lines, 7).collect();
        let wanted = [
            "store: a script says: a notice",
            "store: a script says: a warning",
            "store: 7 lines more of scripts were not told",
        ];
        assert_eq!(told, wanted);
    }
}
