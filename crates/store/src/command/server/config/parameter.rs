//! A parameter: what it is called, which values it takes, and what they do.

use super::kind::{Kind, Value};
use super::{forms, kept, limits};
use crate::engine::Engine;

/// One parameter.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// An older name.
    pub alias: Option<&'static str>,
    /// Which values it takes.
    pub kind: Kind,
    /// What they do.
    pub act: Act,
}

/// What setting a parameter does.
#[derive(Debug, Clone, Copy)]
pub enum Act {
    /// It changes how the store works, at once.
    Live {
        /// The value now.
        get: fn(&Engine) -> Value,
        /// Any value that is right may be set.
        set: fn(&mut Engine, &Value),
    },
    /// It was decided at the start: `CONFIG SET` refuses any value.
    Fixed(fn(&Engine) -> Value),
    /// As `Fixed`, but the value that it has may be set.
    Settled(fn(&Engine) -> Value, &'static str),
    /// The store has no use for it. What is set is remembered, for tools that set it and look whether it was. This is
    /// its value before.
    Kept(&'static str),
}

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Parameter> {
    [limits::PARAMETERS, forms::PARAMETERS, kept::PARAMETERS].into_iter().flatten()
}

impl Parameter {
    /// One that acts.
    pub const fn live(
        name: &'static str,
        kind: Kind,
        get: fn(&Engine) -> Value,
        set: fn(&mut Engine, &Value),
    ) -> Self {
        Parameter { name, alias: None, kind, act: Act::Live { get, set } }
    }

    /// One that is remembered.
    pub const fn kept(name: &'static str, kind: Kind, before: &'static str) -> Self {
        Parameter { name, alias: None, kind, act: Act::Kept(before) }
    }

    /// One that was decided at the start.
    pub const fn fixed(name: &'static str, get: fn(&Engine) -> Value) -> Self {
        Parameter { name, alias: None, kind: Kind::Text(|_| Ok(())), act: Act::Fixed(get) }
    }

    /// One that has a value and no other.
    pub const fn settled(
        name: &'static str,
        kind: Kind,
        get: fn(&Engine) -> Value,
        why: &'static str,
    ) -> Self {
        Parameter { name, alias: None, kind, act: Act::Settled(get, why) }
    }

    /// With an older name.
    pub const fn alias(mut self, alias: &'static str) -> Self {
        self.alias = Some(alias);
        self
    }

    /// Its names.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        [Some(self.name), self.alias].into_iter().flatten()
    }

    /// Its value now.
    pub fn get(&self, engine: &Engine) -> Value {
        match self.act {
            Act::Live { get, .. } | Act::Fixed(get) | Act::Settled(get, _) => get(engine),
            Act::Kept(before) => {
                let kept = engine.remembered.get(self.name).cloned();
                Value::Text(kept.unwrap_or_else(|| before.into()))
            }
        }
    }

    /// The value that `given` says, or why it cannot be set.
    pub fn accepts(&self, engine: &Engine, given: &[u8]) -> Result<Value, String> {
        match self.act {
            Act::Fixed(_) => Err("can't set immutable config".into()),
            Act::Settled(get, why) => {
                let value = self.kind.parse(given)?;
                if value == get(engine) { Ok(value) } else { Err(why.into()) }
            }
            Act::Live { .. } | Act::Kept(_) => self.kind.parse(given),
        }
    }

    /// Set what [`Parameter::accepts`] gave.
    pub fn set(&self, engine: &mut Engine, value: &Value) {
        match self.act {
            Act::Live { set, .. } => set(engine, value),
            Act::Kept(_) => {
                engine.remembered.insert(self.name, value.bytes().into_owned());
            }
            Act::Fixed(_) | Act::Settled(..) => {}
        }
    }
}
