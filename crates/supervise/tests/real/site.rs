//! An app in a folder of its own, under a supervisor of its own.

use config::{App, Memory, ReadyOn, Restart, Run, Scale, Stopping, Workers};
use model::api::{AppState, AppStatus};
use model::{AppName, Endpoint, EventKind, Fleet, Intake, Member};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;
use supervise::{Handle, Options, StartError};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

/// For anything to happen that must happen.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Answers every request with its worker number.
pub const SERVER: &str = "require('http').createServer((request, response) => \
    response.end(process.env.OSTLER_WORKER)).listen(3000);";

/// A folder that is removed.
pub struct Place(pub PathBuf);

impl Place {
    pub fn new() -> Place {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let (pid, count) = (std::process::id(), COUNT.fetch_add(1, Relaxed));
        let path = std::env::temp_dir().join(format!("ostler-{pid}-{count}"));
        std::fs::create_dir_all(&path).unwrap();
        Place(path)
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap_or_default()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub struct Site {
    pub place: Place,
    pub handle: Handle,
}

impl Site {
    /// Run `script` as server.js.
    pub fn start(script: &str, change: impl FnOnce(&mut App)) -> Site {
        let place = Place::new();
        place.write("server.js", script);
        Site::in_place(place, change)
    }

    pub fn in_place(place: Place, change: impl FnOnce(&mut App)) -> Site {
        let mut app = app(&place.0);
        change(&mut app);
        let handle = supervise(&place.0, vec![app]).unwrap();
        Site { place, handle }
    }

    /// Wait until the first app's status is such.
    #[track_caller]
    pub fn until(&self, what: impl Fn(&AppStatus) -> bool) -> impl Future<Output = AppStatus> {
        let (mut status, handle) = (self.handle.status(), self.handle.clone());
        let caller = std::panic::Location::caller();
        async move {
            let good = |apps: &Arc<Vec<AppStatus>>| apps.first().is_some_and(&what);
            let seen = tokio::time::timeout(PATIENCE, status.wait_for(good)).await;
            match seen {
                Ok(apps) => apps.unwrap()[0].clone(),
                Err(_) => panic!("waited in vain at {caller}: {:?}", handle.recent_events()),
            }
        }
    }

    /// Wait until all workers of the app are ready and none else is left.
    pub async fn settled(&self) -> AppStatus {
        self.until(|app| {
            let ready =
                |worker: &model::api::WorkerStatus| worker.state == model::api::WorkerState::Ready;
            app.state == AppState::Online
                && app.workers.len() == app.workers_target as usize
                && app.workers.iter().all(ready)
        })
        .await
    }

    /// Wait for an event, which may have been already.
    #[track_caller]
    pub fn event<T>(&self, what: impl Fn(&EventKind) -> Option<T>) -> impl Future<Output = T> {
        let (mut events, handle) = (self.handle.events(), self.handle.clone());
        let caller = std::panic::Location::caller();
        async move {
            if let Some(found) = handle.recent_events().iter().find_map(|event| what(&event.kind)) {
                return found;
            }
            let search = async {
                loop {
                    if let Some(found) = what(&events.recv().await.unwrap().kind) {
                        return found;
                    }
                }
            };
            let found = tokio::time::timeout(PATIENCE, search).await;
            found.unwrap_or_else(|_| {
                panic!("no such event at {caller}: {:?}", handle.recent_events())
            })
        }
    }

    pub fn fleet(&self) -> Arc<Fleet> {
        self.handle.fleets()[0].borrow().clone()
    }

    /// What each open worker answers to a GET of `path`.
    pub async fn ask(&self, path: &str) -> Vec<String> {
        let mut answers = Vec::new();
        for member in self.fleet().members.iter().filter(|member| member.intake == Intake::Open) {
            answers.push(get(member, path).await.unwrap());
        }
        answers
    }

    /// Kill everything, and see that nothing is left.
    pub async fn end(self) {
        let pids = self.pids();
        self.handle.kill_now().await;
        assert!(pids.iter().all(|pid| !is_alive(*pid)), "{pids:?}");
        let run = self.place.0.join("run").join(std::process::id().to_string());
        assert!(!run.exists(), "the run folder is left");
    }

    pub fn pids(&self) -> Vec<u32> {
        let status = self.handle.status();
        let apps = status.borrow();
        let workers = apps.iter().flat_map(|app| &app.workers);
        workers.map(|worker| worker.pid).filter(|pid| *pid > 0).collect()
    }
}

pub fn supervise(place: &Path, apps: Vec<App>) -> Result<Handle, StartError> {
    let options =
        Options { folder: place.join("run"), edge_port: 8080, variables: Vec::new(), seed: 7 };
    supervise::start_with_warden(options, apps, &example())
}

/// The example program, which can be the warden.
pub fn example() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let example = own.ancestors().nth(2).unwrap().join("examples/fleet");
    assert!(example.exists(), "build it first: cargo build -p supervise --example fleet");
    example
}

pub fn app(folder: &Path) -> App {
    App {
        name: AppName::parse("web").unwrap(),
        run: Run::Script(folder.join("server.js")),
        args: Vec::new(),
        folder: folder.to_owned(),
        env: Default::default(),
        env_file: None,
        node: "node".into(),
        node_args: Vec::new(),
        workers: Workers { min: 1, max: 1 },
        ready: ReadyOn::Listening,
        ready_timeout: Duration::from_secs(20),
        health: None,
        memory: Memory { max: None, hard_max: None },
        stall_max: Duration::from_secs(20),
        stopping: Stopping {
            drain_timeout: Duration::from_secs(5),
            websocket_grace: Duration::from_millis(300),
            signal: "SIGTERM".into(),
            kill_after: Duration::from_secs(5),
        },
        restart: Restart {
            delay_min: Duration::from_millis(20),
            delay_max: Duration::from_millis(200),
            stable_after: Duration::from_secs(60),
            crash_loop_after: 3,
        },
        watch: None,
        scale: Scale {
            in_flight: 100.0,
            utilisation: 0.8,
            up_after: Duration::from_secs(5),
            down_after: Duration::from_secs(60),
        },
    }
}

pub fn workers(count: u32) -> impl FnOnce(&mut App) {
    move |app| app.workers = Workers { min: count, max: count }
}

/// GET `path` and return the body.
pub async fn get(member: &Member, path: &str) -> std::io::Result<String> {
    match &member.endpoint {
        Endpoint::Unix(socket) => exchange(UnixStream::connect(socket).await?, path).await,
        Endpoint::Tcp(address) => exchange(TcpStream::connect(address).await?, path).await,
        Endpoint::Tls { .. } => panic!("workers speak no TLS"),
    }
}

async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    path: &str,
) -> std::io::Result<String> {
    let request = format!("GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await?;
    let body = reply.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
    body.filter(|_| reply.starts_with("HTTP/1.1 200")).ok_or_else(|| std::io::Error::other(reply))
}

/// Runs, and is no zombie.
pub fn is_alive(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with(['Z', 'X']))
}

pub fn kill(pid: u32) {
    let pid = rustix::process::Pid::from_raw(pid as i32).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}

/// Wait until `what` holds.
#[track_caller]
pub fn eventually(what: impl Fn() -> bool) -> impl Future<Output = ()> {
    let caller = std::panic::Location::caller();
    async move {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while !what() {
            assert!(tokio::time::Instant::now() < deadline, "waited in vain at {caller}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
