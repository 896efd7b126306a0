//! A real Prometheus, from Debian's package `prometheus`.

use crate::until;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A Prometheus in a folder of its own, which takes remote write.
#[derive(Debug)]
pub struct Prometheus {
    child: Child,
    address: SocketAddr,
    folder: PathBuf,
}

impl Prometheus {
    /// Start one. None: it is not installed, which is said.
    pub fn start(config: &str) -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let installed = Command::new("prometheus").arg("--version").output();
        if installed.is_err() {
            eprintln!("skipped: there is no prometheus; `apt-get install prometheus` brings it");
            return None;
        }
        let unique = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("ot-prometheus-{}-{unique}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("a folder for prometheus");
        fs::write(folder.join("prometheus.yml"), config).expect("its config");
        // It takes no port 0: one that was free a moment ago.
        let free = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
        let address = free.expect("a free port");
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", folder.join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", folder.join("data").display()))
            .arg(format!("--web.listen-address={address}"))
            .arg("--web.enable-remote-write-receiver")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("start prometheus");
        let prometheus = Prometheus { child, address, folder };
        until("prometheus is ready", || {
            crate::get(address, "/-/ready").ok().filter(|reply| reply.status == 200)
        });
        Some(prometheus)
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it answers to an instant query: labels and value of each series, as JSON.
    pub fn query(&self, expression: &str) -> Vec<serde_json::Value> {
        let escaped: String = expression
            .bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect();
        let reply = crate::get(self.address, &format!("/api/v1/query?query={escaped}"));
        let body = reply.map(|reply| reply.body).unwrap_or_default();
        let body: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
        body["data"]["result"].as_array().cloned().unwrap_or_default()
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
