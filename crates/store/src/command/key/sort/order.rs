//! The order of elements.

use super::asked::Asked;
use super::pattern;
use super::run::no_number;
use crate::command::Call;
use crate::resp::{Fault, parse_double};
use std::cmp::Ordering;

/// What an element is sorted by.
enum Weight {
    Number(f64),
    Text(Option<Vec<u8>>),
}

/// `elements` in the order asked for, and of them those that are wanted.
pub(super) fn sorted(
    call: &mut Call<'_>,
    asked: &Asked<'_>,
    elements: Vec<Vec<u8>>,
) -> Result<Vec<Vec<u8>>, Fault> {
    if asked.as_is {
        return Ok(elements);
    }
    let wanted = asked.wanted(elements.len());
    let mut weighed = Vec::with_capacity(elements.len());
    for element in elements {
        weighed.push((weight(call, asked, &element)?, element));
    }
    let by_text = asked.alpha;
    let compare = |one: &(Weight, Vec<u8>), other: &(Weight, Vec<u8>)| {
        let order = match (&one.0, &other.0) {
            (Weight::Number(a), Weight::Number(b)) => a.total_cmp(b),
            (Weight::Text(a), Weight::Text(b)) => a.cmp(b),
            _ => Ordering::Equal,
        };
        let order = if by_text { order } else { order.then_with(|| one.1.cmp(&other.1)) };
        if asked.descending { order.reverse() } else { order }
    };
    weighed.sort_by(compare);
    let elements = weighed.into_iter().map(|(_, element)| element);
    Ok(elements.skip(wanted.start).take(wanted.len()).collect())
}

fn weight(call: &mut Call<'_>, asked: &Asked<'_>, element: &[u8]) -> Result<Weight, Fault> {
    let text = match asked.by {
        Some(by) => pattern::look_up(call, by, element),
        None => Some(element.to_vec()),
    };
    if asked.alpha {
        return Ok(Weight::Text(text));
    }
    let number = match text.as_deref() {
        None | Some(b"") => Some(0.0),
        Some(text) => parse_double(text.trim_ascii_start()),
    };
    // Adding nought makes the two noughts one.
    Ok(Weight::Number(number.ok_or_else(no_number)? + 0.0))
}
