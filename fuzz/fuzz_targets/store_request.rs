//! What clients of the store send is cut into the same commands whole and in pieces, however large the pieces are,
//! and the limits for strangers hold.
#![no_main]

use libfuzzer_sys::fuzz_target;
use store::resp::{Limits, Parser, Step};

/// The commands in `bytes`, which come so many at once, and whether what follows is none.
fn commands(bytes: &[u8], limits: &Limits, piece: usize) -> (Vec<Vec<Vec<u8>>>, Option<String>) {
    let (mut parser, mut found) = (Parser::default(), Vec::new());
    let (mut start, mut end) = (0, piece.min(bytes.len()));
    loop {
        match parser.step(&bytes[start..end], limits) {
            Ok(Step::Command(len)) => {
                assert!(len > 0 && start + len <= end);
                let args = parser.args(&bytes[start..start + len]);
                found.push(args.iter().map(|arg| arg.to_vec()).collect());
                drop(args);
                parser.reset();
                start += len;
                if start < end {
                    continue;
                }
            }
            Ok(Step::More(_)) => {}
            Err(broken) => return (found, Some(format!("{broken:?}"))),
        }
        if end == bytes.len() {
            return (found, None);
        }
        end = (end + piece).min(bytes.len());
    }
}

fuzz_target!(|bytes: &[u8]| {
    for limits in [Limits::default(), Limits::stranger()] {
        let whole = commands(bytes, &limits, usize::MAX);
        for piece in [1, 2, 7, 64] {
            assert_eq!(commands(bytes, &limits, piece), whole, "in pieces of {piece}");
        }
    }
});
