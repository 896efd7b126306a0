//! Numbers as text, and numbers as C converts them.

use crate::resp::double_text;
use std::io::Write;

/// 2^63.
const TWO_63: f64 = 9_223_372_036_854_775_808.0;

/// The integer that `number` is, if it is one, as commands' arguments want to know it.
#[expect(clippy::cast_possible_truncation, reason = "in range by the test before")]
pub fn exact_integer(number: f64) -> Option<i64> {
    // Half of what an i64 takes, as Redis does.
    let integer = (number.abs() <= TWO_63 / 2.0).then_some(number as i64)?;
    #[expect(clippy::cast_precision_loss, reason = "compares what is left of it")]
    (integer as f64 == number).then_some(integer)
}

/// As the instruction of x86 that C compilers use: what does not fit is the smallest integer.
#[expect(clippy::cast_possible_truncation, reason = "in range by the test before")]
pub fn to_i64(number: f64) -> i64 {
    if (-TWO_63..TWO_63).contains(&number) { number as i64 } else { i64::MIN }
}

/// As C compilers do on x86: above 2^63 by a second conversion of the rest.
pub fn to_u64(number: f64) -> u64 {
    if number >= TWO_63 {
        to_i64(number - TWO_63).cast_unsigned() ^ (1 << 63)
    } else {
        to_i64(number).cast_unsigned()
    }
}

/// Appends the text of a number as an argument of a command: an integer as such, else the shortest that reads back.
pub fn write_argument(number: f64, out: &mut impl Extend<u8>) {
    match exact_integer(number) {
        Some(integer) => out.extend(itoa::Buffer::new().format(integer).bytes()),
        None => out.extend(double_text(number).bytes()),
    }
}

/// Appends `number` as C's `%.{precision}g` does; it must be finite, `precision` from 1 to 17.
pub fn write_general(number: f64, precision: usize, out: &mut Vec<u8>) {
    if number.is_sign_negative() {
        out.push(b'-');
    }
    let number = number.abs();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small integer")]
    if number.fract() == 0.0 && number < 1e5 && precision >= 5 {
        return write(out, format_args!("{}", number as u32));
    }
    let (mut digits, exponent) = digits(format_args!("{number:.*e}", precision - 1));
    while digits.len() > 1 && digits.last() == Some(&b'0') {
        digits.pop();
    }
    if exponent < -4 || exponent >= precision as i32 {
        write_scientific(&digits, exponent, 2, out);
    } else {
        write_decimal(&digits, exponent + 1, out);
    }
}

/// The digits and the exponent of a text like `1.25e-7`.
fn digits(text: std::fmt::Arguments<'_>) -> (Vec<u8>, i32) {
    let text = text.to_string();
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).collect();
    (digits, exponent.parse().unwrap_or(0))
}

/// `digits` with the decimal point after the first `point` of them.
#[expect(clippy::cast_sign_loss, reason = "each is used on the side where it is positive")]
fn write_decimal(digits: &[u8], point: i32, out: &mut Vec<u8>) {
    if point <= 0 {
        out.extend_from_slice(b"0.");
        out.resize(out.len() + point.unsigned_abs() as usize, b'0');
        return out.extend_from_slice(digits);
    }
    match digits.split_at_checked(point as usize) {
        Some((whole, [])) => out.extend_from_slice(whole),
        Some((whole, fraction)) => {
            out.extend_from_slice(whole);
            out.push(b'.');
            out.extend_from_slice(fraction);
        }
        None => {
            out.extend_from_slice(digits);
            out.resize(out.len() + point as usize - digits.len(), b'0');
        }
    }
}

/// `digits` as `d.ddde+xx` with at least `width` digits of exponent.
fn write_scientific(digits: &[u8], exponent: i32, width: usize, out: &mut Vec<u8>) {
    let (first, rest) = digits.split_at(digits.len().min(1));
    out.extend_from_slice(first);
    if !rest.is_empty() {
        out.push(b'.');
        out.extend_from_slice(rest);
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    write(out, format_args!("e{sign}{:0width$}", exponent.unsigned_abs()));
}

fn write(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing to a Vec cannot fail.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argument(number: f64) -> String {
        let mut out = Vec::new();
        write_argument(number, &mut out);
        String::from_utf8(out).unwrap()
    }

    fn general(number: f64, precision: usize) -> String {
        let mut out = Vec::new();
        write_general(number, precision, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn arguments() {
        for (number, want) in [
            (-0.0, "0"),
            (3.0, "3"),
            (0.1, "0.1"),
            (7_206_001_234_567_890.0, "7206001234567890"),
            (1e17, "100000000000000000"),
            (7e20, "7e+20"),
            (-1.25e-7, "-1.25e-7"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(argument(number), want, "{number:e}");
        }
    }

    #[test]
    fn general_form() {
        for (number, precision, want) in [
            (0.0, 14, "0"),
            (-0.0, 14, "-0"),
            (1.0, 14, "1"),
            (123_456.0, 14, "123456"),
            (0.1, 14, "0.1"),
            (1e14, 14, "1e+14"),
            (99_999_999_999_999.0, 14, "99999999999999"),
            (99_999_999_999_999.9, 14, "1e+14"),
            (1e100, 14, "1e+100"),
            (0.0001, 14, "0.0001"),
            (0.000_01, 14, "1e-05"),
            (123_456_789_012_345_680.0, 14, "1.2345678901235e+17"),
            (12_345.0, 3, "1.23e+04"),
            (9.99, 2, "10"),
            (150.0, 3, "150"),
        ] {
            assert_eq!(general(number, precision), want, "{number:e} {precision}");
        }
    }

    #[test]
    fn conversions_of_c() {
        assert_eq!(exact_integer(7e15), Some(7_000_000_000_000_000));
        assert_eq!(exact_integer(1.5), None);
        assert_eq!(exact_integer(f64::NAN), None);
        assert_eq!(exact_integer(9e18), None);
        assert_eq!(to_i64(1e300), i64::MIN);
        assert_eq!(to_i64(f64::NAN), i64::MIN);
        assert_eq!(to_i64(-3.9), -3);
        assert_eq!(to_u64(TWO_63), 1 << 63);
        assert_eq!(to_u64(1e300), 0);
        assert_eq!(to_u64(f64::NAN), 1 << 63);
    }
}
