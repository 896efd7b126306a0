//! Small apps that trials run.

use std::path::{Path, PathBuf};

/// The folder `trial/NAME`, in which this package must be installed.
pub fn folder(name: &str, package: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let installed = folder.join("node_modules").join(package).exists();
    assert!(installed, "run `npm ci` in trial/{name}, as `cargo xtask ci` does");
    folder
}

/// Answers with its number and version; slow at /slow; dies at /die; streams at /events.
pub const SERVER: &str = r#"
const http = require('node:http');
const version = require('node:fs').readFileSync('version', 'utf8').trim();
http.createServer((req, res) => {
  if (req.url === '/die') process.exit(3);
  if (req.url === '/slow') return setTimeout(() => res.end('slow'), 1500);
  if (req.url === '/block') { const end = Date.now() + 4000; while (Date.now() < end); }
  if (req.url === '/env') return res.end(JSON.stringify(process.env));
  if (req.url === '/grow') { (globalThis.kept ??= []).push(Buffer.alloc(80e6, 1)); }
  res.end(`worker ${process.env.OSTLER_WORKER} pid ${process.pid} version ${version}`);
}).listen(process.env.PORT || 3000);
"#;

/// Never calls listen().
pub const DEAF: &str = "console.error('I am up, but deaf'); setInterval(() => {}, 1000);";
