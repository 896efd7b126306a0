//! A Redis that apps keep their things in.

use crate::process::{Child, free_address, program};
use anyhow::{Result, ensure};
use std::path::Path;
use std::time::Duration;

/// How long it may take to listen.
const START_LIMIT: Duration = Duration::from_secs(10);

/// Start one that writes nothing to disk, and return the URL at which it is.
pub async fn start(folder: &Path) -> Result<(Child, String)> {
    let address = free_address()?;
    let mut command = program("redis-server");
    command.args(["--bind", "127.0.0.1", "--port", &address.port().to_string()]);
    command.args(["--save", "", "--appendonly", "no", "--dir"]).arg(folder);
    let mut child = Child::start("redis", command, folder)?;
    let began = base::clock::now();
    while tokio::net::TcpStream::connect(address).await.is_err() {
        child.check()?;
        ensure!(
            began.elapsed() < START_LIMIT,
            "redis-server does not listen:\n{}",
            child.last_lines()
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok((child, format!("redis://{address}")))
}
