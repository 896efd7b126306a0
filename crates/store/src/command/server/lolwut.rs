//! `LOLWUT`.

use crate::command::{Args, Desk, Flags, Group, Run, Spec};
use crate::resp::Outcome;

/// `LOLWUT [VERSION version] [number …]`: which version this is.
pub const LOLWUT: Spec = Spec::new("LOLWUT", -1, Group::Server, Run::Session(lolwut))
    .flags(Flags::READONLY.or(Flags::FAST))
    .since("5.0.0");

fn lolwut(desk: &mut Desk<'_>) -> Outcome {
    let mut rest = Args::from(desk.args, 1);
    if rest.len() >= 2 && rest.accept("VERSION") {
        rest.int()?;
    }
    while !rest.is_empty() {
        rest.int()?;
    }
    let text = format!(
        "All horses are fed and stand in their boxes.\n\nOstler ver. {}\n",
        env!("CARGO_PKG_VERSION")
    );
    desk.reply.verbatim("txt", text.as_bytes());
    Ok(())
}
