//! Connections from many loopback addresses: one has too few ports for tens of thousands.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::{TcpSocket, TcpStream};

/// How many addresses are used: 127.0.0.2 and those that follow.
const SOURCES: u8 = 16;

/// The address that client number `number` connects from.
pub fn of(number: usize) -> Ipv4Addr {
    let offset = u8::try_from(number % usize::from(SOURCES)).unwrap_or(0);
    Ipv4Addr::new(127, 0, 0, 2 + offset)
}

/// Connect from `source`; `receive_buffer` bytes are what the kernel may hold for a slow reader.
pub async fn connect(
    address: SocketAddr,
    source: Ipv4Addr,
    receive_buffer: Option<u32>,
) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    if let Some(bytes) = receive_buffer {
        socket.set_recv_buffer_size(bytes)?;
    }
    socket.bind((source, 0).into())?;
    socket.connect(address).await
}
