use super::*;
use ::zstd::zstd_safe::{DCtx, InBuffer, OutBuffer};
use base::random::Random;
use flate2::{Decompress, FlushDecompress};
use std::io::Read;

/// What a client has decoded so far of `encoded`, also when it has not ended.
fn decoded(coding: Coding, encoded: &[u8]) -> Vec<u8> {
    match coding {
        Coding::Gzip => {
            let mut out = Vec::with_capacity(1 << 22);
            if !encoded.is_empty() {
                let mut inflate = Decompress::new_gzip(15);
                inflate.decompress_vec(encoded, &mut out, FlushDecompress::Sync).unwrap();
                assert_eq!(inflate.total_in(), encoded.len() as u64);
            }
            out
        }
        Coding::Brotli => {
            let mut decoder = ::brotli::Decompressor::new(encoded, 4096);
            let (mut out, mut room) = (Vec::new(), vec![0; 1 << 16]);
            // It complains where the bytes end in the middle, but not before it gave what it has.
            while let Ok(len @ 1..) = decoder.read(&mut room) {
                out.extend(&room[..len]);
            }
            out
        }
        Coding::Zstd => {
            let mut out = vec![0; 1 << 22];
            let (mut context, mut input) = (DCtx::create(), InBuffer::around(encoded));
            let mut room = OutBuffer::around(&mut out[..]);
            while input.pos() < encoded.len() {
                context.decompress_stream(&mut room, &mut input).unwrap();
            }
            let len = room.pos();
            out.truncate(len);
            out
        }
    }
}

/// Text of words, so that there is something to find; now and then bytes of chance.
fn content(random: &mut Random, len: usize) -> Vec<u8> {
    let words = ["alpha ", "beta", "\"id\":", "<li>", "{", "}\n", "1234", "event: tick\ndata: "];
    let mut out = Vec::new();
    while out.len() < len {
        match random.below(12) {
            0 => out.extend((0..random.below(30)).map(|_| random.below(256) as u8)),
            at => out.extend(words[at as usize % words.len()].bytes()),
        }
    }
    out.truncate(len);
    out
}

#[test]
fn whole_content_comes_back() {
    let encoders = Encoders::new();
    let mut random = Random::new(1);
    for coding in Coding::ALL {
        for len in [0, 1, 100, 4_500, 70_000, 300_000] {
            let content = content(&mut random, len);
            let most = if len < 10_000 { 40 } else { 5 };
            for level in [-1, 1, 3, most] {
                let mut out = b"before".to_vec();
                encoders.whole(&content, coding, level, &mut out).unwrap();
                assert_eq!(&out[..6], b"before");
                assert!(decoded(coding, &out[6..]) == content, "{coding:?} {level} {len}");
                if len > 1_000 {
                    assert!(out.len() < len * 3 / 4, "{coding:?} {level} {len}: {}", out.len());
                }
                let alone = whole(&content, coding, level).unwrap();
                assert!(decoded(coding, &alone) == content, "{coding:?} {level} {len}");
            }
        }
    }
}

#[test]
fn all_that_was_flushed_can_be_decoded_at_once() {
    for coding in Coding::ALL {
        for flow in [Flow::Body, Flow::Events] {
            let encoders = Encoders::new();
            let mut encoder = Encoder::new(&encoders, coding, 5, flow).unwrap();
            let (mut out, mut want) = (Vec::new(), Vec::new());
            for number in 0..50 {
                let event = format!("event: tick\ndata: {{\"number\":{number}}}\n\n");
                encoder.push(event.as_bytes(), &mut out).unwrap();
                want.extend(event.bytes());
                assert!(encoder.is_pending());
                encoder.flush(&mut out).unwrap();
                assert!(!encoder.is_pending());
                assert!(decoded(coding, &out) == want, "{coding:?} {flow:?} {number}");
                let len = out.len();
                encoder.flush(&mut out).unwrap();
                assert_eq!(out.len(), len, "a flush of nothing is nothing");
            }
            encoder.finish(&mut out).unwrap();
            assert!(decoded(coding, &out) == want, "{coding:?} {flow:?}");
        }
    }
}

/// Several streams of one thread take turns; each is decoded to what was pushed into it.
#[test]
fn streams_do_not_mix() {
    for seed in 0..60 {
        let mut random = Random::new(seed);
        let encoders = Encoders::new();
        let mut streams: Vec<_> = (0..1 + random.below(5))
            .map(|_| {
                let coding = Coding::ALL[random.below(3) as usize];
                let flow = if random.below(2) == 0 { Flow::Body } else { Flow::Events };
                let level = 1 + random.below(6) as i32;
                let encoder = Encoder::new(&encoders, coding, level, flow).unwrap();
                (encoder, Vec::new(), Vec::new())
            })
            .collect();
        for _ in 0..random.below(80) {
            let at = random.below(streams.len() as u64) as usize;
            let (encoder, out, want) = &mut streams[at];
            match random.below(8) {
                0 => {
                    encoder.flush(out).unwrap();
                    assert!(decoded(encoder.coding(), out) == *want, "seed {seed}: {encoder:?}");
                }
                1 => {
                    let content = content(&mut random, 300);
                    let mut whole = Vec::new();
                    encoders.whole(&content, encoder.coding(), 2, &mut whole).unwrap();
                    assert!(decoded(encoder.coding(), &whole) == content, "seed {seed}");
                }
                size => {
                    let len = random.below(10_u64.pow(size as u32 % 6)) as usize;
                    let content = content(&mut random, len);
                    encoder.push(&content, out).unwrap();
                    want.extend(content);
                }
            }
        }
        for (encoder, out, want) in &mut streams {
            encoder.finish(out).unwrap();
            assert!(decoded(encoder.coding(), out) == *want, "seed {seed}");
        }
    }
}

/// Events resemble each other: a stream that has to share its context must still profit from that.
#[test]
fn streams_that_take_turns_remember_their_own_content() {
    let encoders = Encoders::new();
    let mut random = Random::new(3);
    let bodies = [content(&mut random, 2_000), content(&mut random, 2_000)];
    let streams = [0, 1].map(|_| Encoder::new(&encoders, Coding::Gzip, 5, Flow::Events).unwrap());
    let mut sizes = Vec::new();
    for mut pair in [streams].into_iter().map(Vec::from) {
        for _ in 0..4 {
            for (encoder, body) in pair.iter_mut().zip(&bodies) {
                let mut out = Vec::new();
                encoder.push(body, &mut out).unwrap();
                encoder.flush(&mut out).unwrap();
                sizes.push(out.len());
            }
        }
    }
    assert!(sizes[..2].iter().all(|size| *size > 300), "{sizes:?}");
    assert!(sizes[2..].iter().all(|size| *size < 100), "{sizes:?}");
}

#[test]
fn a_context_that_was_left_in_the_middle_is_not_used_again() {
    for coding in Coding::ALL {
        let encoders = Encoders::new();
        let mut random = Random::new(4);
        for _ in 0..10 {
            let mut torn = Encoder::new(&encoders, coding, 5, Flow::Body).unwrap();
            torn.push(&content(&mut random, 50_000), &mut Vec::new()).unwrap();
            drop(torn);
            let mut encoder = Encoder::new(&encoders, coding, 5, Flow::Body).unwrap();
            let (content, mut out) = (content(&mut random, 5_000), Vec::new());
            encoder.push(&content, &mut out).unwrap();
            encoder.finish(&mut out).unwrap();
            assert!(decoded(coding, &out) == content);
        }
    }
}
