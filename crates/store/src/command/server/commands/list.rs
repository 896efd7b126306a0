//! `COMMAND LIST`.

use super::categories;
use super::entry::{self, Command};
use crate::command::{Args, Table, matches};
use crate::engine::{Engine, Invocation};
use crate::resp::{Fault, Outcome};

/// Which commands are listed.
enum Filter<'a> {
    All,
    /// There are no modules.
    None,
    Category(&'a [u8]),
    Pattern(Vec<u8>),
}

/// `COMMAND LIST [FILTERBY MODULE name | ACLCAT category | PATTERN pattern]`
pub fn list(engine: &mut Engine, invocation: &mut Invocation<'_>) -> Outcome {
    let filter = filter(Args::from(invocation.args, 2))?;
    let found = names(engine.table(), &filter);
    invocation.reply.array(found.len());
    found.iter().for_each(|name| invocation.reply.bulk(name.as_bytes()));
    Ok(())
}

fn filter(mut rest: Args<'_>) -> Result<Filter<'_>, Fault> {
    if rest.is_empty() {
        return Ok(Filter::All);
    }
    if rest.len() != 3 || !rest.accept("FILTERBY") {
        return Err(Fault::Syntax);
    }
    if rest.accept("MODULE") {
        Ok(Filter::None)
    } else if rest.accept("ACLCAT") {
        Ok(Filter::Category(rest.need()?))
    } else if rest.accept("PATTERN") {
        Ok(Filter::Pattern(rest.need()?.to_ascii_lowercase()))
    } else {
        Err(Fault::Syntax)
    }
}

/// The names of the commands of a category.
pub fn in_category(table: &Table, category: &str) -> Vec<String> {
    names(table, &Filter::Category(category.as_bytes()))
}

fn names(table: &Table, filter: &Filter<'_>) -> Vec<String> {
    let all = entry::all(table).flat_map(|command| std::iter::once(command).chain(command.subs()));
    all.filter(|command| passes(command, filter)).map(|command| command.name()).collect()
}

fn passes(command: &Command, filter: &Filter<'_>) -> bool {
    match filter {
        Filter::All => true,
        Filter::None => false,
        Filter::Category(category) => categories::of(command.spec)
            .iter()
            .any(|known| category.eq_ignore_ascii_case(known.as_bytes())),
        Filter::Pattern(pattern) => matches(pattern, command.name().as_bytes()),
    }
}
