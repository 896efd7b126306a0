//! A number of a client is refused, or read, printed and added without harm; its sums are near those of doubles.
#![no_main]

use libfuzzer_sys::fuzz_target;
use store::resp::Extended;

fuzz_target!(|bytes: &[u8]| {
    let (one, other) = bytes.split_at(bytes.len() / 2);
    let (Some(a), Some(b)) = (Extended::parse(one), Extended::parse(other)) else { return };
    assert_eq!(a.plus(b), b.plus(a));
    let Some(sum) = a.plus(b) else { return };
    let text = sum.text();
    let again = Extended::parse(text.as_bytes());
    // What is printed are 17 digits after the point: a number that has no more is itself again.
    let double = |text: &[u8]| std::str::from_utf8(text).ok().and_then(|text| text.parse::<f64>().ok());
    let (Some(a), Some(b), Some(sum)) = (double(one), double(other), double(text.as_bytes())) else {
        return;
    };
    let bound = (a.abs() + b.abs()) * 1e-15 + 1e-16;
    assert!(!bound.is_finite() || (a + b - sum).abs() <= bound, "{a} + {b} = {text}");
    assert!(again.is_some(), "{text}");
});
