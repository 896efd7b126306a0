//! A chunked body reads the same whole and in pieces, and nothing after its end is taken.
#![no_main]

use edge::http::body::Part;
use edge::http::head::Framing;
use edge::http::{Body, BodyError};
use libfuzzer_sys::fuzz_target;

const BYTES_MAX: u64 = 1_000;

type Outcome = Result<(usize, bool), BodyError>;

fn decode(bytes: &[u8], step: usize) -> (Outcome, Vec<u8>) {
    let mut content = Vec::new();
    let mut taken = 0;
    let mut body = Body::new(Framing::Chunked, BYTES_MAX).unwrap();
    for piece in bytes.chunks(step) {
        let decoded = body.decode(piece, |part| {
            if let Part::Content(part) = part {
                content.extend_from_slice(part);
            }
        });
        match decoded {
            Ok(of_piece) => taken += of_piece,
            Err(error) => return (Err(error), content),
        }
        if body.is_done() {
            break;
        }
    }
    (Ok((taken, body.is_done())), content)
}

fuzz_target!(|bytes: &[u8]| {
    let Some((step, bytes)) = bytes.split_first() else { return };
    let (whole, content) = decode(bytes, bytes.len().max(1));
    let (pieces, in_pieces) = decode(bytes, usize::from(*step).max(1));
    match whole {
        Ok((taken, done)) => {
            assert_eq!(pieces, whole);
            assert_eq!(content, in_pieces);
            assert!(content.len() as u64 <= BYTES_MAX && taken <= bytes.len());
            assert!(done || taken == bytes.len());
            if done {
                assert!(bytes[..taken].ends_with(b"\r\n"));
            }
        }
        Err(_) => assert!(pieces.is_err()),
    }
});
