//! What may not run now: what a pause holds up; writes, while the log cannot take them; what takes memory, while there is none.

use super::{Engine, Now, Session};
use crate::command::{Flags, Spec};
use crate::keyspace::Fullness;
use crate::resp::{Fault, Version};

const OOM: Fault = Fault::plain("OOM command not allowed when used memory > 'maxmemory'.");

/// What sets anew what is there has no more bytes of arguments, to be let in to the reserve.
const ANEW_BYTES_MAX: usize = 64 << 10;

impl Engine {
    /// Whether `spec` may run now for `session`; what is replayed always may.
    pub(super) fn gate(
        &mut self,
        spec: &Spec,
        session: &Session,
        args: &[&[u8]],
    ) -> Result<(), Fault> {
        if self.keys.replaying() {
            return Ok(());
        }
        let facts = &self.keys.facts;
        if !facts.is_good() && any(spec, session, args, &|spec, _| spec.flags.has(Flags::WRITE)) {
            facts.refusal().map_or(Ok(()), Err)?;
        }
        self.find_room(spec, session, args)
    }

    /// Whether `args` of `session` have to wait until a pause is over.
    pub fn is_paused(&self, session: &Session, args: &[&[u8]], now: Now) -> bool {
        if !self.hub.pause.is_on(now.wall_ms) {
            return false;
        }
        let spec = args.first().and_then(|name| self.find(name, args).ok());
        spec.is_some_and(|spec| {
            let writes = any(spec, session, args, &|spec, args| {
                may_write(spec) && !self.is_read_only(spec, args)
            });
            self.hub.pause.holds(writes, now.wall_ms)
        })
    }

    /// Take out keys if there is no room, and refuse what takes more if there is none then. A script is judged by what
    /// was before it began, and once it wrote it may go on, as half of its work would be worse.
    fn find_room(&mut self, spec: &Spec, session: &Session, args: &[&[u8]]) -> Result<(), Fault> {
        if self.keys.settings.room.bytes_max == 0 {
            self.fullness = Fullness::Fits;
            return Ok(());
        }
        if !session.script {
            self.fullness = self.keys.make_room(&mut self.chance);
        } else if self.hub.script.has_written() {
            return Ok(());
        }
        let is_refused = |spec: &Spec, args: &[&[u8]]| {
            spec.flags.has(Flags::DENYOOM)
                && (self.fullness == Fullness::Full || !self.finishes(spec, session, args))
        };
        if self.fullness != Fullness::Fits && any(spec, session, args, &is_refused) {
            return Err(OOM);
        }
        Ok(())
    }

    /// It finishes what was begun more than it begins anything: it moves an element, or sets anew what is there, as who
    /// takes a job from a queue and who prolongs a lock. For these there is the reserve.
    fn finishes(&self, spec: &Spec, session: &Session, args: &[&[u8]]) -> bool {
        match spec.name {
            "RPOPLPUSH" | "LMOVE" | "BRPOPLPUSH" | "BLMOVE" => true,
            "SET" | "SETEX" | "PSETEX" | "HSET" | "HMSET" => {
                let bytes: usize = args.iter().map(|arg| arg.len()).sum();
                let key = args.get(1).copied().unwrap_or_default();
                bytes <= ANEW_BYTES_MAX && self.keys.kind_at(session.db, key).is_some()
            }
            _ => false,
        }
    }
}

/// Whether `session` may call `spec` as long as it listens to channels: in RESP2 its replies could not be told from
/// messages.
pub(super) fn listens(parent: &Spec, spec: &Spec, session: &Session) -> Result<(), Fault> {
    let is_bound = session.subscriptions > 0 && session.version == Version::Resp2;
    if !is_bound || spec.flags.has(Flags::SUBSCRIBER) {
        return Ok(());
    }
    let mut name = parent.name.to_ascii_lowercase();
    if !std::ptr::eq(parent, spec) {
        name = format!("{name}|{}", spec.name.to_ascii_lowercase());
    }
    Err(Fault::err(format_args!(
        "Can't execute '{name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this \
         context"
    )))
}

/// Whether a command may change data, or tell others of something, from what is known of all its kind.
pub(super) fn may_write(spec: &Spec) -> bool {
    spec.flags.has(Flags::WRITE) || matches!(spec.name, "EVAL" | "EVALSHA" | "PUBLISH" | "SPUBLISH")
}

/// Whether `test` holds for the command, or if it is `EXEC` for one of those that are queued.
fn any(
    spec: &Spec,
    session: &Session,
    args: &[&[u8]],
    test: &dyn Fn(&Spec, &[&[u8]]) -> bool,
) -> bool {
    if spec.name != "EXEC" {
        return test(spec, args);
    }
    let queued = session.transaction.iter().flat_map(|transaction| &transaction.commands);
    queued.into_iter().any(|(spec, args)| {
        let args: Vec<&[u8]> = args.iter().map(AsRef::as_ref).collect();
        test(spec, &args)
    })
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
        // A tilde stands for a space within a word.
        let words = line.split(' ').map(|word| word.replace('~', " "));
        let words: Vec<String> = words.collect();
        let args: Vec<&[u8]> = words.iter().map(String::as_bytes).collect();
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

    /// An engine in which no more than `more` bytes have room.
    fn full(more: usize) -> (Engine, Session) {
        let (mut engine, mut session) =
            (Engine::new(1, Arc::new(Hub::default()), 1), Session::new(1, true));
        for line in ["SET lock a", "HSET job state wait", "RPUSH wait job", "INCR id"] {
            ask(&mut engine, &mut session, line);
        }
        engine.keys.settings.room.bytes_max = engine.keys.memory_used() - 1 + more;
        (engine, session)
    }

    fn check(engine: &mut Engine, session: &mut Session, line: &str, reply: &str) {
        let told = ask(engine, session, line);
        assert!(told.starts_with(reply), "{line}: {told}");
    }

    const OOM_REPLY: &str = "-OOM command not allowed when used memory > 'maxmemory'.";

    #[test]
    fn beyond_the_limit_nothing_is_begun_and_all_can_be_finished() {
        let (mut engine, mut one) = full(0);
        let mut check = |line: &str, reply: &str| check(&mut engine, &mut one, line, reply);
        for line in ["SET new 1", "HSET other a b", "LPUSH wait x", "INCR id", "SADD s a"] {
            check(line, OOM_REPLY);
        }
        check(
            "EVAL return{redis.call('incr','id'),redis.call('hset','job2','a','b')} 0",
            OOM_REPLY,
        );
        // A worker takes a job, prolongs its lock, notes how far it is, and finishes it.
        check("RPOPLPUSH wait active", "$3\r\njob");
        check("SET lock b PX 1000", "+OK");
        check("HSET job state active", ":0");
        check(
            "EVAL redis.call('lrem','active',1,'job');return(redis.call('zadd','done',1,'job')) 0",
            ":1",
        );
        check("GET id", "$1\r\n1");
        check("DEL job done", ":2");
    }

    #[test]
    fn beyond_the_reserve_only_what_gives_memory_back_is_left() {
        let (mut engine, mut one) = full(0);
        engine.keys.settings.room.bytes_max /= 2;
        let mut check = |line: &str, reply: &str| check(&mut engine, &mut one, line, reply);
        for line in ["SET lock b", "RPOPLPUSH wait active", "HSET job state active"] {
            check(line, OOM_REPLY);
        }
        check("EVAL #!lua\nreturn(redis.call('get','lock')) 0", "-OOM allow-oom flag is not set");
        check("EVAL #!lua~flags=no-writes\nreturn(redis.call('get','lock')) 0", "$1\r\na");
        check("LPOP wait", "$3\r\njob");
        check("EXPIRE lock 5", ":1");
        check("DEL lock job", ":2");
    }

    #[test]
    fn a_transaction_is_refused_as_a_whole() {
        let (mut engine, mut one) = full(1 << 20);
        check(&mut engine, &mut one, "MULTI", "+OK");
        check(&mut engine, &mut one, "LPUSH wait x", "+QUEUED");
        engine.keys.settings.room.bytes_max = 1;
        check(&mut engine, &mut one, "EXEC", "-EXECABORT Transaction discarded because of: OOM");
        check(&mut engine, &mut one, "LLEN wait", ":1");
        check(&mut engine, &mut one, "MULTI", "+OK");
        check(&mut engine, &mut one, "SET new 1", OOM_REPLY);
        check(
            &mut engine,
            &mut one,
            "EXEC",
            "-EXECABORT Transaction discarded because of previous",
        );
    }
}
