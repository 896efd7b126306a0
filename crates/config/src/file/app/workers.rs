use crate::file::check::Check;
use crate::file::section::Section;
use crate::file::value::Value;
use crate::{Scale, Workers};

/// `workers`.
pub(super) fn workers(section: &Section<'_>, check: &mut Check<'_>) -> Option<Workers> {
    let fixed = match section.read(check, "workers")? {
        Value::Count(count) => Some(u32::try_from(count).ok()?),
        Value::Word(_) => Some(check.place.machine.cores.max(1)),
        _ => None,
    };
    if let Some(fixed) = fixed {
        return Some(Workers { min: fixed, max: fixed });
    }
    let table = section.child(check, "workers");
    let workers = Workers { min: table.count(check, "min")?, max: table.count(check, "max")? };
    if workers.min > workers.max && check.clean(&table.path) {
        let text = format!("min ({}) is above max ({})", workers.min, workers.max);
        let cure = format!("write workers = {{ min = {}, max = {} }}", workers.max, workers.min);
        check.fault(table.span.clone(), &table.path, text, cure);
    }
    Some(workers)
}

/// `scale`. It needs room between min and max.
pub(super) fn scale(
    section: &Section<'_>,
    workers: Option<Workers>,
    check: &mut Check<'_>,
) -> Option<Scale> {
    let table = section.child(check, "scale");
    let scale = Scale {
        in_flight: table.number(check, "in_flight")?,
        utilisation: table.number(check, "utilisation")?,
        up_after: table.time(check, "up_after")?,
        down_after: table.time(check, "down_after")?,
    };
    if let Some(Workers { min, max }) = workers
        && section.has("scale")
        && min == max
        && check.clean(&section.path_of("workers"))
    {
        let text = format!("there is nothing to scale: the app always has {min} workers");
        let cure = "write workers = { min = 1, max = \"cores\" }, or remove scale";
        check.fault(table.span.clone(), &table.path, text, cure);
    }
    Some(scale)
}
