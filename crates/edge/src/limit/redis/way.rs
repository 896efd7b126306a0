use super::resp::Value;
use std::future::Future;
use std::pin::Pin;

/// How commands get to a store: over a connection, or to the one inside this process.
pub trait Way: std::fmt::Debug {
    /// Send a command, and wait for its reply.
    fn send(&self, parts: &[&[u8]]) -> Reply;

    /// A reply did not come in time.
    fn give_up(&self);

    /// By what the store knows script `number`; empty as long as that is not known.
    fn hash(&self, number: usize) -> Vec<u8>;
}

/// A reply that is to come.
pub type Reply = Pin<Box<dyn Future<Output = Result<Value, Unanswered>>>>;

/// The store gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unanswered;
