//! The store without the rest of Ostler, for test suites and benchmarks. Takes those of redis-server's options
//! that they give: `--port`, `--bind`, `--unixsocket`, `--dir`, `--appendonly`, `--appendfsync`, `--requirepass`,
//! `--databases`, `--maxclients`, `--maxmemory`, `--maxmemory-policy`; others that it does not know it passes over, and says so. Ends at `SHUTDOWN`;
//! what was acknowledged survives any other end.

use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use store::keyspace::Eviction;
use store::log::writer::Policy;
use store::serve::{Settings, Store};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (settings, about) = settings(std::env::args().skip(1))?;
    let store = Store::start(settings, Box::new(|_, _| {}))?;
    eprintln!("store_only: {about}, {:?}", store.started());
    let ended = store.wait();
    eprintln!("store_only: ended, all written: {ended}");
    if ended { Ok(()) } else { Err("something could not be written".into()) }
}

type Words<'a> = &'a mut dyn Iterator<Item = String>;

fn settings(
    mut words: impl Iterator<Item = String>,
) -> Result<(Settings, String), Box<dyn std::error::Error>> {
    let mut settings = Settings { policy: Policy::EverySecond, ..Settings::default() };
    let (mut port, mut bind, mut folder, mut keeps) = (6379, "127.0.0.1".to_owned(), None, false);
    while let Some(word) = words.next() {
        let value = |words: Words<'_>| words.next().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            "--port" => port = value(&mut words)?.parse()?,
            "--bind" => bind = value(&mut words)?,
            "--unixsocket" => settings.unix.push(UnixListener::bind(value(&mut words)?)?),
            "--dir" => folder = Some(PathBuf::from(value(&mut words)?)),
            "--appendonly" => keeps = value(&mut words)? == "yes",
            "--appendfsync" => {
                let name = value(&mut words)?;
                settings.policy = Policy::parse(&name).ok_or("always, everysec or no")?;
            }
            "--requirepass" => settings.password = value(&mut words)?,
            "--databases" => settings.databases = value(&mut words)?.parse()?,
            "--maxmemory" => settings.room.bytes_max = value(&mut words)?.parse()?,
            "--maxmemory-policy" => {
                let name = value(&mut words)?;
                settings.room.eviction = Eviction::parse(&name).ok_or("no such policy")?;
            }
            "--maxclients" => settings.clients_max = value(&mut words)?.parse()?,
            other => {
                let value = words.next().unwrap_or_default();
                eprintln!("store_only: {other} {value} means nothing here");
            }
        }
    }
    if keeps {
        let folder = folder.ok_or("--appendonly yes needs a folder: --dir")?;
        std::fs::create_dir_all(&folder)?;
        settings.folder = Some(folder);
    }
    let listener = TcpListener::bind((bind.as_str(), port))?;
    let about = format!("listens on {}", listener.local_addr()?);
    settings.listeners.push(listener);
    Ok((settings, about))
}
