//! `CONFIG SET`: all of it or nothing.

use super::kind::Value;
use super::parameter::{self, Parameter};
use crate::engine::{Engine, Invocation};
use crate::resp::{Fault, Outcome};

/// `CONFIG SET name value …`
pub fn set(engine: &mut Engine, invocation: &mut Invocation<'_>) -> Outcome {
    let pairs = invocation.args.get(2..).unwrap_or_default();
    if !pairs.len().is_multiple_of(2) {
        return Err(Fault::Syntax);
    }
    let mut known: Vec<(&Parameter, &str, &[u8])> = Vec::new();
    for pair in pairs.chunks_exact(2) {
        let [name, given] = pair else { continue };
        let (parameter, name) = find(name)?;
        if known.iter().any(|(_, other, _)| *other == name) {
            return Err(failed(name, "duplicate parameter"));
        }
        known.push((parameter, name, given));
    }
    let mut changes: Vec<(&Parameter, Value)> = Vec::new();
    for (parameter, name, given) in known {
        let value = parameter.accepts(engine, given).map_err(|why| failed(name, &why))?;
        changes.push((parameter, value));
    }
    for (parameter, value) in changes {
        parameter.set(engine, &value);
    }
    invocation.reply.ok();
    Ok(())
}

/// The parameter, and the one of its names that was given.
fn find(given: &[u8]) -> Result<(&'static Parameter, &'static str), Fault> {
    let named = |parameter: &'static Parameter| {
        let mut names = parameter.names();
        names.find(|name| given.eq_ignore_ascii_case(name.as_bytes())).map(|name| (parameter, name))
    };
    parameter::all().find_map(named).ok_or_else(|| {
        let given = String::from_utf8_lossy(given.get(..128).unwrap_or(given));
        Fault::err(format_args!("Unknown option or number of arguments for CONFIG SET - '{given}'"))
    })
}

fn failed(name: &str, why: &str) -> Fault {
    Fault::err(format_args!("CONFIG SET failed (possibly related to argument '{name}') - {why}"))
}
