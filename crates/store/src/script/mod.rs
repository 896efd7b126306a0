//! Lua 5.1 scripts as Redis runs them.
