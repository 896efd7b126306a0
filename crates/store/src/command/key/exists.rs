//! Whether keys are there, of what type, and their removal.

use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::resp::Outcome;

/// `DEL key [key …]`
pub const DEL: Spec =
    Spec::new("DEL", -2, Group::Generic, Run::Data(del)).flags(Flags::WRITE).keys(Keys::ALL);

/// `UNLINK key [key …]`
pub const UNLINK: Spec = Spec::new("UNLINK", -2, Group::Generic, Run::Data(del))
    .flags(Flags::WRITE.or(Flags::FAST))
    .keys(Keys::ALL)
    .since("4.0.0");

/// `EXISTS key [key …]`
pub const EXISTS: Spec = Spec::new("EXISTS", -2, Group::Generic, Run::Data(exists))
    .flags(Flags::READONLY.or(Flags::FAST))
    .keys(Keys::ALL);

/// `TOUCH key [key …]`
pub const TOUCH: Spec = Spec::new("TOUCH", -2, Group::Generic, Run::Data(touch))
    .flags(Flags::READONLY.or(Flags::FAST))
    .keys(Keys::ALL)
    .since("3.2.1");

/// `TYPE key`
pub const TYPE: Spec = Spec::new("TYPE", 2, Group::Generic, Run::Data(kind))
    .flags(Flags::READONLY.or(Flags::FAST))
    .keys(Keys::ONE);

fn del(call: &mut Call<'_>) -> Outcome {
    let keys = call.args.get(1..).unwrap_or_default();
    let count = keys.iter().filter(|key| call.delete(key)).count();
    call.reply.count(count);
    Ok(())
}

fn exists(call: &mut Call<'_>) -> Outcome {
    let keys = call.args.get(1..).unwrap_or_default();
    let count = keys.iter().filter(|key| call.keys.glance(key).is_some()).count();
    call.reply.count(count);
    Ok(())
}

/// As `EXISTS`, but it counts as use of the keys.
fn touch(call: &mut Call<'_>) -> Outcome {
    let keys = call.args.get(1..).unwrap_or_default();
    let count = keys.iter().filter(|key| call.keys.read(key).is_some()).count();
    call.reply.count(count);
    Ok(())
}

fn kind(call: &mut Call<'_>) -> Outcome {
    let kind = call.keys.glance(call.args[1]).map_or("none", |entry| entry.value.kind().name());
    call.reply.status(kind);
    Ok(())
}
