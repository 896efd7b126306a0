//! Questions to the store inside.

use super::reply::Reply;
use edge::OwnStore;
use std::sync::mpsc;
use std::time::Duration;

/// A store that is busy for longer is asked again at the next look.
const PATIENCE: Duration = Duration::from_millis(250);

/// The replies to all `commands`, in their order; None: the store does not answer now.
pub fn ask(store: &dyn OwnStore, commands: &[Vec<String>]) -> Option<Vec<Reply>> {
    let (tell, told) = mpsc::channel();
    for (at, command) in commands.iter().enumerate() {
        let words: Vec<&[u8]> = command.iter().map(|word| word.as_bytes()).collect();
        let tell = tell.clone();
        // Who asked may have given up.
        let answer = move |reply: &[u8]| drop(tell.send((at, Reply::read(reply))));
        store.call(&words, Box::new(answer));
    }
    drop(tell);
    let deadline = base::clock::now() + PATIENCE;
    let mut replies = vec![Reply::Nothing; commands.len()];
    for _ in commands {
        let left = deadline.saturating_duration_since(base::clock::now());
        let (at, reply) = told.recv_timeout(left).ok()?;
        if let Some(place) = replies.get_mut(at) {
            *place = reply;
        }
    }
    Some(replies)
}

/// A command from its words.
pub fn command(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
