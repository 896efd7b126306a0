//! Header compression: RFC 7541.

use super::hpack::{block, indexed, indexed_literal, literal, number, string, table_size};
use super::table::Expected::{App, Goaway};
use super::table::*;
use super::wire::*;

const SEEN: &str = "GET /x | host: a.example | body:";
/// `www.example.com` and `custom-value` in Huffman coding (RFC 7541 sections C.4.1, C.4.3).
const WWW: &[u8] = &[0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab, 0x90, 0xf4, 0xff];
const CUSTOM: &[u8] = &[0x25, 0xa8, 0x49, 0xe9, 0x5b, 0xb8, 0xe8, 0xb4, 0xbf];

/// A field x-a whose value is in Huffman coding.
fn coded(bytes: &[u8]) -> Vec<u8> {
    [vec![0], string(b"x-a"), number(0x80, 7, bytes.len()), bytes.to_vec()].concat()
}

/// The cases, a line each.
#[rustfmt::skip]
pub fn cases() -> Vec<Case> {
    let whole = block(GET);
    let after = |stream: u32, more: &[u8]| headers(stream, END_STREAM, &[&whole[..], more].concat());
    vec![
        case("7541 2.3.3", "fields of the static table", App("GET / | host: a.example"), &[headers(1, END_STREAM, &[&[0x82, 0x86, 0x84][..], &literal(b":authority", b"a.example")].concat())]),
        case("7541 2.3.3", "an index beyond both tables", Goaway(PROTOCOL), &[get_block(&indexed(70))]).not(Goaway(COMPRESSION), CODE),
        case("7541 2.3.3", "a name whose index is beyond both tables", Goaway(PROTOCOL), &[get_block(&[&number(0x40, 6, 70)[..], &string(b"1")].concat())]).not(Goaway(COMPRESSION), CODE),
        case("7541 2.3.2", "a field of the dynamic table", App("GET /x | x-a: 1 | x-b: 2"), &[get_block(&[indexed_literal(b"x-a", b"1"), indexed_literal(b"x-b", b"2")].concat()), after(3, &indexed(62))]),
        case("7541 2.3.2", "the newest entry has the lowest index", App("GET /x | x-a: 1 | x-b: 2 | x-b: 2"), &[get_block(&[indexed_literal(b"x-a", b"1"), indexed_literal(b"x-b", b"2"), indexed(62)].concat())]),
        case("7541 4.2", "a table's size that changes within a block", Goaway(PROTOCOL), &[get_block(&table_size(0))]).not(Goaway(COMPRESSION), CODE),
        case("7541 4.2", "a table's size that changes at a block's start", App(SEEN), &[headers(1, END_STREAM, &[table_size(0), table_size(4096), whole.clone()].concat())]),
        case("7541 4.2", "a block of nothing but a table's size", Goaway(PROTOCOL), &[headers(0, END_STREAM, &table_size(0))]),
        case("7541 4.3", "an entry that a smaller table has put out", Goaway(PROTOCOL), &[get_block(&indexed_literal(b"x-a", b"1")), headers(3, END_STREAM, &[table_size(0), whole.clone(), indexed(62)].concat())]).not(Goaway(COMPRESSION), CODE),
        case("7541 4.4", "an entry that is larger than the table empties it", Goaway(PROTOCOL), &[get_block(&[indexed_literal(b"x-a", b"1"), indexed_literal(b"x-b", &[b'2'; 5000])].concat()), after(3, &indexed(62))]).not(Goaway(COMPRESSION), CODE),
        case("7541 5.1", "a number that is too large", Goaway(PROTOCOL), &[get_block(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])]).not(Goaway(COMPRESSION), CODE),
        case("7541 5.1", "a number that does not end", Goaway(PROTOCOL), &[get_block(&[0xff, 0x80])]).not(Goaway(COMPRESSION), CODE),
        case("7541 5.2", "a string in Huffman coding", App("GET /x | x-a: www.example.com"), &[get_block(&coded(WWW))]),
        case("7541 5.2", "another", App("GET /x | x-a: custom-value"), &[get_block(&coded(CUSTOM))]),
        case("7541 5.2", "padding of more than seven bits", Goaway(PROTOCOL), &[get_block(&coded(&[WWW, &[0xff]].concat()))]).not(Goaway(COMPRESSION), CODE),
        case("7541 5.2", "padding that is not of ones", Goaway(PROTOCOL), &[get_block(&coded(&[0x18]))]).not(Goaway(COMPRESSION), CODE),
        case("7541 5.2", "the end-of-string symbol", Goaway(PROTOCOL), &[get_block(&coded(&[0xff, 0xff, 0xff, 0xff]))]).not(Goaway(COMPRESSION), CODE),
        case("7541 5.2", "a string that is longer than its block", Goaway(PROTOCOL), &[get_block(&[&[0][..], &string(b"x-a"), &[100, b'1']].concat())]).not(Goaway(COMPRESSION), CODE),
        case("7541 5.2", "a string without its length", Goaway(PROTOCOL), &[get_block(&[&[0][..], &string(b"x-a")].concat())]).not(Goaway(COMPRESSION), CODE),
        case("7541 6.1", "index 0", Goaway(PROTOCOL), &[get_block(&indexed(0))]).not(Goaway(COMPRESSION), CODE),
        case("7541 6.2.2", "a literal with a name of the static table", App("GET /x | accept: 1"), &[get_block(&[&number(0, 4, 19)[..], &string(b"1")].concat())]),
        case("7541 6.2.3", "a literal that is never indexed", App("GET /x | x-a: 1"), &[get_block(&[&[0x10][..], &string(b"x-a"), &string(b"1")].concat())]),
        case("7541 6.3", "a table larger than was allowed", Goaway(PROTOCOL), &[headers(1, END_STREAM, &[table_size(4097), whole.clone()].concat())]).not(Goaway(COMPRESSION), CODE),
    ]
}
