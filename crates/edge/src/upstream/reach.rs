//! A new connection to a worker or a server, with whatever is in front of its bytes.

use crate::socket::{Buffers, ConnectError, Transport, connect};
use crate::tls;
use model::Endpoint;
use std::rc::Rc;

/// Connect to `endpoint`; `tls` says how its servers are spoken to. The caller sets a limit.
///
/// # Errors
/// See [`ConnectError`].
pub async fn reach(
    endpoint: &Endpoint,
    tls: Option<tls::Client>,
    stock: &Rc<Buffers>,
) -> Result<Transport, ConnectError> {
    let socket = connect(endpoint).await?;
    let Endpoint::Tls { name, .. } = endpoint else { return Ok(Transport::Plain(socket)) };
    let Some(tls) = tls else {
        return Err(ConnectError::Tls("nothing is known of whom to trust".to_owned()));
    };
    // Boxed, so that connections without TLS need no room for a handshake.
    let stream = Box::pin(tls.shake_hands(socket, name, stock)).await;
    Ok(Transport::Tls(Box::new(stream.map_err(ConnectError::Tls)?)))
}
