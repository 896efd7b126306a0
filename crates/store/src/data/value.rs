//! What a key may hold.

use super::{Hash, List, Set, Stream, Text, Zset};

/// A value of any type.
#[derive(Debug, Clone)]
pub enum Value {
    /// A string.
    Text(Text),
    /// A list.
    List(Box<List>),
    /// A hash.
    Hash(Hash),
    /// A set.
    Set(Set),
    /// A sorted set.
    Zset(Zset),
    /// A stream.
    Stream(Box<Stream>),
}

/// The type of a value, as `TYPE` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// A list.
    List,
    /// A set.
    Set,
    /// A sorted set.
    Zset,
    /// A hash.
    Hash,
    /// A stream.
    Stream,
}

impl Value {
    /// Its type.
    pub fn kind(&self) -> Kind {
        match self {
            Value::Text(_) => Kind::Text,
            Value::List(_) => Kind::List,
            Value::Hash(_) => Kind::Hash,
            Value::Set(_) => Kind::Set,
            Value::Zset(_) => Kind::Zset,
            Value::Stream(_) => Kind::Stream,
        }
    }

    /// Nothing is left of it, so that its key goes too. A string and a stream remain.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::List(list) => list.is_empty(),
            Value::Hash(hash) => hash.is_empty(),
            Value::Set(set) => set.is_empty(),
            Value::Zset(zset) => zset.is_empty(),
            Value::Text(_) | Value::Stream(_) => false,
        }
    }

    /// What `OBJECT ENCODING` says.
    pub fn encoding(&self) -> &'static str {
        match self {
            Value::Text(text) => text.encoding(),
            Value::List(list) => list.encoding(),
            Value::Hash(hash) => hash.encoding(),
            Value::Set(set) => set.encoding(),
            Value::Zset(zset) => zset.encoding(),
            Value::Stream(_) => "stream",
        }
    }

    /// Bytes that it counts for: those that it takes, told at once also by the largest ones, and then about.
    pub fn weight(&self) -> usize {
        match self {
            Value::List(list) => list.weight(),
            Value::Stream(stream) => stream.weight(),
            Value::Text(_) | Value::Hash(_) | Value::Set(_) | Value::Zset(_) => self.memory(),
        }
    }

    /// Bytes that it takes.
    pub fn memory(&self) -> usize {
        match self {
            Value::Text(text) => text.memory(),
            Value::List(list) => list.memory(),
            Value::Hash(hash) => hash.memory(),
            Value::Set(set) => set.memory(),
            Value::Zset(zset) => zset.memory(),
            Value::Stream(stream) => stream.memory(),
        }
    }
}

impl Kind {
    /// What `TYPE` says.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Text => "string",
            Kind::List => "list",
            Kind::Set => "set",
            Kind::Zset => "zset",
            Kind::Hash => "hash",
            Kind::Stream => "stream",
        }
    }
}
