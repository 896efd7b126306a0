//! Asking for a snapshot.

use crate::command::{Args, Call, Flags, Group, Run, Spec};
use crate::durable::Wish;
use crate::resp::{Fault, Outcome};

const FLAGS: Flags = Flags::ADMIN.or(Flags::NOSCRIPT);

/// `SAVE`: answers when the snapshot is durable; other clients go on meanwhile.
pub const SAVE: Spec =
    Spec::new("SAVE", 1, Group::Server, Run::Data(save)).flags(FLAGS.or(Flags::NO_MULTI));
/// `BGSAVE [SCHEDULE]`
pub const BGSAVE: Spec = Spec::new("BGSAVE", -1, Group::Server, Run::Data(bgsave)).flags(FLAGS);
/// `BGREWRITEAOF`: a snapshot is what shortens the log.
pub const BGREWRITEAOF: Spec =
    Spec::new("BGREWRITEAOF", 1, Group::Server, Run::Data(bgrewriteaof)).flags(FLAGS);
/// `LASTSAVE`
pub const LASTSAVE: Spec = Spec::new("LASTSAVE", 1, Group::Server, Run::Data(lastsave))
    .flags(Flags::LOADING.or(Flags::STALE).or(Flags::FAST));

const NO_FOLDER: Fault = Fault::plain("ERR The store keeps nothing on disk: it has no folder");
const UNDER_WAY: Fault = Fault::plain("ERR Background save already in progress");

fn begin(call: &mut Call<'_>) -> Outcome {
    let facts = &mut call.keys.facts;
    if !facts.is_on {
        return Err(NO_FOLDER);
    }
    if facts.is_saving || facts.wishes.contains(&Wish::Save) {
        return Err(UNDER_WAY);
    }
    facts.wishes.push(Wish::Save);
    Ok(())
}

fn save(call: &mut Call<'_>) -> Outcome {
    // Asked before: what it waits for tells the attempt.
    if let Some(attempt) = call.waited_for("save") {
        if call.keys.facts.attempts < attempt {
            call.wait_for_number("save", attempt, None, b"");
            return Ok(());
        }
        if let Some(why) = &call.keys.facts.last_failure {
            return Err(Fault::err(format_args!("the snapshot failed: {why}")));
        }
        call.reply.ok();
        return Ok(());
    }
    begin(call)?;
    let attempt = call.keys.facts.attempts + 1;
    call.wait_for_number("save", attempt, None, b"");
    Ok(())
}

fn bgsave(call: &mut Call<'_>) -> Outcome {
    let mut rest = Args::from(call.args, 1);
    let scheduled = rest.accept("SCHEDULE");
    if !rest.is_empty() {
        return Err(Fault::Syntax);
    }
    match begin(call) {
        Err(fault) if fault == UNDER_WAY && scheduled => {
            call.keys.facts.wishes.push(Wish::Save);
            call.reply.status("Background saving scheduled");
        }
        begun => {
            begun?;
            call.reply.status("Background saving started");
        }
    }
    Ok(())
}

fn bgrewriteaof(call: &mut Call<'_>) -> Outcome {
    begin(call).map_err(|fault| match fault == UNDER_WAY {
        true => Fault::plain("ERR Background append only file rewriting already in progress"),
        false => fault,
    })?;
    call.reply.status("Background append only file rewriting started");
    Ok(())
}

fn lastsave(call: &mut Call<'_>) -> Outcome {
    call.reply.int(call.keys.facts.last_save_s);
    Ok(())
}
