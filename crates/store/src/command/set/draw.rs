//! Members by chance.

use crate::command::draw::{Draw, distinct};
use crate::command::items::{write, write_or_null};
use crate::command::{Call, Flags, Group, Keys, Run, Spec};
use crate::keyspace::Class;
use crate::resp::{Fault, Outcome, parse_int};

/// `SPOP key [count]`
pub const SPOP: Spec = Spec::new("SPOP", -2, Group::Set, Run::Data(spop))
    .flags(Flags::WRITE.or(Flags::FAST))
    .keys(Keys::ONE);

/// `SRANDMEMBER key [count]`
pub const SRANDMEMBER: Spec = Spec::new("SRANDMEMBER", -2, Group::Set, Run::Data(srandmember))
    .flags(Flags::READONLY)
    .keys(Keys::ONE);

/// So many members go into one effect.
const EFFECT_MEMBERS: usize = 1000;

fn spop(call: &mut Call<'_>) -> Outcome {
    let (key, count) = (call.args[1], call.args.get(2));
    if call.args.len() > 3 {
        return Err(Fault::Syntax);
    }
    let wanted = match count {
        None => 1,
        Some(count) => {
            let count = parse_int(count).and_then(|count| usize::try_from(count).ok());
            count.ok_or(Fault::plain("ERR value is out of range, must be positive"))?
        }
    };
    let Some(set) = call.keys.set_mut(key)? else {
        match count {
            None => call.reply.null(),
            Some(_) => call.reply.set(0),
        }
        return Ok(());
    };
    let (len, all) = (set.len(), wanted >= set.len());
    let random = |chance: &mut _| set.random(chance);
    let drawn: Vec<Vec<u8>> = distinct(wanted.min(len), len, set.iter(), call.chance, random)
        .into_iter()
        .map(|member| member.text().to_vec())
        .collect();
    if !all {
        drawn.iter().for_each(|member| _ = set.remove(member));
    }
    if count.is_some() {
        call.reply.set(drawn.len());
    }
    drawn.iter().for_each(|member| call.reply.bulk(member));
    if drawn.is_empty() {
        return Ok(());
    }
    call.keys.changed(key, Class::Set, "spop");
    if all {
        call.keys.remove(key);
        call.keys.changed(key, Class::Generic, "del");
        call.effect(&[b"DEL", key]);
    } else {
        for part in drawn.chunks(EFFECT_MEMBERS) {
            let mut args: Vec<&[u8]> = vec![b"SREM", key];
            args.extend(part.iter().map(Vec::as_slice));
            call.effect(&args);
        }
    }
    Ok(())
}

fn srandmember(call: &mut Call<'_>) -> Outcome {
    if call.args.len() > 3 {
        return Err(Fault::Syntax);
    }
    let draw = Draw::parse(&call.args[2..], "")?;
    let set = call.keys.set(call.args[1])?;
    let Some(draw) = draw else {
        write_or_null(call.reply, set.and_then(|set| set.random(call.chance)));
        return Ok(());
    };
    let Some(set) = set else {
        call.reply.array(0);
        return Ok(());
    };
    if draw.repeated {
        let count = draw.repeats()?;
        call.reply.array(count);
        for _ in 0..count {
            set.random(call.chance).into_iter().for_each(|member| write(call.reply, member));
        }
    } else if draw.count >= set.len() {
        call.reply.array(set.len());
        set.iter().for_each(|member| write(call.reply, member));
    } else {
        let random = |chance: &mut _| set.random(chance);
        let drawn = distinct(draw.count, set.len(), set.iter(), call.chance, random);
        call.reply.array(drawn.len());
        drawn.into_iter().for_each(|member| write(call.reply, member));
    }
    Ok(())
}
