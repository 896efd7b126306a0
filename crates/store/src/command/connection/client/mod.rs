//! `CLIENT`: what is known of clients, and what they may ask for themselves and of others.

mod help;
mod kill;
mod kind;
mod line;
mod list;
mod name;
mod pause;
mod reply;
mod switch;
mod tracking;

pub(super) use name::{check_word, set_name};

use crate::command::{Flags, Group, Run, Spec};

/// `CLIENT subcommand`
pub const CLIENT: Spec =
    Spec::new("CLIENT", -2, Group::Connection, Run::Session(help::help)).since("2.4.0").sub(&[
        &name::ID,
        &name::GETNAME,
        &name::SETNAME,
        &name::SETINFO,
        &list::INFO,
        &list::LIST,
        &kill::KILL,
        &pause::PAUSE,
        &pause::UNPAUSE,
        &pause::UNBLOCK,
        &reply::REPLY,
        &tracking::TRACKING,
        &tracking::TRACKINGINFO,
        &tracking::CACHING,
        &switch::NO_EVICT,
        &switch::NO_TOUCH,
        &switch::GETREDIR,
        &switch::MAINT_NOTIFICATIONS,
        &help::HELP,
    ]);

/// Flags of those that look at their own client.
const OWN: Flags = Flags::NOSCRIPT.or(Flags::LOADING).or(Flags::STALE);
/// Flags of those that look at others.
const OTHERS: Flags = OWN.or(Flags::ADMIN);
