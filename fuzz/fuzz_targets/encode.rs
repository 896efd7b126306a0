//! Whatever is pushed and flushed, in whatever pieces and by streams that take turns, comes back by other
//! decoders: all of it after each flush, and at the end.
#![no_main]

use edge::encode::{Coding, Encoder, Encoders, Flow};
use libfuzzer_sys::fuzz_target;
use std::io::Read;

const STREAMS: usize = 3;
const CONTENT_BYTES_MAX: usize = 1 << 18;

/// What a client has decoded so far.
fn decoded(coding: Coding, encoded: &[u8]) -> Vec<u8> {
    let (mut out, mut room) = (Vec::new(), [0; 4096]);
    let mut decoder: Box<dyn Read> = match coding {
        Coding::Gzip => Box::new(flate2::read::GzDecoder::new(encoded)),
        Coding::Brotli => Box::new(brotli::Decompressor::new(encoded, 4096)),
        Coding::Zstd => Box::new(zstd::Decoder::new(encoded).unwrap().single_frame()),
    };
    // The end of what there is so far is an error; it comes after the content.
    while let Ok(read @ 1..) = decoder.read(&mut room) {
        out.extend_from_slice(&room[..read]);
    }
    out
}

struct Stream {
    encoder: Encoder,
    out: Vec<u8>,
    want: Vec<u8>,
}

impl Stream {
    fn new(encoders: &std::rc::Rc<Encoders>, kind: u8) -> Self {
        let coding = Coding::ALL[usize::from(kind) % 3];
        let flow = if kind & 4 == 0 { Flow::Body } else { Flow::Events };
        let encoder = Encoder::new(encoders, coding, i32::from(kind >> 3) % 11 - 1, flow).unwrap();
        Stream { encoder, out: Vec::new(), want: Vec::new() }
    }

    fn check(&self) {
        assert!(decoded(self.encoder.coding(), &self.out) == self.want, "{:?}", self.encoder);
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((kinds, mut rest)) = bytes.split_at_checked(STREAMS) else { return };
    let encoders = Encoders::new();
    let mut streams: Vec<Stream> = kinds.iter().map(|kind| Stream::new(&encoders, *kind)).collect();
    let mut left = CONTENT_BYTES_MAX;
    while let [what, size, after @ ..] = rest {
        rest = after;
        let stream = &mut streams[usize::from(what >> 4) % STREAMS];
        match what % 8 {
            0 => {
                stream.encoder.flush(&mut stream.out).unwrap();
                stream.check();
            }
            1 => {
                let coding = stream.encoder.coding();
                let content = rest.get(..usize::from(*size)).unwrap_or(rest);
                let mut out = Vec::new();
                encoders.whole(content, coding, i32::from(what >> 3), &mut out).unwrap();
                assert!(decoded(coding, &out) == content, "{coding:?}");
            }
            // The bytes that come next, several times over.
            times => {
                let (piece, after) = rest.split_at(usize::from(*size).min(rest.len()));
                rest = after;
                for _ in 0..1_usize << (times * 2 - 4) {
                    left = left.saturating_sub(piece.len());
                    if left > 0 {
                        stream.encoder.push(piece, &mut stream.out).unwrap();
                        stream.want.extend_from_slice(piece);
                    }
                }
            }
        }
    }
    for mut stream in streams {
        stream.encoder.finish(&mut stream.out).unwrap();
        stream.check();
    }
});
