//! The coding that a client gets is the one that a plain reading of RFC 9110 section 12.5.3 gives, whatever it sends.
#![no_main]

use edge::encode::{Accepted, Coding, negotiate};
use libfuzzer_sys::fuzz_target;

/// The weight of an element's parameters in thousandths; None if they are not understood.
fn weight(parameters: &[&str]) -> Option<u32> {
    let [parameter] = parameters else { return parameters.is_empty().then_some(1000) };
    let parameter = parameter.trim_matches([' ', '\t', '\n', '\r', '\x0c']);
    let value = parameter.strip_prefix("q=").or(parameter.strip_prefix("Q="))?;
    let (whole, decimals) = match value.split_once('.') {
        Some((whole, decimals)) => (whole, decimals),
        None => (value, ""),
    };
    let digits = decimals.bytes().all(|byte| byte.is_ascii_digit());
    if !matches!(whole, "0" | "1") || decimals.len() > 3 || !digits {
        return None;
    }
    let thousandths: u32 = format!("{whole}{decimals:0<3}").parse().ok()?;
    (thousandths <= 1000).then_some(thousandths)
}

/// The lowest weight said of `name`.
fn said(elements: &[(String, u32)], name: &str) -> Option<u32> {
    elements.iter().filter(|(one, _)| one == name).map(|(_, weight)| *weight).min()
}

fn plain(lines: &[String], offered: &[Coding]) -> Option<Coding> {
    let mut elements = Vec::new();
    for element in lines.iter().flat_map(|line| line.split(',')) {
        let mut parts = element.split(';');
        let name = parts.next().unwrap().trim_matches([' ', '\t', '\n', '\r', '\x0c']);
        let name = name.to_ascii_lowercase();
        let name = if name == "x-gzip" { "gzip".to_owned() } else { name };
        elements.push((name, weight(&parts.collect::<Vec<_>>()).unwrap_or(0)));
    }
    let any = said(&elements, "*");
    let identity = said(&elements, "identity").unwrap_or(0);
    let wishes = offered.iter().enumerate().map(|(at, coding)| {
        let named = said(&elements, coding.name());
        let weight = named.or(any).unwrap_or(0);
        (weight, named.is_some(), std::cmp::Reverse(at), *coding)
    });
    let acceptable = wishes.filter(|(weight, ..)| *weight > 0 && *weight >= identity);
    acceptable
        .max_by_key(|(weight, named, at, _)| (*weight, *named, *at))
        .map(|(.., coding)| coding)
}

fuzz_target!(|bytes: &[u8]| {
    let Some((first, bytes)) = bytes.split_first() else { return };
    // Some of the codings, in some order.
    let mut offered = Coding::ALL.to_vec();
    offered.rotate_left(usize::from(first % 3));
    if first & 4 != 0 {
        offered.swap(0, 1);
    }
    offered.truncate(usize::from(first >> 3) % 4);
    // Header values are bytes; those beyond ASCII mean nothing to either.
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'|').collect();
    let text: Vec<String> =
        lines.iter().map(|line| line.iter().map(|byte| char::from(*byte)).collect()).collect();
    let got = negotiate(lines.iter().copied(), &offered);
    assert_eq!(got, plain(&text, &offered), "{text:?} of {offered:?}");
    let accepted = Accepted::read(lines.iter().copied());
    assert!(got.is_none_or(|coding| accepted.allows(coding) && offered.contains(&coding)));
});
