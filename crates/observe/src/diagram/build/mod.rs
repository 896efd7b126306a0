//! From what was seen to nodes and edges: requests on their way in (`inbound`), who works on them (`working`), and
//! whom those talk to (`outbound`).

mod draft;
mod inbound;
mod outbound;
mod words;
mod working;

pub use draft::build;
