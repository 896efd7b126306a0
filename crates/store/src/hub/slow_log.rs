//! `SLOWLOG`: commands that ran long.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The last of them.
#[derive(Debug, Default)]
pub struct SlowLog(Mutex<Log>);

#[derive(Debug, Default)]
struct Log {
    next: u64,
    /// The newest first.
    entries: VecDeque<SlowCommand>,
}

/// A command that ran long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlowCommand {
    /// Its number: rising, never used twice.
    pub id: u64,
    /// When it ended: seconds since 1970.
    pub at_s: i64,
    /// Microseconds that it ran.
    pub took_us: u64,
    /// Its arguments, shortened.
    pub args: Vec<Box<[u8]>>,
    /// Whose it was.
    pub address: String,
    /// The name that the client gave itself.
    pub name: Box<[u8]>,
}

/// Of a command so many arguments are kept.
const ARGS_MAX: usize = 32;
/// Of an argument so many bytes are kept.
const ARG_BYTES_MAX: usize = 128;

impl SlowLog {
    /// Keep `command`, whose number is given here, and no more than `len` in all.
    pub fn add(&self, mut command: SlowCommand, len: usize) {
        let mut log = self.lock();
        command.id = log.next;
        log.next += 1;
        log.entries.push_front(command);
        log.entries.truncate(len);
    }

    /// The newest `count`.
    pub fn newest(&self, count: usize) -> Vec<SlowCommand> {
        self.lock().entries.iter().take(count).cloned().collect()
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.lock().entries.len()
    }

    /// None is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forget all; numbers go on.
    pub fn clear(&self) {
        self.lock().entries.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Log> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SlowCommand {
    /// Arguments as they are kept: what is long is cut, and says so.
    pub fn shorten(args: &[&[u8]]) -> Vec<Box<[u8]>> {
        let shown = if args.len() > ARGS_MAX { ARGS_MAX - 1 } else { args.len() };
        let mut kept: Vec<Box<[u8]>> = args.iter().take(shown).map(|arg| cut(arg)).collect();
        if shown < args.len() {
            let rest = format!("... ({} more arguments)", args.len() - shown);
            kept.push(rest.into_bytes().into());
        }
        kept
    }
}

fn cut(arg: &[u8]) -> Box<[u8]> {
    let Some((shown, rest)) =
        arg.split_at_checked(ARG_BYTES_MAX).filter(|(_, rest)| !rest.is_empty())
    else {
        return arg.into();
    };
    let rest = format!("... ({} more bytes)", rest.len());
    [shown, rest.as_bytes()].concat().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(took_us: u64) -> SlowCommand {
        let (args, address) = (Vec::new(), String::new());
        SlowCommand { id: 9, at_s: 1, took_us, args, address, name: Box::default() }
    }

    #[test]
    fn the_newest_are_kept_and_numbers_rise() {
        let log = SlowLog::default();
        (0..5).for_each(|took| log.add(command(took), 3));
        let seen = |count| -> Vec<(u64, u64)> {
            log.newest(count).iter().map(|command| (command.id, command.took_us)).collect()
        };
        assert_eq!(seen(2), [(4, 4), (3, 3)]);
        assert_eq!((seen(9).len(), log.len()), (3, 3));
        log.clear();
        log.add(command(7), 3);
        assert_eq!(seen(9), [(5, 7)]);
        log.add(command(8), 0);
        assert!(log.is_empty());
    }

    #[test]
    fn what_is_long_is_cut() {
        let long = [b'a'; 200];
        let args: Vec<&[u8]> = std::iter::repeat_n(&long[..], 40).collect();
        let kept = SlowCommand::shorten(&args);
        assert_eq!(kept.len(), 32);
        assert!(kept[0].ends_with(b"... (72 more bytes)") && kept[0].len() == 128 + 19);
        assert_eq!(&*kept[31], b"... (9 more arguments)");
        assert_eq!(SlowCommand::shorten(&args[..32]).len(), 32);
        assert_eq!(&*SlowCommand::shorten(&[&long[..128]])[0], &long[..128]);
    }
}
