//! `DEBUG PROTOCOL`: a reply of each type, for those who write clients.

use crate::command::Desk;
use crate::command::args::is;
use crate::resp::{Fault, Outcome, Version};

/// Too big for 64 bits.
const NUMBER: &str = "1234567999999999999999999999999999999";

/// With as many digits as Redis sends.
#[expect(clippy::approx_constant, reason = "these digits and no more")]
const DOUBLE: f64 = 3.141;

/// `DEBUG PROTOCOL type`
pub fn protocol(desk: &mut Desk<'_>) -> Outcome {
    let (kind, reply) = (desk.args[2], &mut *desk.reply);
    let is_new = reply.version() == Version::Resp3;
    match kind {
        kind if is(kind, "string") => reply.bulk(b"Hello World"),
        kind if is(kind, "integer") => reply.int(12_345),
        kind if is(kind, "double") => reply.double(DOUBLE),
        kind if is(kind, "null") => reply.null(),
        kind if is(kind, "array") => {
            reply.array(3);
            (0..3).for_each(|n| reply.int(n));
        }
        kind if is(kind, "set") => {
            reply.set(3);
            (0..3).for_each(|n| reply.int(n));
        }
        kind if is(kind, "map") => {
            reply.map(3);
            for n in 0..3 {
                reply.int(n);
                reply.boolean(n == 1);
            }
        }
        kind if is(kind, "attrib") => {
            if is_new {
                reply.raw(b"|1\r\n$14\r\nkey-popularity\r\n*2\r\n$7\r\nkey:123\r\n:90\r\n");
            }
            reply.bulk(b"Some real reply following the attribute");
        }
        kind if is(kind, "push") => {
            if !is_new {
                return Err(Fault::err("RESP2 is not supported by this command"));
            }
            reply.push(2);
            reply.bulk(b"server-cpu-usage");
            reply.int(42);
        }
        kind if is(kind, "verbatim") => reply.verbatim("txt", b"This is a verbatim\nstring"),
        kind if is(kind, "true") => reply.boolean(true),
        kind if is(kind, "false") => reply.boolean(false),
        kind if is(kind, "bignum") && is_new => reply.raw(format!("({NUMBER}\r\n").as_bytes()),
        kind if is(kind, "bignum") => reply.bulk(NUMBER.as_bytes()),
        _ => {
            return Err(Fault::err(
                "Wrong protocol type name. Please use one of the following: \
                 string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false",
            ));
        }
    }
    Ok(())
}
