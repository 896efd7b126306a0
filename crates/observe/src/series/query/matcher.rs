//! What the labels of a series must be.

use super::error::QueryError;
use crate::series::key::Labels;
use regex::{Regex, RegexBuilder};

/// A compiled expression may be so large.
const REGEX_BYTES_MAX: usize = 256 * 1024;

/// What all labels must be.
#[derive(Debug, Clone, Default)]
pub struct Matchers(Vec<Matcher>);

/// What one label must be.
#[derive(Debug, Clone)]
struct Matcher {
    label: String,
    is: Is,
}

#[derive(Debug, Clone)]
enum Is {
    Equal(String),
    NotEqual(String),
    Like(Regex),
    NotLike(Regex),
}

impl Matchers {
    /// One more: `sign` is `=`, `!=`, `=~` or `!~`.
    pub fn add(&mut self, label: &str, sign: &str, value: String) -> Result<(), QueryError> {
        let is = match sign {
            "=" => Is::Equal(value),
            "!=" => Is::NotEqual(value),
            "=~" => Is::Like(whole(&value)?),
            _ => Is::NotLike(whole(&value)?),
        };
        self.0.push(Matcher { label: label.into(), is });
        Ok(())
    }

    /// Whether the labels of a series are so. A label that it does not have is empty.
    pub fn fit(&self, labels: &Labels) -> bool {
        self.0.iter().all(|matcher| {
            let named = labels.iter().find(|(name, _)| **name == *matcher.label);
            matcher.fits(named.map_or("", |(_, value)| value))
        })
    }

    /// Whether they leave out anything: a question for all series is a mistake.
    pub fn are_narrow(&self) -> bool {
        self.0.iter().any(|matcher| !matcher.fits(""))
    }
}

impl Matcher {
    fn fits(&self, value: &str) -> bool {
        match &self.is {
            Is::Equal(wanted) => value == wanted,
            Is::NotEqual(other) => value != other,
            Is::Like(regex) => regex.is_match(value),
            Is::NotLike(regex) => !regex.is_match(value),
        }
    }
}

/// An expression that must fit a value as a whole.
fn whole(text: &str) -> Result<Regex, QueryError> {
    let built = RegexBuilder::new(&format!("^(?s:{text})$")).size_limit(REGEX_BYTES_MAX).build();
    built.map_err(|error| QueryError::Bad(format!("the regular expression {text:?}: {error}")))
}
