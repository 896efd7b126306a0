//! `headers`: helmet's options, and lines of the user's own.
//!
//! Options become lines here, so that the edge knows lines only.

mod lines;
mod options;
mod policy;
mod word;

pub(super) use word::headers;
