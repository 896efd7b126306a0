use super::Form;

/// When a changed value takes effect after `ostler reload`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// At once, with the reload.
    Live,
    /// With the reload, which replaces the app's workers one by one.
    Rolling,
    /// Only when Ostler is started again.
    Restart,
}

impl Change {
    /// In words, for people.
    pub fn words(self) -> &'static str {
        match self {
            Change::Live => "at reload",
            Change::Rolling => "at reload, which replaces the workers one by one",
            Change::Restart => "when Ostler is restarted",
        }
    }
}

/// The declaration of one key or section.
#[derive(Debug, PartialEq)]
pub struct Key {
    /// Where it stands; `*` is the name of an app or an upstream, or a route's pattern: `app.*.memory_max`.
    pub path: &'static str,
    /// The ways of writing its value.
    pub forms: &'static [Form],
    /// The value that holds without the key, as it would be written; None: no value.
    pub default: Option<&'static str>,
    /// Another value, as it would be written.
    pub example: &'static str,
    /// What it means, one paragraph.
    pub text: &'static str,
    /// When a change takes effect, where that does not follow from the section.
    pub special: Option<Change>,
    /// The first version that knows it.
    pub since: &'static str,
    /// Words that other programs use for it; a mistake that uses one is told this key's name.
    pub also: &'static [&'static str],
    /// Words that other programs use as values of such a key, each with what to write for it here.
    pub words_also: &'static [(&'static str, &'static str)],
}

impl Key {
    /// The last part of the path.
    pub fn name(&self) -> &'static str {
        self.path.rsplit('.').next().unwrap_or(self.path)
    }

    /// The path of the section that it stands in; empty at the top.
    pub fn section(&self) -> &'static str {
        self.path.rsplit_once('.').map_or("", |(section, _)| section)
    }

    /// It has keys below it.
    pub fn is_section(&self) -> bool {
        self.forms.contains(&Form::Section)
    }

    /// Its types in words: `a whole number or "cores"`.
    pub fn words(&self) -> String {
        let forms: Vec<String> = self.forms.iter().map(Form::words).collect();
        forms.join(" or ")
    }

    /// When a change takes effect.
    pub fn change(&self) -> Change {
        let of_workers = self.path.starts_with("app.*.");
        self.special.unwrap_or(if of_workers { Change::Rolling } else { Change::Live })
    }

    pub(super) const fn new(
        path: &'static str,
        forms: &'static [Form],
        example: &'static str,
        text: &'static str,
    ) -> Key {
        Key {
            path,
            forms,
            default: None,
            example,
            text,
            special: None,
            since: "0.1",
            also: &[],
            words_also: &[],
        }
    }

    pub(super) const fn default(self, text: &'static str) -> Key {
        Key { default: Some(text), ..self }
    }

    pub(super) const fn restart(self) -> Key {
        Key { special: Some(Change::Restart), ..self }
    }

    pub(super) const fn live(self) -> Key {
        Key { special: Some(Change::Live), ..self }
    }

    pub(super) const fn also(self, also: &'static [&'static str]) -> Key {
        Key { also, ..self }
    }

    pub(super) const fn words_also(
        self,
        words_also: &'static [(&'static str, &'static str)],
    ) -> Key {
        Key { words_also, ..self }
    }
}
