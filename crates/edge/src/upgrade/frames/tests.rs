use super::*;
use base::random::Random;

fn frame(opcode: u8, payload: usize, masked: bool) -> Vec<u8> {
    let mut out = vec![0x80 | opcode];
    let bit = if masked { 0x80 } else { 0 };
    match payload {
        0..126 => out.push(bit | payload as u8),
        126..65_536 => {
            out.push(bit | 126);
            out.extend((payload as u16).to_be_bytes());
        }
        _ => {
            out.push(bit | 127);
            out.extend((payload as u64).to_be_bytes());
        }
    }
    out.extend(std::iter::repeat_n(7, if masked { 4 } else { 0 } + payload));
    out
}

#[test]
fn boundaries_are_found_however_the_bytes_are_split() {
    for seed in 0..200 {
        let mut random = Random::new(seed);
        let mut bytes = Vec::new();
        let mut ends = vec![0];
        for _ in 0..10 {
            let len = [0, 1, 125, 126, 127, 300, 65_535, 65_536, 70_000][random.below(9) as usize];
            bytes.extend(frame(random.below(3) as u8, len, random.below(2) == 0));
            ends.push(bytes.len());
        }
        let mut frames = Frames::default();
        let mut at = 0;
        while at < bytes.len() {
            let step = 1 + random.below(if seed % 2 == 0 { 5_000 } else { 20 }) as usize;
            let end = (at + step).min(bytes.len());
            frames.pass(&bytes[at..end]);
            at = end;
            assert_eq!(frames.is_at_boundary(), ends.contains(&at), "seed {seed} at {at}");
            if seed % 2 == 1 && at > 3_000 {
                break;
            }
        }
        assert!(!frames.is_closed());
    }
}

#[test]
fn a_close_frame_is_noticed() {
    let mut frames = Frames::default();
    frames.pass(&frame(1, 10, false));
    assert!(!frames.is_closed());
    frames.pass(&CLOSE_GOING_AWAY[..2]);
    assert!(frames.is_closed() && !frames.is_at_boundary());
    frames.pass(&CLOSE_GOING_AWAY[2..]);
    assert!(frames.is_at_boundary());
}
