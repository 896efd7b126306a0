//! Telling systemd how things are (sd_notify(3)), where it asked to be told.

use std::os::unix::net::UnixDatagram;

/// Send `state`, such as `READY=1`, to `$NOTIFY_SOCKET`; nothing where that is not set. Failure is
/// systemd's loss: it must not stop Ostler.
pub fn tell(state: &str) {
    let Some(path) = std::env::var_os("NOTIFY_SOCKET") else { return };
    let path = path.to_string_lossy();
    let send = || -> std::io::Result<()> {
        let socket = UnixDatagram::unbound()?;
        match path.strip_prefix('@') {
            Some(name) => {
                use std::os::linux::net::SocketAddrExt;
                let address = std::os::unix::net::SocketAddr::from_abstract_name(name)?;
                socket.send_to_addr(state.as_bytes(), &address)?;
            }
            None => {
                socket.send_to(state.as_bytes(), path.as_ref())?;
            }
        }
        Ok(())
    };
    let _ = send();
}

/// Whether systemd (or something like it) waits to be told.
pub fn is_wanted() -> bool {
    std::env::var_os("NOTIFY_SOCKET").is_some()
}
