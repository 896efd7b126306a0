//! What may not run now: writes, while the log cannot take them.

use super::{Engine, Session};
use crate::command::{Flags, Spec};
use crate::resp::Fault;

impl Engine {
    /// Whether `spec` may run now for `session`; what is replayed always may.
    pub(super) fn gate(&self, spec: &Spec, session: &Session) -> Result<(), Fault> {
        let facts = &self.keys.facts;
        if facts.is_good() || self.keys.replaying() || !writes(spec, session) {
            return Ok(());
        }
        facts.refusal().map_or(Ok(()), Err)
    }
}

/// Whether it may change data; `EXEC` may if one of the queued commands may.
fn writes(spec: &Spec, session: &Session) -> bool {
    let queued = session.transaction.iter().flat_map(|transaction| &transaction.commands);
    spec.flags.has(Flags::WRITE)
        || spec.name == "EXEC" && queued.into_iter().any(|(spec, _)| spec.flags.has(Flags::WRITE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Now;
    use crate::hub::Hub;
    use crate::log::writer::Health;
    use crate::resp::{Reply, Version};
    use std::sync::Arc;

    fn ask(engine: &mut Engine, session: &mut Session, line: &str) -> String {
        let args: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        let mut reply = Reply::new(Version::Resp2);
        engine.execute(session, &args, &mut reply, Now::at_ms(1));
        String::from_utf8_lossy(reply.bytes()).into_owned()
    }

    #[test]
    fn writes_are_refused_while_the_log_takes_none_and_reads_are_not() {
        let mut engine = Engine::new(1, Arc::new(Hub::default()), 1);
        let (mut one, mut other) = (Session::new(1, true), Session::new(2, true));
        ask(&mut engine, &mut one, "SET key 1");
        ask(&mut engine, &mut other, "MULTI");
        ask(&mut engine, &mut other, "SET key 2");
        engine.keys.facts.health = Health::Blocked("no room".into());
        let refused = ask(&mut engine, &mut one, "SET key 3");
        assert!(refused.starts_with("-MISCONF ") && refused.ends_with("no room\r\n"), "{refused}");
        assert_eq!(ask(&mut engine, &mut one, "GET key"), "$1\r\n1\r\n");
        let aborted = ask(&mut engine, &mut other, "EXEC");
        assert!(aborted.starts_with("-EXECABORT ") && aborted.contains("MISCONF"), "{aborted}");
        let script = ask(&mut engine, &mut one, "EVAL redis.call('set','key','4') 0");
        assert!(script.starts_with("-MISCONF "), "{script}");
        ask(&mut engine, &mut one, "MULTI");
        assert!(ask(&mut engine, &mut one, "DEL key").starts_with("-MISCONF "));
        assert!(ask(&mut engine, &mut one, "EXEC").starts_with("-EXECABORT "));
        engine.keys.facts.health = Health::Good;
        assert_eq!(ask(&mut engine, &mut one, "GET key"), "$1\r\n1\r\n");
        assert_eq!(ask(&mut engine, &mut one, "SET key 5"), "+OK\r\n");
    }
}
