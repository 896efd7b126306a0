//! Unix sockets and who they are connected to: `sock_diag(7)`. The parsing is pure.

use rustix::net::sockopt::set_socket_timeout;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, netlink};
use std::io;
use std::time::Duration;

/// More bytes than these are not read: they tell of a hundred thousand sockets.
const BYTES_MAX: usize = 16 * 1024 * 1024;
const PIECE_BYTES: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(1);

/// Message types and attributes (linux/netlink.h, sock_diag.h, unix_diag.h).
const ERROR: u16 = 2;
const DONE: u16 = 3;
const BY_FAMILY: u16 = 20;
const REQUEST_AND_DUMP: u16 = 0x301;
const FAMILY_UNIX: u8 = 1;
/// 1 << TCP_ESTABLISHED.
const CONNECTED: u32 = 1 << 1;
/// UDIAG_SHOW_NAME and UDIAG_SHOW_PEER.
const NAME_AND_PEER: u32 = 0b101;
const ATTRIBUTE_NAME: u16 = 0;
const ATTRIBUTE_PEER: u16 = 2;
const HEAD_BYTES: usize = 16;

/// One connected unix socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The socket's number.
    pub inode: u64,
    /// What it is bound to: of the end that accepted.
    pub path: Option<String>,
    /// The number of the other end.
    pub peer: Option<u64>,
}

/// Every connected unix socket of the machine.
///
/// # Errors
/// When the kernel does not tell.
pub fn rows() -> io::Result<Vec<Row>> {
    let socket = rustix::net::socket_with(
        AddressFamily::NETLINK,
        SocketType::RAW,
        SocketFlags::CLOEXEC,
        Some(netlink::SOCK_DIAG),
    )?;
    set_socket_timeout(&socket, rustix::net::sockopt::Timeout::Recv, Some(PATIENCE))?;
    rustix::net::send(&socket, &request(), SendFlags::empty())?;
    let mut rows = Vec::new();
    let mut piece = vec![0; PIECE_BYTES];
    let mut read = 0;
    while read < BYTES_MAX {
        let (count, _) = rustix::net::recv(&socket, piece.as_mut_slice(), RecvFlags::empty())?;
        read += count;
        if parse(piece.get(..count).unwrap_or_default(), &mut rows)? || count == 0 {
            break;
        }
    }
    Ok(rows)
}

fn request() -> Vec<u8> {
    let mut bytes = Vec::with_capacity(40);
    let mut word = |word: u32| bytes.extend_from_slice(&word.to_ne_bytes());
    word(40);
    // Type and flags are two halves of a word.
    let [a, b] = BY_FAMILY.to_ne_bytes();
    let [c, d] = REQUEST_AND_DUMP.to_ne_bytes();
    word(u32::from_ne_bytes([a, b, c, d]));
    word(1);
    word(0);
    word(u32::from_ne_bytes([FAMILY_UNIX, 0, 0, 0]));
    word(CONNECTED);
    word(0);
    word(NAME_AND_PEER);
    word(0);
    word(0);
    bytes
}

/// Take in the messages of one piece; true: it was the last one.
fn parse(mut piece: &[u8], rows: &mut Vec<Row>) -> io::Result<bool> {
    while let Some(length) = half_or_word(piece, 0, 4) {
        let length = length as usize;
        let Some(message) = piece.get(HEAD_BYTES..length) else { return Ok(false) };
        match half_or_word(piece, 4, 2).and_then(|kind| u16::try_from(kind).ok()) {
            Some(DONE) => return Ok(true),
            Some(ERROR) => {
                let code = half_or_word(message, 0, 4).unwrap_or(0) as i32;
                return Err(io::Error::from_raw_os_error(-code));
            }
            Some(BY_FAMILY) => rows.extend(row(message)),
            _ => {}
        }
        piece = piece.get(aligned(length)..).unwrap_or_default();
    }
    Ok(false)
}

fn row(message: &[u8]) -> Option<Row> {
    let inode = u64::from(half_or_word(message, 4, 4)?);
    let mut row = Row { inode, path: None, peer: None };
    let mut rest = message.get(16..)?;
    while let Some(length) = half_or_word(rest, 0, 2) {
        let length = length as usize;
        let Some(value) = rest.get(4..length) else { break };
        match half_or_word(rest, 2, 2).and_then(|kind| u16::try_from(kind).ok()) {
            Some(ATTRIBUTE_NAME) => row.path = path(value),
            Some(ATTRIBUTE_PEER) => row.peer = half_or_word(value, 0, 4).map(u64::from),
            _ => {}
        }
        rest = rest.get(aligned(length)..).unwrap_or_default();
    }
    Some(row)
}

/// A path ends before its zero; an abstract name begins with one and is written with an `@`.
fn path(value: &[u8]) -> Option<String> {
    match value.split_first()? {
        (0, name) => Some(format!("@{}", String::from_utf8_lossy(name))),
        _ => {
            let end = value.iter().position(|byte| *byte == 0).unwrap_or(value.len());
            Some(String::from_utf8_lossy(value.get(..end)?).into_owned())
        }
    }
}

fn aligned(length: usize) -> usize {
    length.next_multiple_of(4).max(4)
}

/// A number of two or four bytes.
fn half_or_word(bytes: &[u8], at: usize, count: usize) -> Option<u32> {
    match bytes.get(at..at + count)? {
        [a, b] => Some(u32::from(u16::from_ne_bytes([*a, *b]))),
        [a, b, c, d] => Some(u32::from_ne_bytes([*a, *b, *c, *d])),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::{UnixListener, UnixStream};

    #[test]
    fn the_kernel_tells_of_a_connection() {
        let folder = std::env::temp_dir().join(format!("observe-unix-{}", std::process::id()));
        let _ = std::fs::remove_file(&folder);
        let listener = UnixListener::bind(&folder).unwrap();
        let client = UnixStream::connect(&folder).unwrap();
        let (accepted, _) = listener.accept().unwrap();
        let rows = rows().unwrap();
        std::fs::remove_file(&folder).unwrap();
        let inode = |fd: &dyn std::os::fd::AsRawFd| {
            let link = std::fs::read_link(format!("/proc/self/fd/{}", fd.as_raw_fd())).unwrap();
            let text = link.to_str().unwrap().to_owned();
            text.trim_start_matches("socket:[").trim_end_matches(']').parse::<u64>().unwrap()
        };
        let of = |inode: u64| rows.iter().find(|row| row.inode == inode).unwrap();
        let (ours, theirs) = (of(inode(&client)), of(inode(&accepted)));
        assert_eq!((ours.peer, ours.path.as_deref()), (Some(theirs.inode), None));
        assert_eq!((theirs.peer, theirs.path.as_deref()), (Some(ours.inode), folder.to_str()));
    }

    #[test]
    fn any_bytes_are_read() {
        let mut random = base::random::Random::new(5);
        for _ in 0..20_000 {
            let length = random.below(120) as usize;
            let mut bytes: Vec<u8> = (0..length).map(|_| random.below(40) as u8).collect();
            if let Some(kind) = bytes.get_mut(4..6) {
                kind.copy_from_slice(&BY_FAMILY.to_ne_bytes());
            }
            let mut rows = Vec::new();
            let _ = parse(&bytes, &mut rows);
            assert!(rows.len() < 30);
        }
    }
}
