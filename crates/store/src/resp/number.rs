//! Numbers as Redis reads and prints them.

/// An integer as Redis's `string2ll` takes it: no sign `+`, no spaces, no leading zeros.
pub fn parse_int(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let negative = digits.len() != text.len();
    let (&first, _) = digits.split_first()?;
    if first == b'0' {
        return (text == b"0").then_some(0);
    }
    if digits.len() > 19 {
        return None;
    }
    let mut value: u64 = 0;
    for &digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        value = value.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
    }
    if negative { 0i64.checked_sub_unsigned(value) } else { i64::try_from(value).ok() }
}

/// A number as `strtod` takes it in Redis's arguments: `inf` in any case, hexadecimal floats not; never NaN.
pub fn parse_double(text: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(text).ok()?;
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let infinite =
        unsigned.eq_ignore_ascii_case("inf") || unsigned.eq_ignore_ascii_case("infinity");
    if !infinite && !unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return None;
    }
    let value: f64 = text.parse().ok()?;
    // Too large or too small for a number is none, as with `strtod`'s ERANGE.
    let is_zero = || {
        let mantissa = unsigned.split(['e', 'E']).next().unwrap_or_default();
        mantissa.bytes().all(|byte| matches!(byte, b'0' | b'.'))
    };
    let in_range = match value {
        0.0 => is_zero(),
        value => infinite || value.is_finite(),
    };
    in_range.then_some(value)
}

/// The shortest text that reads back as `value`, laid out as Redis 7.2 does (`3`, `0.1`, `1e+20`, `inf`).
pub fn double_text(value: f64) -> String {
    if value.is_nan() {
        return "nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.into();
    }
    if value == 0.0 {
        return if value.is_sign_negative() { "-0" } else { "0" }.into();
    }
    // 2^62: queues have scores near 10^16, which are written in full.
    const WHOLE_MAX: f64 = 4_611_686_018_427_387_904.0;
    if value.fract() == 0.0 && value.abs() <= WHOLE_MAX {
        return (value as i64).to_string();
    }
    let scientific = format!("{:e}", value.abs());
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits: String = digits.chars().filter(|digit| *digit != '.').collect();
    let text = laid_out(&digits, exponent.parse().unwrap_or(0));
    if value < 0.0 { format!("-{text}") } else { text }
}

/// `digits` with the decimal point after the first one, times ten to the `exponent`.
fn laid_out(digits: &str, exponent: i32) -> String {
    let count = digits.len() as i32;
    let scale = exponent - count + 1;
    if scale >= 0 && exponent < count + 7 {
        return format!("{digits}{}", "0".repeat(scale as usize));
    }
    if scale < 0 && (scale > -7 || exponent.abs() < 4) {
        if exponent < 0 {
            return format!("0.{}{digits}", "0".repeat((-exponent - 1) as usize));
        }
        let (whole, rest) = digits.split_at(exponent as usize + 1);
        return format!("{whole}.{rest}");
    }
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{first}{point}{rest}e{sign}{}", exponent.abs())
}
