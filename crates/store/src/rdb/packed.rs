//! Small values that another server keeps as one string: listpack, ziplist, zipmap, intset.

use super::input::Input;
use crate::data::listpack;

/// The elements of a listpack, without what is around them; None if it is none.
pub fn listpack(bytes: &[u8]) -> Option<&[u8]> {
    const HEAD: usize = 6;
    let mut input = Input(bytes);
    let total = u32::from_le_bytes(input.array()?);
    let count = u16::from_le_bytes(input.array()?);
    if total as usize != bytes.len() || bytes.last() != Some(&0xff) || bytes.len() <= HEAD {
        return None;
    }
    let elements = bytes.get(HEAD..bytes.len() - 1)?;
    let found = listpack::whole(elements)?;
    // The count says nothing when it is as large as it may be.
    (count == u16::MAX || usize::from(count) == found).then_some(elements)
}

/// Put around the elements of a listpack what belongs there.
pub fn write_listpack(out: &mut Vec<u8>, elements: &[u8]) {
    let count = listpack::whole(elements).unwrap_or(usize::MAX);
    out.extend_from_slice(&(elements.len() as u32 + 7).to_le_bytes());
    out.extend_from_slice(&u16::try_from(count).unwrap_or(u16::MAX).to_le_bytes());
    out.extend_from_slice(elements);
    out.push(0xff);
}

/// Give each element of a listpack to `visit`.
pub fn each_listpack(bytes: &[u8], visit: &mut dyn FnMut(&[u8]) -> Option<()>) -> Option<()> {
    let elements = listpack(bytes)?;
    let mut at = 0;
    while at < elements.len() {
        let (item, next) = listpack::read(elements, at)?;
        visit(&item.text())?;
        at = next;
    }
    Some(())
}

/// Give each element of a ziplist to `visit`.
pub fn each_ziplist(bytes: &[u8], visit: &mut dyn FnMut(&[u8]) -> Option<()>) -> Option<()> {
    let mut input = Input(bytes);
    let total = u32::from_le_bytes(input.array()?) as usize;
    let tail = u32::from_le_bytes(input.array()?) as usize;
    let count = u16::from_le_bytes(input.array()?);
    if total != bytes.len() || bytes.last() != Some(&0xff) {
        return None;
    }
    let (mut found, mut before, mut last) = (0usize, 0, 10);
    while input.0.len() > 1 {
        let start = input.0.len();
        last = bytes.len() - start;
        let previous = match input.byte()? {
            0xfe => u32::from_le_bytes(input.array()?) as usize,
            0xff => return None,
            len => usize::from(len),
        };
        if previous != before {
            return None;
        }
        ziplist_entry(&mut input, visit)?;
        before = start - input.0.len();
        found += 1;
    }
    let fits = count == u16::MAX || usize::from(count) == found;
    (input.0 == [0xff] && fits && tail == last).then_some(())
}

fn ziplist_entry(input: &mut Input<'_>, visit: &mut dyn FnMut(&[u8]) -> Option<()>) -> Option<()> {
    let first = input.byte()?;
    let len = match first >> 6 {
        0 => usize::from(first & 0x3f),
        1 => usize::from(first & 0x3f) << 8 | usize::from(input.byte()?),
        2 if first == 0x80 => u32::from_be_bytes(input.array()?) as usize,
        2 => return None,
        _ => {
            let value = match first {
                0xc0 => i64::from(i16::from_le_bytes(input.array()?)),
                0xd0 => i64::from(i32::from_le_bytes(input.array()?)),
                0xe0 => i64::from_le_bytes(input.array()?),
                0xf0 => {
                    let [low, middle, high] = input.array()?;
                    i64::from(i32::from_le_bytes([0, low, middle, high]) >> 8)
                }
                0xfe => i64::from(i8::from_le_bytes(input.array()?)),
                0xf1..=0xfd => i64::from(first & 0x0f) - 1,
                _ => return None,
            };
            return visit(itoa::Buffer::new().format(value).as_bytes());
        }
    };
    // The end mark comes behind it.
    if len >= input.0.len() {
        return None;
    }
    visit(input.take(len)?)
}

/// Give each key and value of a zipmap to `visit`, one after the other.
pub fn each_zipmap(bytes: &[u8], visit: &mut dyn FnMut(&[u8]) -> Option<()>) -> Option<()> {
    let mut input = Input(bytes);
    input.byte()?;
    while input.0 != [0xff] {
        let key = zipmap_len(&mut input)?;
        visit(input.take(key)?)?;
        let value = zipmap_len(&mut input)?;
        let free = usize::from(input.byte()?);
        visit(input.take(value)?)?;
        input.take(free)?;
    }
    Some(())
}

fn zipmap_len(input: &mut Input<'_>) -> Option<usize> {
    match input.byte()? {
        0xfe => Some(u32::from_le_bytes(input.array()?) as usize),
        0xff => None,
        len => Some(usize::from(len)),
    }
}

/// Give each number of an intset to `visit`, as text. They rise.
pub fn each_intset(bytes: &[u8], visit: &mut dyn FnMut(&[u8]) -> Option<()>) -> Option<()> {
    let mut input = Input(bytes);
    let width = u32::from_le_bytes(input.array()?);
    let count = u32::from_le_bytes(input.array()?) as usize;
    if !matches!(width, 2 | 4 | 8) || input.0.len() != count.checked_mul(width as usize)? {
        return None;
    }
    let mut last = None;
    for _ in 0..count {
        let value = match width {
            2 => i64::from(i16::from_le_bytes(input.array()?)),
            4 => i64::from(i32::from_le_bytes(input.array()?)),
            _ => i64::from_le_bytes(input.array()?),
        };
        if last.is_some_and(|last| last >= value) {
            return None;
        }
        last = Some(value);
        visit(itoa::Buffer::new().format(value).as_bytes())?;
    }
    Some(())
}
