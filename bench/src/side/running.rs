//! A side that runs.

use super::nginx::Front;
use super::ostler::Ostler;
use super::pm2::Pm2;
use super::proxy::Setup;
use super::{App, Kind, Peers, cluster, edge, haproxy, nginx, nodes, redis, varnish};
use crate::load::{Load, Plan};
use crate::process::{Child, Folder, Processes, free_address, kill, poke};
use anyhow::{Context, Result, bail};
use base::random::Random;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

/// Everything that one side consists of. Dropping it ends all its processes.
#[derive(Debug)]
pub struct Side {
    kind: Kind,
    /// Where clients ask.
    pub address: SocketAddr,
    /// Header lines that its clients send with each request, each with its line end.
    pub lines: String,
    parts: Vec<Part>,
    // Last: the parts use it until they have ended.
    folder: Folder,
}

/// A program of a side.
#[derive(Debug)]
pub enum Part {
    Ostler(Ostler),
    Pm2(Pm2),
    Plain(Child),
}

const START_LIMIT: Duration = Duration::from_secs(30);

impl Side {
    /// Start `app` behind `kind` at `address`; does not wait until it answers.
    pub async fn launch(kind: Kind, app: &App, address: SocketAddr, peers: &Peers) -> Result<Self> {
        let mut side = Side::empty(kind, address)?;
        let app = &side.redis(app).await?;
        match kind {
            Kind::Ostler | Kind::OstlerBare | Kind::OstlerUnobserved => {
                let observed = kind != Kind::OstlerUnobserved;
                let ostler = Ostler::start(app, observed, address, peers, side.folder.path())?;
                side.parts.push(Part::Ostler(ostler));
            }
            Kind::Pm2 => side.pm2(app, address, peers).await?,
            Kind::Cluster => side.cluster(app, address, peers)?,
            Kind::NginxPm2 => {
                let upstream = free_address()?;
                side.nginx("", &[upstream.to_string()])?;
                side.pm2(app, upstream, peers).await?;
            }
            Kind::NginxNodes | Kind::NginxLeastConn => {
                let (nodes, servers) = nodes::start(app, side.folder.path())?;
                side.parts.extend(nodes.into_iter().map(Part::Plain));
                let method = if kind == Kind::NginxLeastConn { "least_conn" } else { "" };
                side.nginx(method, &servers)?;
            }
            Kind::HaproxyCluster => {
                let upstream = free_address()?;
                let haproxy = haproxy::start(
                    &upstream.to_string(),
                    &Setup::default(),
                    address,
                    &side.folder,
                )?;
                side.parts.push(Part::Plain(haproxy));
                side.cluster(app, upstream, peers)?;
            }
            Kind::Node => {
                let node = nodes::at(app, &address.port().to_string(), side.folder.path())?;
                side.parts.push(Part::Plain(node));
            }
            _ => bail!("{} runs no app", kind.name()),
        }
        Ok(side)
    }

    fn empty(kind: Kind, address: SocketAddr) -> Result<Self> {
        let folder = Folder::new("side")?;
        Ok(Side { kind, address, lines: String::new(), parts: Vec::new(), folder })
    }

    /// Start the Redis that the app wants, if it does; the app as it then is.
    async fn redis(&mut self, app: &App) -> Result<App> {
        if !app.redis {
            return Ok(app.clone());
        }
        let (child, url) = redis::start(self.folder.path()).await?;
        self.parts.push(Part::Plain(child));
        Ok(app.clone().with_env("REDIS_URL", url))
    }

    async fn pm2(&mut self, app: &App, address: SocketAddr, peers: &Peers) -> Result<()> {
        let pm2 = Pm2::start(app, address, peers, self.folder.path()).await?;
        self.parts.push(Part::Pm2(pm2));
        Ok(())
    }

    fn cluster(&mut self, app: &App, address: SocketAddr, peers: &Peers) -> Result<()> {
        let primary = cluster::start(app, address, peers, self.folder.path())?;
        self.parts.push(Part::Plain(primary));
        Ok(())
    }

    fn nginx(&mut self, method: &str, servers: &[String]) -> Result<()> {
        let front = Front { servers, method, address: self.address, ..Front::default() };
        self.parts.push(Part::Plain(nginx::in_front(&front, self.folder.path())?));
        Ok(())
    }

    /// Start `app` behind `kind` and wait until it answers.
    pub async fn start(kind: Kind, app: &App, peers: &Peers) -> Result<Self> {
        let mut side = Side::launch(kind, app, free_address()?, peers).await?;
        side.answers(&app.path).await?;
        Ok(side)
    }

    /// Start a proxy with one thread in front of a server on a unix socket.
    pub async fn proxy(kind: Kind, setup: &Setup) -> Result<Self> {
        let side = Side::empty(kind, free_address()?)?;
        let (folder, address) = (&side.folder, side.address);
        let upstream = setup.upstream.display();
        let child = match kind {
            Kind::OstlerEdge => edge::start(setup, address, folder)?,
            Kind::Nginx | Kind::NginxLevel6 | Kind::NginxOpenFiles => {
                let front = Front {
                    servers: &[format!("unix:{upstream}")],
                    workers: "1",
                    address,
                    certificate: setup.certificate.as_deref(),
                    http2: setup.http2,
                    lines: &setup.nginx,
                    http: &setup.nginx_http,
                    ..Front::default()
                };
                nginx::in_front(&front, folder.path())?
            }
            Kind::Haproxy => haproxy::start(&format!("unix@{upstream}"), setup, address, folder)?,
            Kind::Varnish => varnish::start(&setup.upstream, address, folder)?,
            _ => bail!("{} is no proxy", kind.name()),
        };
        side.listening(child).await
    }

    /// Start a server of the files in `root` with one thread: Ostler's edge, told so by `setup`, or nginx.
    pub async fn files(kind: Kind, setup: &Setup, root: &Path) -> Result<Self> {
        let side = Side::empty(kind, free_address()?)?;
        let (folder, address) = (&side.folder, side.address);
        let child = match kind {
            Kind::OstlerEdge => edge::start(setup, address, folder)?,
            Kind::Nginx | Kind::NginxOpenFiles => {
                nginx::of_files(root, &setup.nginx, address, folder.path())?
            }
            _ => bail!("{} serves no files alone", kind.name()),
        };
        side.listening(child).await
    }

    async fn listening(mut self, child: Child) -> Result<Self> {
        self.parts.push(Part::Plain(child));
        self.listens().await?;
        Ok(self)
    }

    /// Wait until somebody accepts connections: enough for a proxy, whatever it speaks.
    async fn listens(&mut self) -> Result<()> {
        let began = base::clock::now();
        while tokio::net::TcpStream::connect(self.address).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
            self.check()?;
            if began.elapsed() > START_LIMIT {
                bail!("{} does not listen:\n{}", self.kind.name(), self.last_lines());
            }
        }
        Ok(())
    }

    /// Wait until a GET of `path` is answered with 2xx.
    async fn answers(&mut self, path: &str) -> Result<()> {
        let began = base::clock::now();
        let mut plan = Plan::new(self.address, path, 1);
        plan.timeout = START_LIMIT;
        plan.think = (Duration::ZERO, Duration::from_millis(20));
        let load = Load::start(plan)?;
        while load.snapshot().gets.answered == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
            self.check()?;
            if began.elapsed() > START_LIMIT {
                let tried = load.snapshot().gets.described();
                bail!(
                    "{} does not answer {path} ({tried}):\n{}",
                    self.kind.name(),
                    self.last_lines()
                );
            }
        }
        Ok(())
    }

    /// An error if a part has ended by itself.
    pub fn check(&mut self) -> Result<()> {
        self.parts.iter_mut().try_for_each(|part| match part {
            Part::Ostler(ostler) => ostler.child.check(),
            Part::Plain(child) => child.check(),
            Part::Pm2(_) => Ok(()),
        })
    }

    fn last_lines(&self) -> String {
        let lines = self.parts.iter().map(|part| match part {
            Part::Ostler(ostler) => ostler.child.last_lines(),
            Part::Plain(child) => child.last_lines(),
            Part::Pm2(pm2) => pm2.last_lines(),
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// All its processes now.
    pub fn processes(&self) -> Processes {
        Processes::of(&self.roots())
    }

    /// Its processes and the bench's own: the load generator, and what else it started.
    pub fn with_bench(&self) -> Processes {
        Processes::of(&[self.roots(), vec![std::process::id()]].concat())
    }

    fn roots(&self) -> Vec<u32> {
        let roots = self.parts.iter().map(|part| match part {
            Part::Ostler(ostler) => ostler.child.pid(),
            Part::Plain(child) => child.pid(),
            Part::Pm2(pm2) => pm2.pid(),
        });
        roots.collect()
    }

    /// Kill one of the processes that run the app, by chance.
    pub fn kill_one(&self, app: &App, random: &mut Random) -> Result<()> {
        let workers = self.workers(app);
        let Some(victim) = workers.get(random.below(workers.len() as u64) as usize) else {
            bail!("no worker is left to be killed");
        };
        kill(*victim);
        Ok(())
    }

    /// The processes that run the app.
    pub fn workers(&self, app: &App) -> Vec<u32> {
        let name = app.script.display().to_string();
        let all = self.processes().running(&name);
        // The primary of node cluster has the script among its arguments, but is no worker.
        let primaries = self.primaries();
        all.into_iter().filter(|pid| !primaries.contains(pid)).collect()
    }

    fn primaries(&self) -> Vec<u32> {
        self.processes().running(cluster::PRIMARY)
    }

    /// The processes that are the runner itself, without the app's.
    pub fn runner(&self, app: &App) -> Vec<u32> {
        self.processes().without(&self.workers(app)).pids()
    }

    /// Replace all workers the way the side does it, and wait until that is done.
    pub async fn reload(&mut self) -> Result<()> {
        for part in &self.parts {
            match part {
                Part::Ostler(ostler) => ostler.reload(self.folder.path()).await?,
                Part::Pm2(pm2) => pm2.reload().await?,
                Part::Plain(_) => {}
            }
        }
        self.primaries().into_iter().for_each(poke);
        self.check().with_context(|| format!("{} after a reload", self.kind.name()))
    }
}
