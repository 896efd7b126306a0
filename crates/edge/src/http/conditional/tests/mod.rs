mod dates;
mod parts;
mod preconditions;

use crate::http::Method;
use crate::http::conditional::{EntityTag, Role, Selection, Validators, select};

/// Sun, 06 Nov 1994 08:49:37 GMT
const THEN: u64 = 784_111_777;
const NOW: u64 = 1_764_000_000;

fn selected(
    method: Method,
    role: Role,
    current: &Validators<'_>,
    headers: &[(&str, &str)],
) -> Selection {
    select(method, role, current, 1_000, NOW, |name| {
        let named = headers.iter().filter(move |(header, _)| header.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_bytes())
    })
}

/// Of a representation with the tag `"a"`, changed at [`THEN`], of 1,000 bytes.
fn check(method: Method, headers: &[(&str, &str)], want: Selection) {
    let current = Validators {
        tag: EntityTag::read(b"\"a\""),
        modified: Some(THEN),
        modified_is_strong: true,
    };
    assert_eq!(selected(method, Role::Origin, &current, headers), want, "{method:?} {headers:?}");
}
