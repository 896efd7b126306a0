//! `DEBUG DIGEST`: whether two stores hold the same, whatever the order and the form in which they keep it.

use super::run::FLAGS;
use crate::command::{Call, Group, Keys, Run, Spec};
use crate::data::Value;
use crate::keyspace::{DbIndex, Record};
use crate::rdb::{Form, write_value};
use crate::resp::{Outcome, double_text};
use ring::digest::{Context, SHA256};

/// Bytes of a digest: as many as those of Redis have, which are others.
const BYTES: usize = 20;

type Digest = [u8; BYTES];

/// `DEBUG DIGEST`
pub const DIGEST: Spec = Spec::new("DIGEST", 2, Group::Server, Run::Data(all)).flags(FLAGS);
/// `DEBUG DIGEST-VALUE key …`
pub const DIGEST_VALUE: Spec = Spec::new("DIGEST-VALUE", -3, Group::Server, Run::Data(values))
    .flags(FLAGS)
    .keys(Keys::Range { first: 2, last: -1, step: 1 });

fn all(call: &mut Call<'_>) -> Outcome {
    let mut sum = Digest::default();
    for db in 0..call.keys.databases() {
        for (key, record) in call.keys.database(db).iter() {
            mix(&mut sum, of_entry(db, key, record));
        }
    }
    call.reply.status(&hex(sum));
    Ok(())
}

fn values(call: &mut Call<'_>) -> Outcome {
    let keys = call.args.get(2..).unwrap_or_default();
    call.reply.array(keys.len());
    for key in keys {
        let record = call.keys.unused(key);
        let digest = record.map(|record| of_value(&record.value)).unwrap_or_default();
        call.reply.status(&hex(digest));
    }
    Ok(())
}

fn of_entry(db: DbIndex, key: &[u8], record: &Record) -> Digest {
    let end = record.expires_ms().unwrap_or(-1);
    of(&[&db.to_le_bytes(), key, &end.to_le_bytes(), &of_value(&record.value)])
}

fn of_value(value: &Value) -> Digest {
    let mut sum = Digest::default();
    match value {
        Value::Hash(hash) => hash.iter().for_each(|(field, value)| {
            let field = field.text();
            let end = hash.end(&field).unwrap_or(-1);
            mix(&mut sum, of(&[b"hash", &*field, &*value.text(), &end.to_le_bytes()]));
        }),
        Value::Set(set) => {
            set.iter().for_each(|member| mix(&mut sum, of(&[b"set", &*member.text()])));
        }
        Value::Zset(zset) => zset.iter().for_each(|(member, score)| {
            mix(&mut sum, of(&[b"zset", &*member, double_text(score).as_bytes()]));
        }),
        Value::Text(_) | Value::List(_) | Value::Stream(_) => {
            let mut bytes = Vec::new();
            write_value(&mut bytes, value, Form::Own);
            sum = of(&[&bytes]);
        }
    }
    sum
}

/// The digest of `parts`, each with its length so that none runs into the next.
fn of(parts: &[&[u8]]) -> Digest {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&part.len().to_le_bytes());
        context.update(part);
    }
    context.finish().as_ref().first_chunk().copied().unwrap_or_default()
}

/// Add what has no order.
fn mix(sum: &mut Digest, other: Digest) {
    sum.iter_mut().zip(other).for_each(|(byte, other)| *byte ^= other);
}

fn hex(digest: Digest) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
