//! A store alone on a core: Ostler with nothing but its store, the store's own binary, or redis-server.

use super::{Kind, Peers};
use crate::process::{Child, Folder, Memory, Processes, free_address, program};
use anyhow::{Context, Result, bail};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The store's core; what asks it has the others.
const CORE: &str = "0";
/// How long it may take to answer: it may have much to read.
const START_LIMIT: Duration = Duration::from_secs(300);

/// When a change is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    Always,
    EverySecond,
}

/// A running store. Dropping it ends it.
#[derive(Debug)]
pub struct Store {
    pub address: SocketAddr,
    kind: Kind,
    durability: Durability,
    peers: Peers,
    child: Option<Child>,
    // Last: the process uses it until it has ended.
    folder: Folder,
}

impl Store {
    /// Start one and wait until it answers.
    pub async fn start(kind: Kind, durability: Durability, peers: &Peers) -> Result<Self> {
        let (address, folder) = (free_address()?, Folder::new("store")?);
        let peers = peers.clone();
        let mut store = Store { address, kind, durability, peers, child: None, folder };
        store.begin().await?;
        Ok(store)
    }

    /// End it as an operator does, start it again with what it wrote, and tell how long it took from its start to
    /// its first answer from the data.
    pub async fn restart(&mut self) -> Result<Duration> {
        self.child = None;
        self.begin().await
    }

    async fn begin(&mut self) -> Result<Duration> {
        let command = match self.kind {
            Kind::OstlerStore => self.ostler()?,
            Kind::StoreOnly => self.like_redis(&self.peers.store_only),
            Kind::Redis => self.like_redis("redis-server".as_ref()),
            _ => bail!("{} is no store", self.kind.name()),
        };
        let began = base::clock::now();
        let mut child = Child::start("store", command, self.folder.path())?;
        while !answers(self.address).await {
            child.check()?;
            if began.elapsed() > START_LIMIT {
                bail!("{} does not answer:\n{}", self.kind.name(), child.last_lines());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        self.child = Some(child);
        Ok(began.elapsed())
    }

    fn ostler(&self) -> Result<Command> {
        let durability = match self.durability {
            Durability::Always => "always",
            Durability::EverySecond => "everysec",
        };
        // No app: nothing but the store has anything to do.
        let text = format!(
            "[edge]\nlisten = \"{}\"\nthreads = 1\n[admin]\nlisten = false\n[upstream.none]\n\
             url = \"http://127.0.0.1:9\"\n[store]\nlisten = \"{}\"\npassword = false\n\
             durability = \"{durability}\"\n",
            free_address()?,
            self.address
        );
        self.folder.write("ostler.toml", text)?;
        let mut command = program("taskset");
        command
            .args(["-c", CORE])
            .arg(&self.peers.ostler)
            .arg("run")
            .current_dir(self.folder.path());
        let own = |name: &str| self.folder.path().join(name);
        command.env("OSTLER_RUN", own("run")).env("OSTLER_STATE", own("state"));
        Ok(command)
    }

    fn like_redis(&self, binary: &Path) -> Command {
        let sync = match self.durability {
            Durability::Always => "always",
            Durability::EverySecond => "everysec",
        };
        let port = self.address.port().to_string();
        let mut command = program("taskset");
        command.args(["-c", CORE]).arg(binary).args(["--bind", "127.0.0.1", "--port", &port]);
        command.args(["--save", "", "--appendonly", "yes", "--appendfsync", sync]);
        command.arg("--dir").arg(self.folder.path());
        command
    }

    pub fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    /// Processor time that it has used, in the kernel's accounts.
    pub fn cpu(&self) -> Duration {
        Processes::of(&self.pids()).cpu()
    }

    /// Resident memory of all its processes in bytes: of a fork what is its own is added.
    pub fn resident(&self) -> u64 {
        let all = Processes::of(&self.pids()).pids();
        all.into_iter().map(|pid| Memory::of(pid).pss).sum()
    }

    fn pids(&self) -> Vec<u32> {
        self.child.iter().map(Child::pid).collect()
    }
}

/// Whether it answers from its data: not while it loads.
async fn answers(address: SocketAddr) -> bool {
    let ask = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(b"EXISTS x\r\n").await?;
        let mut first = [0];
        stream.read_exact(&mut first).await?;
        std::io::Result::Ok(first == *b":")
    };
    ask.await.unwrap_or(false)
}

/// When `command` runs beside a store: not on its core.
pub fn beside(name: &str) -> Command {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if cores < 2 {
        return program(name);
    }
    let mut command = program("taskset");
    command.args(["-c", &format!("1-{}", cores - 1), name]);
    command
}

/// The most of `store`'s resident memory while `until` runs, looked at twenty times a second.
pub async fn most_resident<T>(store: &Store, until: impl Future<Output = T>) -> (T, u64) {
    let most = std::cell::Cell::new(0);
    let watch = async {
        loop {
            most.set(most.get().max(store.resident()));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::select! {
        done = until => (done, most.get().max(store.resident())),
        never = watch => never,
    }
}

/// How long something took, and the processor time that the store used for it.
pub async fn accounted<T>(
    store: &Store,
    work: impl Future<Output = Result<T>>,
) -> Result<(T, f64, f64)> {
    let (began, before): (Instant, Duration) = (base::clock::now(), store.cpu());
    let done = work.await.context("the load")?;
    let cpu = store.cpu().saturating_sub(before);
    Ok((done, began.elapsed().as_secs_f64(), cpu.as_secs_f64()))
}
