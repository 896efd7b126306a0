//! Reading from a file without waiting for a disk, as far as the system can tell.

use rustix::io::Errno;
use std::os::fd::AsFd;

/// What reading at once came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// So many bytes; 0 is the end of the file.
    Bytes(usize),
    /// They are not in memory: a disk must be waited for.
    Cold,
}

/// Read at `offset` what is in memory. Where the system cannot tell what is, it is read whatever it
/// takes: that is so on file systems without `RWF_NOWAIT`, and elsewhere than on Linux.
///
/// # Errors
/// Those of `read`.
pub fn read_warm(file: impl AsFd, room: &mut [u8], offset: u64) -> Result<Read, Errno> {
    #[cfg(target_os = "linux")]
    {
        use rustix::io::{ReadWriteFlags, preadv2, retry_on_intr};
        use std::io::IoSliceMut;
        let now =
            || preadv2(&file, &mut [IoSliceMut::new(&mut *room)], offset, ReadWriteFlags::NOWAIT);
        match retry_on_intr(now) {
            Ok(count) => return Ok(Read::Bytes(count)),
            Err(Errno::AGAIN) => return Ok(Read::Cold),
            Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => {}
            Err(error) => return Err(error),
        }
    }
    read_waiting(file, room, offset).map(Read::Bytes)
}

/// Read at `offset`, waiting for a disk if need be; less than asked for only at the end of the file.
///
/// # Errors
/// Those of `read`.
pub fn read_waiting(file: impl AsFd, room: &mut [u8], offset: u64) -> Result<usize, Errno> {
    let mut filled = 0;
    while let Some(rest) = room.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        let at = offset + filled as u64;
        match rustix::io::retry_on_intr(|| rustix::io::pread(&file, &mut *rest, at))? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}

/// The whole content of a file of `size` bytes that is in memory; None if it is not, or if the file
/// has another length by now.
///
/// # Errors
/// Those of `read`.
pub fn read_whole(file: impl AsFd, size: usize) -> Result<Option<Vec<u8>>, Errno> {
    // A byte more, to see whether there is one.
    let mut content = vec![0; size + 1];
    let mut filled = 0;
    loop {
        let room = content.get_mut(filled..).unwrap_or_default();
        match read_warm(&file, room, filled as u64)? {
            Read::Cold => return Ok(None),
            Read::Bytes(0) => break,
            Read::Bytes(count) => filled += count,
        }
        if filled > size {
            return Ok(None);
        }
    }
    content.truncate(filled);
    Ok((filled == size).then_some(content))
}
