use super::{NOW, THEN};
use crate::http::conditional::{HttpDate, read_date};

#[test]
fn dates_are_read_in_all_three_forms() {
    let check = |text: &str, want| assert_eq!(read_date(text.as_bytes(), NOW), want, "{text}");
    check("Sun, 06 Nov 1994 08:49:37 GMT", Some(THEN));
    check("Sunday, 06-Nov-94 08:49:37 GMT", Some(THEN));
    check("Sun Nov  6 08:49:37 1994", Some(THEN));
    check("sun, 06 nov 1994 08:49:37 gmt", Some(THEN));
    check("Thu, 01 Jan 1970 00:00:00 GMT", Some(0));
    check("Thu, 01 Jan 1931 00:00:00 GMT", Some(0));
    check("Sat, 31 Dec 2016 23:59:60 GMT", Some(1_483_228_800));
    check("Thu, 29 Feb 2024 12:34:56 GMT", Some(1_709_210_096));
    // 2025 is now: up to 2075 a short year is ahead, beyond it is past.
    check("Tuesday, 31-Dec-75 23:59:59 GMT", Some(3_345_062_399));
    check("Friday, 31-Dec-76 23:59:59 GMT", Some(220_924_799));
}

#[test]
fn what_is_no_date_is_none() {
    let check = |text: &str| assert_eq!(read_date(text.as_bytes(), NOW), None, "{text}");
    check("");
    check("0");
    check("Sun, 06 Nov 1994 08:49:37");
    check("Sun, 06 Nov 1994 08:49:37 UTC");
    check("Sun, 06 Nov 1994 8:49:37 GMT");
    check("Sun, 06 Nov 94 08:49:37 GMT");
    check("Sun,  06 Nov 1994 08:49:37 GMT");
    check("Sun, 6 Nov 1994 08:49:37 GMT");
    check("Sun, 31 Nov 1994 08:49:37 GMT");
    check("Sun, 29 Feb 2023 08:49:37 GMT");
    check("Sun, 06 Nov 1994 24:00:00 GMT");
    check("Sun, 06 Nov 1994 08.49.37 GMT");
    check("Sun, 06 Nov 1994 08:49:37 GMT ");
    check("Son, 06 Nov 1994 08:49:37 GMT");
    check("Sun, 06 Nov 99999999999999999999 08:49:37 GMT");
    check("Sun, 06-Nov-1994 08:49:37 GMT");
    check("Sun Nov 06 08:49:37 1994 GMT");
    check("Sün, 06 Nov 1994 08:49:37 GMT");
    assert_eq!(read_date(b"\xff\xfe, 06 Nov 1994", NOW), None);
}

#[test]
fn what_is_written_is_read_again() {
    assert_eq!(HttpDate(THEN).to_string(), "Sun, 06 Nov 1994 08:49:37 GMT");
    for step in 0..5_000_u64 {
        let at = step * 987_654 + step;
        let text = HttpDate(at).to_string();
        assert_eq!(read_date(text.as_bytes(), NOW), Some(at), "{text}");
    }
}
