//! The old process.

use super::estate::Estate;
use super::{HEADER_BYTES_MAX, SOCKETS_MAX, WORD_BYTES_MAX};
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};
use std::io::{self, IoSlice};
use std::mem::MaybeUninit;

/// The old process, as a new one sees it.
pub trait Owner {
    /// Copies of what it has.
    fn estate(&self) -> io::Result<Estate>;

    /// Stop the store, so that a new process can have its folder. Err: it goes on, and why.
    async fn give_up_store(&self) -> Result<(), String>;

    /// Start the store again: the new process has failed.
    async fn take_store_back(&self);

    /// An attempt came to nothing.
    fn failed(&self, error: io::Error);
}

/// In the old process: wait at `listener` for a new process, give it what `owner` has, and return the version of
/// the one that says that it serves.
pub async fn give(listener: &tokio::net::UnixListener, owner: &impl Owner) -> String {
    loop {
        let attempt = async {
            let (stream, _) = listener.accept().await?;
            send(&stream, &owner.estate()?).await?;
            confirmed(&stream, owner).await
        };
        match attempt.await {
            Ok(version) => return version,
            Err(error) => owner.failed(error),
        }
    }
}

async fn send(stream: &tokio::net::UnixStream, estate: &Estate) -> io::Result<()> {
    let descriptors = estate.descriptors();
    if descriptors.len() > SOCKETS_MAX {
        return Err(io::Error::other(format!("more than {SOCKETS_MAX} listening sockets")));
    }
    let header = serde_json::to_vec(&estate.header())?;
    if header.len() > HEADER_BYTES_MAX {
        return Err(io::Error::other("the path of the store's folder is too long"));
    }
    stream.writable().await?;
    let mut space = vec![MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(SOCKETS_MAX))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    control.push(SendAncillaryMessage::ScmRights(&descriptors));
    sendmsg(stream, &[IoSlice::new(&header)], &mut control, SendFlags::empty())?;
    Ok(())
}

/// Do what the new process asks for, until it says that it serves.
async fn confirmed(stream: &tokio::net::UnixStream, owner: &impl Owner) -> io::Result<String> {
    let mut is_given = false;
    let said = loop {
        match word(stream).await {
            Ok(said) if said == "store" => {
                let given = owner.give_up_store().await;
                is_given |= given.is_ok();
                let answer = given.err().unwrap_or_else(|| "yours".into());
                // If nobody is there to hear it, the next word does not come.
                let _ = stream.try_write(format!("{}\n", answer.replace('\n', " ")).as_bytes());
            }
            said => break said,
        }
    };
    let version = said.and_then(|said| {
        let version = said.strip_prefix("ready ").map(ToOwned::to_owned);
        version.ok_or_else(|| io::Error::other("the new Ostler does not speak this one's language"))
    });
    if version.is_err() && is_given {
        owner.take_store_back().await;
    }
    version
}

/// One line, without its end.
async fn word(stream: &tokio::net::UnixStream) -> io::Result<String> {
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
    Ok(String::from_utf8_lossy(&said).trim_end().to_owned())
}
