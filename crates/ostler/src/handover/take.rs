//! The new process.

use super::estate::{Estate, Header};
use super::{HEADER_BYTES_MAX, SOCKETS_MAX, WORD_BYTES_MAX};
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};
use std::io::{self, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// The old process writes what its store still has to write, and answers then.
const STORE_WAIT: Duration = Duration::from_secs(300);

/// The new process's end, once it holds the sockets.
#[derive(Debug)]
pub struct Taken {
    stream: UnixStream,
}

impl Taken {
    /// Ask for the store, and wait until it is given up: whole, and its folder free.
    ///
    /// # Errors
    /// When the old process keeps it, and why; or when it does not answer.
    pub fn ask_store(&mut self) -> io::Result<()> {
        self.stream.set_read_timeout(Some(STORE_WAIT))?;
        self.stream.write_all(b"store\n")?;
        let mut said = Vec::new();
        let mut byte = [0];
        while !said.ends_with(b"\n") && said.len() < WORD_BYTES_MAX {
            self.stream.read_exact(&mut byte)?;
            said.extend_from_slice(&byte);
        }
        match String::from_utf8_lossy(&said).trim_end() {
            "yours" => Ok(()),
            why => Err(io::Error::other(why.to_owned())),
        }
    }

    /// Tell the old process that this one serves now, so that it drains and ends.
    pub fn ready(mut self) -> io::Result<()> {
        self.stream.write_all(concat!("ready ", env!("CARGO_PKG_VERSION"), "\n").as_bytes())
    }
}

/// In the new process: get what the Ostler that waits at `path` has.
pub fn take(path: &Path) -> io::Result<(Estate, Taken)> {
    let stream = UnixStream::connect(path)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut header = [0; HEADER_BYTES_MAX];
    let mut space = vec![MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(SOCKETS_MAX))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let mut buffers = [IoSliceMut::new(&mut header)];
    let received = recvmsg(&stream, &mut buffers, &mut control, RecvFlags::CMSG_CLOEXEC)?;
    let mut descriptors: Vec<OwnedFd> = Vec::new();
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(passed) = message {
            descriptors.extend(passed);
        }
    }
    let header: Header = serde_json::from_slice(header.get(..received.bytes).unwrap_or_default())?;
    let estate = Estate::assemble(header, descriptors)
        .ok_or_else(|| io::Error::other("the running Ostler handed over less than it said"))?;
    Ok((estate, Taken { stream }))
}
