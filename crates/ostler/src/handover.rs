//! Binary upgrade: the old process gives its listening sockets to the new one.
//!
//! The new process connects to `handover.sock` in the project's run folder and receives the sockets,
//! and the lock on the project, by `SCM_RIGHTS` (so they are never inheritable, and no worker that
//! starts meanwhile can hold one). Both then accept from the same queues. When the new one says `ready`, the old one drains
//! and ends; if the new one fails first, the old one just goes on.

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use serde::{Deserialize, Serialize};
use std::io::{self, IoSlice, IoSliceMut, Write};
use std::mem::MaybeUninit;
use std::net::TcpListener;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::time::Duration;

/// The name of the socket in the run folder.
pub const SOCKET: &str = "handover.sock";

/// The kernel's limit of descriptors in one message is 253.
const SOCKETS_MAX: usize = 250;
const HEADER_BYTES_MAX: usize = 512;
const WORD_BYTES_MAX: usize = 64;

#[derive(Debug, Serialize, Deserialize)]
struct Header {
    /// How many of the descriptors are the edge's; they follow the lock and the admin socket.
    edge: usize,
    /// One more descriptor follows: the admin API's TCP listener.
    admin_tcp: bool,
}

/// What is handed over.
#[derive(Debug)]
pub struct Estate {
    /// The lock that says who runs the project.
    pub lock: OwnedFd,
    /// The admin API's unix socket.
    pub admin: UnixListener,
    /// The admin API's listener over TCP.
    pub admin_tcp: Option<TcpListener>,
    /// The edge's listeners.
    pub edge: Vec<TcpListener>,
}

impl Estate {
    fn descriptors(&self) -> Vec<BorrowedFd<'_>> {
        let mut all = vec![self.lock.as_fd(), self.admin.as_fd()];
        all.extend(self.edge.iter().chain(&self.admin_tcp).map(AsFd::as_fd));
        all
    }

    fn assemble(header: &Header, descriptors: Vec<OwnedFd>) -> Option<Self> {
        if descriptors.len() != 2 + header.edge + usize::from(header.admin_tcp) {
            return None;
        }
        let mut descriptors = descriptors.into_iter();
        let (lock, admin) = (descriptors.next()?, descriptors.next()?.into());
        let edge = descriptors.by_ref().take(header.edge).map(TcpListener::from).collect();
        Some(Estate { lock, admin, admin_tcp: descriptors.next().map(TcpListener::from), edge })
    }
}

/// Sockets that systemd passed (socket activation); all belong to the edge.
pub fn from_systemd() -> io::Result<Vec<TcpListener>> {
    let mut passed = listenfd::ListenFd::from_env();
    let mut edge = Vec::new();
    for at in 0..passed.len() {
        edge.extend(passed.take_tcp_listener(at)?);
    }
    Ok(edge)
}

/// The new process's end, once it holds the sockets.
#[derive(Debug)]
pub struct Taken {
    stream: UnixStream,
}

impl Taken {
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
    let estate = Estate::assemble(&header, descriptors)
        .ok_or_else(|| io::Error::other("the running Ostler handed over less than it said"))?;
    Ok((estate, Taken { stream }))
}

/// In the old process: wait at `listener` for a new process, give it what `estate` yields, and
/// return the version of the one that says that it serves. Attempts that fail are told to `failed`.
pub async fn give(
    listener: &tokio::net::UnixListener,
    estate: impl Fn() -> io::Result<Estate>,
    failed: impl Fn(io::Error),
) -> String {
    loop {
        let attempt = async {
            let (stream, _) = listener.accept().await?;
            send(&stream, &estate()?).await?;
            confirmed(&stream).await
        };
        match attempt.await {
            Ok(version) => return version,
            Err(error) => failed(error),
        }
    }
}

async fn send(stream: &tokio::net::UnixStream, estate: &Estate) -> io::Result<()> {
    let descriptors = estate.descriptors();
    if descriptors.len() > SOCKETS_MAX {
        return Err(io::Error::other(format!("more than {SOCKETS_MAX} listening sockets")));
    }
    let header = Header { edge: estate.edge.len(), admin_tcp: estate.admin_tcp.is_some() };
    let header = serde_json::to_vec(&header)?;
    stream.writable().await?;
    let mut space = vec![MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(SOCKETS_MAX))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    control.push(SendAncillaryMessage::ScmRights(&descriptors));
    sendmsg(stream, &[IoSlice::new(&header)], &mut control, SendFlags::empty())?;
    Ok(())
}

async fn confirmed(stream: &tokio::net::UnixStream) -> io::Result<String> {
    let mut said = Vec::new();
    while !said.ends_with(b"\n") && said.len() < WORD_BYTES_MAX {
        stream.readable().await?;
        let mut buffer = [0; WORD_BYTES_MAX];
        match stream.try_read(&mut buffer) {
            Ok(0) => return Err(io::Error::other("the new Ostler ended before it served")),
            Ok(length) => said.extend_from_slice(buffer.get(..length).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    let said = String::from_utf8_lossy(&said);
    let version = said.strip_prefix("ready ").map(|version| version.trim().to_owned());
    version.ok_or_else(|| io::Error::other("the new Ostler does not speak this one's language"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
    }

    fn folder(name: &str) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("ostler-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn everything_arrives_and_a_failed_try_is_forgiven() {
        let folder = folder("handover");
        let path = folder.join("handover.sock");
        let (edge, tcp) =
            (TcpListener::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap());
        let admin = UnixListener::bind(folder.join("admin.sock")).unwrap();
        let wanted = (edge.local_addr().unwrap(), tcp.local_addr().unwrap());
        runtime().block_on(async {
            let listener = tokio::net::UnixListener::bind(&path).unwrap();
            let new = std::thread::spawn(move || {
                drop(take(&path).unwrap());
                let (estate, taken) = take(&path).unwrap();
                taken.ready().unwrap();
                assert!(estate.admin.local_addr().unwrap().as_pathname().is_some());
                let tcp = estate.admin_tcp.unwrap().local_addr().unwrap();
                (estate.edge.first().unwrap().local_addr().unwrap(), tcp)
            });
            let failures = std::cell::Cell::new(0);
            let estate = || {
                let lock = std::fs::File::open("/dev/null")?.into();
                let (edge, tcp) = (vec![edge.try_clone()?], Some(tcp.try_clone()?));
                Ok(Estate { lock, admin: admin.try_clone()?, admin_tcp: tcp, edge })
            };
            let version = give(&listener, estate, |_| failures.set(failures.get() + 1)).await;
            assert_eq!(version, env!("CARGO_PKG_VERSION"));
            assert_eq!(new.join().unwrap(), wanted);
            assert_eq!(failures.get(), 1);
        });
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
