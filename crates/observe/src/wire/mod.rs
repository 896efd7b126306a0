//! The encodings that targets and senders of logs speak, as far as they are used here. Pure.
//!
//! In: values, or bytes of the network. Out: bytes, or values borrowed from them. Invariant: what is read
//! never makes it panic, and takes no more memory than the bytes that came.
//! Not here: what the values mean (`ship/encode`, `ingest`).

pub mod json;
pub mod msgpack;
pub mod protobuf;
