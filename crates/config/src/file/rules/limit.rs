//! `limit`: one table, an array of tables, or `false`.

use super::rate::rate;
use crate::file::address::networks;
use crate::file::check::Check;
use crate::file::section::Section;
use crate::file::token::{Part, is_token, kind_and_name, part};
use crate::file::value::Value;
use crate::{Limit, LimitAlgorithm, LimitHeaders, LimitMost, LimitPer};
use std::ops::Range;
use std::time::Duration;

/// More limits for one request are no help to anybody.
const LIMITS_MAX: usize = 8;
/// A bucket must not take longer than this to fill: the edge counts in nanoseconds.
const FULL_MAX: Duration = Duration::from_secs(366 * 86_400);
/// What the window's counts have room for.
const WINDOW_MAX: u32 = 1_048_575;
/// The longest name of a limit, in bytes.
const NAME_BYTES_MAX: usize = 64;

/// The limits of `[edge]` or a route; `default` where nothing is said of them.
pub(super) fn limits(
    section: &Section<'_>,
    default: &[Limit],
    check: &mut Check<'_>,
) -> Vec<Limit> {
    if !section.has("limit") {
        return default.to_vec();
    }
    let tables = section.children(check, "limit");
    let mut limits: Vec<Limit> = Vec::new();
    for (at, table) in tables.iter().enumerate() {
        if at == LIMITS_MAX {
            let text = format!("there are more than {LIMITS_MAX} limits");
            check.fault(table.span.clone(), &table.path, text, "remove some of them");
            break;
        }
        let Some(limit) = limit(table, check) else { continue };
        if limits.iter().any(|other| other.name == limit.name) {
            let text = format!("another limit here has the name {:?}", limit.name);
            let cure = "give each its own name: name = \"…\"";
            check.fault(table.place("name"), &table.path_of("name"), text, cure);
        }
        limits.push(limit);
    }
    limits
}

fn limit(table: &Section<'_>, check: &mut Check<'_>) -> Option<Limit> {
    let per = per(table, check);
    let most = most(table, check);
    let default = most.as_ref().map(|(_, name)| default_name(name, per.as_ref()));
    let name = name(table, default, check);
    let headers = match table.read(check, "headers")? {
        Value::Word("draft-8") => Some(LimitHeaders::Draft8),
        Value::Word("draft-7") => Some(LimitHeaders::Draft7),
        Value::Word("draft-6") => Some(LimitHeaders::Draft6),
        Value::Word(_) => Some(LimitHeaders::Legacy),
        _ => None,
    };
    let methods = methods(table, check)?;
    Some(Limit {
        status: table.count(check, "status")?,
        except: networks(table, "except", check)?,
        ipv6_prefix: table.count(check, "ipv6_prefix")?,
        keys_max: table.count(check, "keys")?,
        shared: table.flag(check, "shared")?,
        name: name?,
        per: per?,
        most: most?.0,
        methods,
        headers,
    })
}

/// What is counted, and what the limit is called without a name.
fn most(table: &Section<'_>, check: &mut Check<'_>) -> Option<(LimitMost, String)> {
    let at_once = at_once(table, check);
    if !table.has("rate") {
        if table.has("at_once") {
            without_rate(table, check);
            return at_once;
        }
        let text = "the limit does not say how many requests";
        let cure = "write rate = \"100/min\", or at_once = 10";
        check.missing(table.span.clone(), &table.path_of("rate"), text, cure);
        return None;
    }
    if table.has("at_once") {
        let text = "`rate` and `at_once` are two limits";
        let cure = "write them apart: limit = [{ rate = … }, { at_once = … }]";
        check.fault(table.place("at_once"), &table.path_of("at_once"), text, cure);
    }
    let written = table.text(check, "rate")?;
    let (span, path) = (table.place("rate"), table.path_of("rate"));
    let rate = rate(&written).map_err(|(text, cure)| check.fault(span, &path, text, cure)).ok()?;
    let name = format!("{}-in-{}", rate.count, rate.unit);
    let algorithm = match table.word(check, "algorithm")? {
        "window" => {
            window(table, rate.count, check);
            LimitAlgorithm::Window
        }
        _ => LimitAlgorithm::Gcra { burst: burst(table, rate.count, rate.period, check)? },
    };
    Some((LimitMost::Rate { count: rate.count, period: rate.period, algorithm }, name))
}

fn at_once(table: &Section<'_>, check: &mut Check<'_>) -> Option<(LimitMost, String)> {
    let Value::Count(count) = table.read(check, "at_once")? else { return None };
    let count = u32::try_from(count).ok()?;
    Some((LimitMost::AtOnce(count), format!("{count}-at-once")))
}

/// What says nothing where requests are not counted in time.
fn without_rate(table: &Section<'_>, check: &mut Check<'_>) {
    for name in ["burst", "algorithm", "headers", "shared"] {
        if table.has(name) && check.clean(&table.path_of(name)) {
            let text = format!("`{name}` has no effect with `at_once`");
            let cure = format!("write rate = \"100/min\" in place of at_once, or remove {name}");
            check.fault(table.place(name), &table.path_of(name), text, cure);
        }
    }
}

fn window(table: &Section<'_>, count: u32, check: &mut Check<'_>) {
    if table.has("burst") {
        let text = "`burst` has no effect with algorithm = \"window\"";
        let cure = "remove it: in any window the whole rate may come at once";
        check.fault(table.place("burst"), &table.path_of("burst"), text, cure);
    }
    if count > WINDOW_MAX {
        let text = format!("a window counts up to {WINDOW_MAX} requests");
        let cure = "write the rate for a shorter time, or algorithm = \"gcra\"";
        check.fault(table.place("rate"), &table.path_of("rate"), text, cure);
    }
}

fn burst(table: &Section<'_>, count: u32, period: Duration, check: &mut Check<'_>) -> Option<u32> {
    if !table.has("burst") {
        return Some(count);
    }
    let burst: u32 = table.count(check, "burst")?;
    let full = (period / count).checked_mul(burst).unwrap_or(Duration::MAX);
    if full > FULL_MAX && check.clean(&table.path_of("burst")) {
        let text = "such a burst would take longer than a year to be allowed again";
        let cure = "write a smaller burst or a higher rate";
        check.fault(table.place("burst"), &table.path_of("burst"), text, cure);
    }
    Some(burst)
}

/// `100-in-1min`, `100-in-1min-x-api-key`.
fn default_name(most: &str, per: Option<&LimitPer>) -> String {
    let per = match per {
        None | Some(LimitPer::Client) => return most.into(),
        Some(LimitPer::Route) => "route",
        Some(LimitPer::Header(name) | LimitPer::Cookie(name)) => name,
    };
    // A name of a header or a cookie may have other characters.
    let shown = per.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' });
    format!("{most}-{}", shown.collect::<String>())
}

fn name(table: &Section<'_>, default: Option<String>, check: &mut Check<'_>) -> Option<String> {
    if !table.has("name") {
        // Without a rate there is another mistake.
        return Some(default.unwrap_or_default());
    }
    let name = table.text(check, "name")?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.*".contains(&byte);
    if name.len() > NAME_BYTES_MAX || !name.bytes().all(allowed) {
        let text = format!("{name:?} cannot be the name of a limit");
        let cure = format!("use 1 to {NAME_BYTES_MAX} letters, digits, - _ . and *");
        check.fault(table.place("name"), &table.path_of("name"), text, cure);
    }
    Some(name)
}

fn per(table: &Section<'_>, check: &mut Check<'_>) -> Option<LimitPer> {
    let text = table.text(check, "per")?;
    let (span, path) = (table.place("per"), table.path_of("per"));
    who(&text).map_err(|(text, cure)| check.fault(span, &path, text, cure)).ok()
}

/// `client`, `route`, `header:NAME`, `cookie:NAME`.
fn who(text: &str) -> Result<LimitPer, (String, String)> {
    let (kind, name) = kind_and_name(text);
    if let Some(part) = part(text, kind, name) {
        return part.map(|part| match part {
            Part::Header(name) => LimitPer::Header(name),
            Part::Cookie(name) => LimitPer::Cookie(name),
        });
    }
    match (kind, name) {
        ("client", None) => Ok(LimitPer::Client),
        ("route", None) => Ok(LimitPer::Route),
        ("claim" | "jwt" | "token", _) => Err((
            "tokens are not verified in this version (`auth`), and what an unverified one claims \
             anybody can make up"
                .into(),
            "write \"header:authorization\": each token is counted, whatever it claims".into(),
        )),
        _ => {
            let better = match kind.trim_start_matches('$') {
                "ip" | "source" | "src" | "remote_addr" | "binary_remote_addr" | "client_ip"
                | "remote_ip" | "address" | "addr" => "\"client\"".into(),
                "all" | "global" | "server" | "service" | "app" => "\"route\"".into(),
                name if name.contains('-') && is_token(name) => {
                    format!("\"header:{name}\"")
                }
                _ => "\"client\", \"route\", \"header:NAME\" or \"cookie:NAME\"".into(),
            };
            Err((format!("{text:?} is nobody to count requests by"), format!("write {better}")))
        }
    }
}

fn methods(table: &Section<'_>, check: &mut Check<'_>) -> Option<Vec<String>> {
    let Value::Texts(texts) = table.read(check, "methods")? else { return None };
    let path = table.path_of("methods");
    let mut method = |(text, span): (String, Range<usize>)| {
        if text.is_empty() || text.len() > 32 || !text.bytes().all(|b| b.is_ascii_uppercase()) {
            let name = text.to_ascii_uppercase();
            let cure = match name.bytes().all(|b| b.is_ascii_uppercase()) && !name.is_empty() {
                true => format!("write {name:?}"),
                false => "write a method such as \"POST\"".into(),
            };
            check.fault(span, &path, format!("{text:?} is no method"), cure);
        }
        text
    };
    Some(texts.into_iter().map(&mut method).collect())
}
