use super::check::Check;
use super::names;
use super::value::{self, Field, Value};
use crate::catalogue::{self, Key};
use crate::values::written_name;
use std::ops::Range;
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One table of the file, or the absence of one, which reads as all defaults.
pub(super) struct Section<'a> {
    /// As in the catalogue: `app.*`.
    pattern: String,
    /// As in this file: `app.web`.
    pub path: String,
    /// Its header, or its braces.
    pub span: Range<usize>,
    table: Option<&'a DeTable<'a>>,
}

impl<'a> Section<'a> {
    /// The whole file.
    pub(super) fn root(table: &'a DeTable<'a>, check: &mut Check<'_>) -> Self {
        let root =
            Section { pattern: String::new(), path: String::new(), span: 0..0, table: Some(table) };
        names::unknown(&root, table, check);
        root
    }

    /// A section that is not written, in the catalogue's spelling.
    pub(super) fn absent(pattern: &str) -> Section<'a> {
        Section { pattern: pattern.into(), path: pattern.into(), span: 0..0, table: None }
    }

    /// The section `name` in this one. A value there that is no table is a mistake.
    pub(super) fn child(&self, check: &mut Check<'_>, name: &str) -> Section<'a> {
        let mut child = Section {
            pattern: join(&self.pattern, name),
            path: join(&self.path, name),
            span: self.span.clone(),
            table: None,
        };
        let Some(field) = self.field(name) else { return child };
        child.span = field.span.clone();
        if let Some(Value::Section) = value::take(&field, check)
            && let DeValue::Table(table) = field.value
        {
            child.table = Some(table);
            if catalogue::find(&join(&child.pattern, "*")).is_none() {
                names::unknown(&child, table, check);
            }
        }
        child
    }

    /// The sections `name` in this one, where one table or an array of tables may be written.
    pub(super) fn children(&self, check: &mut Check<'_>, name: &str) -> Vec<Section<'a>> {
        let Some(field) = self.field(name) else { return Vec::new() };
        match value::take(&field, check) {
            Some(Value::Section) => vec![self.child(check, name)],
            Some(Value::Tables) => self.tables(&field, check),
            _ => Vec::new(),
        }
    }

    /// The tables of an array; whatever else is in it is a mistake.
    fn tables(&self, field: &Field<'a>, check: &mut Check<'_>) -> Vec<Section<'a>> {
        let DeValue::Array(array) = field.value else { return Vec::new() };
        let mut all = Vec::new();
        for (at, item) in array.iter().enumerate() {
            let path = format!("{}[{at}]", field.path);
            let DeValue::Table(table) = item.get_ref() else {
                let text = "this is no table";
                let cure =
                    format!("write for example {} = [{}]", field.key.name(), field.key.example);
                check.fault(item.span(), &path, text, cure);
                continue;
            };
            let pattern = field.key.path.to_owned();
            let section = Section { pattern, path, span: item.span(), table: Some(table) };
            names::unknown(&section, table, check);
            all.push(section);
        }
        all
    }

    /// The sections of this one whose names the user chooses, with the places of the names.
    pub(super) fn chosen(&self, check: &mut Check<'_>) -> Vec<Chosen<'a>> {
        let mut all = Vec::new();
        let Some(key) = catalogue::find(&join(&self.pattern, "*")) else { return all };
        for (name, value) in self.table.into_iter().flatten() {
            let path = join(&self.path, &written_name(name.get_ref()));
            let field = Field::new(key, path.clone(), value);
            let mut section =
                Section { pattern: key.path.into(), path, span: value.span(), table: None };
            if let Some(Value::Section) = value::take(&field, check)
                && let DeValue::Table(table) = field.value
            {
                section.table = Some(table);
                names::unknown(&section, table, check);
                all.push(Chosen { name: name.get_ref(), name_span: name.span(), section });
            }
        }
        all
    }

    /// What is written for `name`, if anything.
    pub(super) fn field(&self, name: &str) -> Option<Field<'a>> {
        let key = catalogue::find(&join(&self.pattern, name))?;
        let value: &Spanned<DeValue<'a>> = self.table?.get(name)?;
        Some(Field::new(key, join(&self.path, name), value))
    }

    /// Its key's declaration.
    pub(super) fn key(&self) -> Option<&'static Key> {
        catalogue::find(&self.pattern)
    }

    /// The catalogue's spelling of its path.
    pub(super) fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Anything is written here.
    pub(super) fn has_any(&self) -> bool {
        self.table.is_some_and(|table| !table.is_empty())
    }

    /// `name` is written here.
    pub(super) fn has(&self, name: &str) -> bool {
        self.field(name).is_some()
    }

    /// Where the value of `name` is, or this section where it is not written.
    pub(super) fn place(&self, name: &str) -> Range<usize> {
        self.field(name).map_or(self.span.clone(), |field| field.span)
    }

    /// The full path of `name` here.
    pub(super) fn path_of(&self, name: &str) -> String {
        join(&self.path, name)
    }

    /// The value of `name`: as written, or its default when nothing or something wrong is written.
    pub(super) fn read(&self, check: &mut Check<'_>, name: &str) -> Option<Value> {
        let written = self.field(name).and_then(|field| value::take(&field, check));
        written.or_else(|| value::default(catalogue::find(&join(&self.pattern, name))?))
    }

    pub(super) fn flag(&self, check: &mut Check<'_>, name: &str) -> Option<bool> {
        match self.read(check, name)? {
            Value::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    /// A count, or `cores` where the word `"cores"` may stand for it.
    pub(super) fn count<T: TryFrom<u64>>(&self, check: &mut Check<'_>, name: &str) -> Option<T> {
        let count = match self.read(check, name)? {
            Value::Count(count) => count,
            Value::Word("cores") => u64::from(check.place.machine.cores.max(1)),
            _ => return None,
        };
        T::try_from(count).ok()
    }

    pub(super) fn number(&self, check: &mut Check<'_>, name: &str) -> Option<f64> {
        match self.read(check, name)? {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// A size in bytes; 0 where the number 0 may stand for none.
    pub(super) fn size<T: TryFrom<u64>>(&self, check: &mut Check<'_>, name: &str) -> Option<T> {
        match self.read(check, name)? {
            Value::Size(bytes) | Value::Count(bytes) => T::try_from(bytes).ok(),
            _ => None,
        }
    }

    pub(super) fn time(&self, check: &mut Check<'_>, name: &str) -> Option<Duration> {
        match self.read(check, name)? {
            Value::Time(time) => Some(time),
            _ => None,
        }
    }

    /// A time in whole seconds; a number is one of seconds, as in headers.
    pub(super) fn seconds(&self, check: &mut Check<'_>, name: &str) -> Option<u64> {
        match self.read(check, name)? {
            Value::Time(time) => Some(time.as_secs()),
            Value::Count(seconds) => Some(seconds),
            _ => None,
        }
    }

    pub(super) fn word(&self, check: &mut Check<'_>, name: &str) -> Option<&'static str> {
        match self.read(check, name)? {
            Value::Word(word) => Some(word),
            _ => None,
        }
    }

    pub(super) fn text(&self, check: &mut Check<'_>, name: &str) -> Option<String> {
        match self.read(check, name)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn texts(&self, check: &mut Check<'_>, name: &str) -> Option<Vec<String>> {
        match self.read(check, name)? {
            Value::Texts(texts) => Some(texts.into_iter().map(|(text, _)| text).collect()),
            _ => None,
        }
    }
}

/// A section under a name of the user's.
pub(super) struct Chosen<'a> {
    pub name: &'a str,
    pub name_span: Range<usize>,
    pub section: Section<'a>,
}

fn join(section: &str, name: &str) -> String {
    if section.is_empty() { name.into() } else { format!("{section}.{name}") }
}
