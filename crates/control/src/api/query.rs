//! Query strings such as `app=web&lines=100&follow`.

use super::Refused;

/// The pairs of a query whose keys are all in `known`. A key without `=` has an empty value.
pub fn pairs<'q>(query: &'q str, known: &[&str]) -> Result<Vec<(&'q str, &'q str)>, Refused> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    let pairs = parts.map(|part| part.split_once('=').unwrap_or((part, "")));
    pairs
        .map(|(key, value)| match known.contains(&key) {
            true => Ok((key, value)),
            false => Err(Refused::bad(format!(
                "There is no parameter {key:?} here. Use {}.",
                known.join(", ")
            ))),
        })
        .collect()
}

/// A switch: present, `=true` or `=1` is on; `=false` or `=0` is off.
pub fn switch(key: &str, value: &str) -> Result<bool, Refused> {
    match value {
        "" | "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(Refused::bad(format!("{key}={value}: write true or false."))),
    }
}

/// All pairs of a query string or a form, percent-decoded; values may have several lines.
pub fn decoded(text: &str) -> Result<Vec<(String, String)>, Refused> {
    let parts = text.split('&').filter(|part| !part.is_empty());
    let pairs = parts.map(|part| part.split_once('=').unwrap_or((part, "")));
    pairs.map(|(key, value)| Ok((decode(key)?, plain(value)?))).collect()
}

/// A value without its percent-encoding, in which `+` is a space. What is no text of one line is refused.
pub fn decode(value: &str) -> Result<String, Refused> {
    let text = plain(value)?;
    if text.contains(['\n', '\r', '\0']) { Err(broken(value)) } else { Ok(text) }
}

fn broken(value: &str) -> Refused {
    Refused::bad(format!("{value:?} is not percent-encoded UTF-8 of one line."))
}

fn plain(value: &str) -> Result<String, Refused> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                let pair = digit(rest.next()).zip(digit(rest.next()));
                let (high, low) = pair.ok_or_else(|| broken(value))?;
                u8::try_from(high * 16 + low).map_err(|_| broken(value))?
            }
            b'+' => b' ',
            byte => byte,
        });
    }
    String::from_utf8(bytes).map_err(|_| broken(value))
}

#[cfg(test)]
mod tests {
    use super::{decode, decoded};

    #[test]
    fn forms() {
        let pairs = decoded("query=a%7Bb%3D%22%C3%B6%0A%2B%22%7D&x&match%5B%5D=1=2&").unwrap();
        let want = [("query", "a{b=\"\u{f6}\n+\"}"), ("x", ""), ("match[]", "1=2")];
        assert_eq!(pairs, want.map(|(key, value)| (key.to_owned(), value.to_owned())));
        assert!(decoded("a=%zz").is_err());
    }

    #[test]
    fn percent_encoding() {
        assert_eq!(decode("rate%28a%5B1m%5D%29+%C3%A9").unwrap(), "rate(a[1m]) é");
        for bad in ["%", "%4", "%zz", "%ff", "a%0Ab", "%0d"] {
            assert!(decode(bad).is_err(), "{bad}");
        }
    }
}
