use super::Extended;
use super::number::TEXT_BYTES_MAX;

fn sum(one: &str, other: &str) -> Option<String> {
    Some(Extended::parse(one.as_bytes())?.plus(Extended::parse(other.as_bytes())?)?.text())
}

#[test]
fn sums_print_as_long_doubles_do() {
    for (one, other, want) in [
        ("10.5", "0.1", "10.6"),
        ("3", "1.1", "4.1"),
        ("0.1", "0.2", "0.3"),
        ("5.0e3", "2.0e2", "5200"),
        ("-0", "-0", "0"),
        ("1e17", "0.001", "100000000000000000"),
        ("17179869184", "1.5", "17179869185.5"),
        ("-1", "1", "0"),
        ("1", "-1.25", "-0.25"),
        ("1e-30", "0", "0"),
        ("123456789012345678901234567890", "1", "123456789012345678899921813504"),
    ] {
        assert_eq!(sum(one, other).unwrap(), want, "{one} + {other}");
    }
    assert_eq!(sum("inf", "1"), None);
    assert_eq!(sum("1.1e4932", "1.1e4932"), None);
}

#[test]
fn what_is_no_number_is_refused() {
    for text in ["", "x", " 1", "1 ", ".", "1e", "1e+", "--1", "nan", "1e5000", "1e-5000", "1.2.3"]
    {
        assert_eq!(Extended::parse(text.as_bytes()), None, "{text}");
    }
    for (text, want) in [("1.", "1"), (".5", "0.5"), ("+5", "5"), ("1E2", "100"), ("00012", "12")] {
        assert_eq!(Extended::parse(text.as_bytes()).unwrap().text(), want);
    }
    assert_eq!(Extended::parse(&vec![b'1'; TEXT_BYTES_MAX + 1]), None);
}
