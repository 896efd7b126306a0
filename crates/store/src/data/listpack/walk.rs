//! The bytes of elements: writing, reading in both directions, replacing.

use super::Item;

const BITS_24: std::ops::RangeInclusive<i64> = -(1 << 23)..=(1 << 23) - 1;
const BITS_13: std::ops::RangeInclusive<i64> = -(1 << 12)..=(1 << 12) - 1;

/// Append `item` to `out`.
pub fn push(out: &mut Vec<u8>, item: Item<'_>) {
    let start = out.len();
    match item {
        Item::Int(value) => int_body(out, value),
        Item::Bytes(bytes) => {
            match bytes.len() {
                len @ 0..64 => out.push(0x80 | len as u8),
                len @ 64..4096 => out.extend([0xe0 | (len >> 8) as u8, len as u8]),
                len => {
                    out.push(0xf0);
                    out.extend((len as u32).to_le_bytes());
                }
            }
            out.extend_from_slice(bytes);
        }
    }
    push_back_len(out, out.len() - start);
}

/// Append a number.
pub fn push_int(out: &mut Vec<u8>, value: i64) {
    push(out, Item::Int(value));
}

/// How many bytes [`push`] appends.
pub fn size(item: Item<'_>) -> usize {
    let extent = match item {
        Item::Int(value) => int_extent(value),
        Item::Bytes(bytes) => match bytes.len() {
            len @ 0..64 => 1 + len,
            len @ 64..4096 => 2 + len,
            len => 5 + len,
        },
    };
    extent + back_len_size(extent)
}

/// The element that starts at `at`, and where the next one starts. None at the end, and where the bytes are no
/// element.
pub fn read(bytes: &[u8], at: usize) -> Option<(Item<'_>, usize)> {
    let rest = bytes.get(at..)?;
    let &first = rest.first()?;
    let int = |len: usize| {
        let mut word = [0; 8];
        word.get_mut(8 - len..)?.copy_from_slice(rest.get(1..=len)?);
        Some((Item::Int(i64::from_le_bytes(word) >> (64 - 8 * len)), at + 2 + len))
    };
    let text = |head: usize, len: usize| {
        let extent = head.checked_add(len)?;
        let next = at.checked_add(extent)?.checked_add(back_len_size(extent))?;
        Some((Item::Bytes(rest.get(head..extent)?), next))
    };
    let (item, next) = match first {
        0x00..=0x7f => (Item::Int(i64::from(first)), at + 2),
        0x80..=0xbf => text(1, usize::from(first & 0x3f))?,
        0xc0..=0xdf => {
            let value = u16::from(first & 0x1f) << 8 | u16::from(*rest.get(1)?);
            (Item::Int(i64::from((value << 3) as i16 >> 3)), at + 3)
        }
        0xe0..=0xef => text(2, usize::from(first & 0x0f) << 8 | usize::from(*rest.get(1)?))?,
        0xf0 => {
            let len: [u8; 4] = rest.get(1..5)?.try_into().ok()?;
            text(5, u32::from_le_bytes(len) as usize)?
        }
        0xf1 => int(2)?,
        0xf2 => int(3)?,
        0xf3 => int(4)?,
        0xf4 => int(8)?,
        0xf5..=0xff => return None,
    };
    (next <= bytes.len()).then_some((item, next))
}

/// Where the element starts that ends at `at`. None at the start.
pub fn back(bytes: &[u8], at: usize) -> Option<usize> {
    let (mut extent, mut place) = (0, at);
    for shift in (0..35).step_by(7) {
        place = place.checked_sub(1)?;
        let byte = *bytes.get(place)?;
        extent |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return place.checked_sub(extent);
        }
    }
    None
}

/// Put `item` in the place of the element at `at`. Where the next one starts now.
pub fn replace(bytes: &mut Vec<u8>, at: usize, item: Item<'_>) -> Option<usize> {
    let (_, next) = read(bytes, at)?;
    let mut new = Vec::with_capacity(size(item));
    push(&mut new, item);
    if new.len() == next - at {
        bytes.get_mut(at..next)?.copy_from_slice(&new);
    } else {
        bytes.splice(at..next, new.iter().copied());
    }
    Some(at + new.len())
}

/// Whether `bytes`, which came from elsewhere, are whole elements, and how many.
pub fn whole(bytes: &[u8]) -> Option<usize> {
    let (mut at, mut count) = (0, 0);
    while at < bytes.len() {
        let (_, next) = read(bytes, at)?;
        if back(bytes, next) != Some(at) {
            return None;
        }
        (at, count) = (next, count + 1);
    }
    Some(count)
}

fn int_extent(value: i64) -> usize {
    match value {
        0..=127 => 1,
        value if BITS_13.contains(&value) => 2,
        value if i16::try_from(value).is_ok() => 3,
        value if BITS_24.contains(&value) => 4,
        value if i32::try_from(value).is_ok() => 5,
        _ => 9,
    }
}

fn int_body(out: &mut Vec<u8>, value: i64) {
    let word = value.to_le_bytes();
    match int_extent(value) {
        1 => out.push(value as u8),
        2 => out.extend([0xc0 | ((value >> 8) as u8 & 0x1f), value as u8]),
        extent => {
            out.push(if extent == 9 { 0xf4 } else { 0xf1 + extent as u8 - 3 });
            out.extend_from_slice(&word[..extent - 1]);
        }
    }
}

fn back_len_size(extent: usize) -> usize {
    match extent {
        0..=127 => 1,
        128..16_383 => 2,
        16_383..2_097_151 => 3,
        2_097_151..268_435_455 => 4,
        _ => 5,
    }
}

/// The length of an element so that it can be read backward: seven bits in a byte, the highest first, and each byte
/// but the first marked.
fn push_back_len(out: &mut Vec<u8>, extent: usize) {
    for place in (0..back_len_size(extent)).rev() {
        let bits = (extent >> (7 * place)) as u8 & 0x7f;
        let first = place + 1 == back_len_size(extent);
        out.push(if first { bits } else { bits | 0x80 });
    }
}
