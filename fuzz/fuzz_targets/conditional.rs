//! Whatever validators and ranges a client sends, no byte is sent twice, none from outside, and
//! what is written as a date or a tag is read again.
#![no_main]

use edge::http::Method;
use edge::http::conditional::{
    EntityTag, HttpDate, Multipart, Role, Selection, Validators, read_date, select,
};
use libfuzzer_sys::fuzz_target;

// The first byte says how long the representation is, the rest are header lines.
fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let (length, now) = (u64::from(*first), 1_764_000_000);
    let lines: Vec<&[u8]> = rest.split(|byte| *byte == b'\n').collect();
    let values = |name: &str| {
        let named = lines.iter().filter_map(move |line| {
            let (text, value) = line.split_at_checked(name.len())?;
            text.eq_ignore_ascii_case(name.as_bytes())
                .then_some(value.strip_prefix(b":")?.trim_ascii())
        });
        named.collect::<Vec<_>>().into_iter()
    };
    let current = Validators {
        tag: EntityTag::read(b"\"a\""),
        modified: Some(784_111_777),
        modified_is_strong: true,
    };
    for (method, role) in [(Method::Get, Role::Origin), (Method::Head, Role::Cache)] {
        let parts = match select(method, role, &current, length, now, values) {
            Selection::Part(part) => vec![part],
            Selection::Parts(parts) => {
                assert!(parts.len() > 1 && method == Method::Get);
                let framed = Multipart::new(&parts, length, "text/plain", 1);
                let heads: usize = framed.parts.iter().map(|(head, _)| head.len()).sum();
                let bytes: u64 = parts.iter().map(|part| part.length).sum();
                assert_eq!(framed.length, (heads + framed.end.len()) as u64 + bytes);
                parts
            }
            _ => continue,
        };
        let mut sent = vec![false; length as usize];
        for part in parts {
            assert!(part.length > 0);
            for at in part.first..part.end() {
                assert!(!std::mem::replace(&mut sent[at as usize], true), "byte {at} twice");
            }
        }
    }
    for line in lines {
        if let Some(at) = read_date(line, now) {
            assert_eq!(read_date(HttpDate(at).to_string().as_bytes(), now), Some(at));
        }
        if let Some(tag) = EntityTag::read(line) {
            let weak = if tag.weak { "W/" } else { "" };
            assert_eq!([weak.as_bytes(), b"\"", tag.opaque, b"\""].concat(), line);
        }
    }
});
