//! The main loop, from the first worker to the last: signals, orders, and the end.

use super::news;
use super::notify;
use super::operator::{Operator, Order};
use super::upgrade::Successor;
use crate::cli::{Exit, Failure};
use control::{Declined, Running};
use model::api::{AppState, AppStatus, UpgradeReport};
use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, oneshot};

/// For requests that were on their way when the edge stopped accepting: they need workers that
/// still take new ones.
const LAST_REQUESTS: Duration = Duration::from_secs(1);

/// Signals that mean something to Ostler.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
    upgrade: Signal,
}

impl Signals {
    /// Begin to listen for them.
    pub fn listen() -> std::io::Result<Self> {
        Ok(Signals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
            upgrade: signal(SignalKind::user_defined2())?,
        })
    }

    /// SIGTERM or SIGINT.
    async fn stop(&mut self) {
        while self.next().await != Signalled::Stop {}
    }

    async fn next(&mut self) -> Signalled {
        tokio::select! {
            _ = self.terminate.recv() => Signalled::Stop,
            _ = self.interrupt.recv() => Signalled::Stop,
            _ = self.hangup.recv() => Signalled::Reload,
            _ = self.upgrade.recv() => Signalled::Upgrade,
        }
    }
}

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Signalled {
    Stop,
    Reload,
    Upgrade,
}

/// Why the loop ended.
#[derive(Debug)]
pub enum End {
    /// Somebody asked for it; whoever ordered it is told when no worker is left.
    Stopped(Option<oneshot::Sender<()>>),
    /// No worker of any app became ready.
    Failed(String),
    /// A new process serves; whoever ordered it is told when this one's admin API is closed.
    HandedOver(Option<Upgrade>, String),
}

/// The main loop.
pub struct Life {
    /// Everything that runs.
    pub operator: Operator,
    /// Orders from the admin API.
    pub orders: mpsc::Receiver<Order>,
    /// Signals.
    pub signals: Signals,
    /// The daemon's log file, which a successor writes to as well.
    pub log: Option<PathBuf>,
    /// Started from a terminal, in its foreground.
    pub on_terminal: bool,
}

impl Life {
    /// Run until the end. `given` resolves to the version of a new process that has taken over.
    pub async fn run(&mut self, given: impl Future<Output = String>) -> End {
        tokio::pin!(given);
        let mut upgrade: Option<Upgrade> = None;
        loop {
            tokio::select! {
                signalled = self.signals.next() => match signalled {
                    Signalled::Stop => return End::Stopped(None),
                    Signalled::Reload if self.is_abandoned() => return End::Stopped(None),
                    Signalled::Reload => self.begin("reload", self.operator.reload(None)),
                    Signalled::Upgrade => self.begin("upgrade", self.operator.upgrade()),
                },
                version = &mut given => return End::HandedOver(upgrade, version),
                why = failure(&mut upgrade) => {
                    if let Some(upgrade) = upgrade.take() {
                        upgrade.failed(why);
                    }
                }
                order = self.orders.recv() => match order {
                    Some(Order::Stop(answer)) => return End::Stopped(Some(answer)),
                    Some(Order::Upgrade(answer)) if upgrade.is_some() => {
                        let _ = answer.send(Err(Declined::Busy("an upgrade is under way already".into())));
                    }
                    Some(Order::Upgrade(answer)) => upgrade = self.upgrade(answer),
                    None => return End::Stopped(None),
                },
            }
        }
    }

    /// SIGHUP is also what a terminal says that is closed: then nobody is left to run for.
    fn is_abandoned(&self) -> bool {
        self.on_terminal && std::fs::File::open("/dev/tty").is_err()
    }

    /// Begin what a signal asked for; nobody waits for the answer, so a refusal is said.
    fn begin<T: Send + 'static>(&self, name: &'static str, command: control::Answer<T>) {
        base::task::Tasks::new().spawn(name, async move {
            if let Err(declined) = command.await {
                news::say(&declined.to_string());
            }
        });
    }

    fn upgrade(&self, answer: Answer) -> Option<Upgrade> {
        match Successor::start(&self.operator.plan, self.log.as_deref()) {
            Ok(successor) => Some(Upgrade { successor, answer }),
            Err(error) => {
                let program = self.operator.plan.program.display();
                let _ =
                    answer.send(Err(Declined::Failed(format!("cannot start {program}: {error}"))));
                None
            }
        }
    }

    /// Drain the edge and end all workers. A second signal ends everything at once.
    pub async fn stop(&mut self) {
        let gently = async {
            let (edge, supervise) = (&self.operator.edge, &self.operator.supervise);
            let mut drain = std::pin::pin!(edge.drain());
            let drained = match tokio::time::timeout(LAST_REQUESTS, &mut drain).await {
                Ok(drained) => drained,
                // What goes on for longer has the time that each app gives it: requests their
                // drain timeout, WebSockets their grace.
                Err(_) => tokio::join!(drain, supervise.stop()).0,
            };
            if drained.cut > 0 {
                news::say(&format!("{} connections were cut at the drain timeout", drained.cut));
            }
            supervise.stop().await;
        };
        tokio::select! {
            () = gently => {}
            () = self.signals.stop() => {
                news::say("asked twice: ending all workers now");
                self.operator.supervise.kill_now().await;
            }
        }
    }

    /// Take no more orders; who asked to stop meanwhile is answered with the rest.
    pub fn close(&mut self) -> Vec<oneshot::Sender<()>> {
        self.orders.close();
        let mut stops = Vec::new();
        while let Ok(order) = self.orders.try_recv() {
            match order {
                Order::Stop(answer) => stops.push(answer),
                Order::Upgrade(answer) => {
                    let _ = answer.send(Err(Declined::Busy("Ostler is stopping".into())));
                }
            }
        }
        stops
    }
}

/// The outcome of `work`; None: the end was asked for before.
pub async fn unless_stopped<T>(
    work: impl Future<Output = Result<T, Failure>>,
    signals: &mut Signals,
) -> Result<Option<T>, Failure> {
    tokio::select! {
        done = work => done.map(Some),
        () = signals.stop() => Ok(None),
    }
}

/// Wait until each app's workers are ready or known not to become so. Err: the end came first.
pub async fn settle(
    supervise: &supervise::Handle,
    watching: bool,
    signals: &mut Signals,
    orders: &mut mpsc::Receiver<Order>,
) -> Result<(), End> {
    let mut status = supervise.status();
    let mut settled =
        std::pin::pin!(status.wait_for(|apps| apps.iter().all(AppStatus::is_settled)));
    loop {
        tokio::select! {
            _ = &mut settled => break,
            () = signals.stop() => return Err(End::Stopped(None)),
            order = orders.recv() => match order {
                Some(Order::Stop(answer)) => return Err(End::Stopped(Some(answer))),
                Some(Order::Upgrade(answer)) => {
                    let _ = answer.send(Err(Declined::Busy("Ostler is still starting".into())));
                }
                None => return Err(End::Stopped(None)),
            },
        }
    }
    let status = supervise.status();
    let apps = status.borrow();
    match all_failed(&apps) {
        Some(reason) if !watching => Err(End::Failed(reason)),
        _ => Ok(()),
    }
}

/// Why nothing can come of it any more, when every app failed.
fn all_failed(apps: &[AppStatus]) -> Option<String> {
    let failed = !apps.is_empty() && apps.iter().all(|app| app.state == AppState::Failed);
    failed.then(|| {
        let reasons = apps.iter().map(|app| {
            let reason = app.reason.as_deref().unwrap_or("no worker became ready");
            format!("{}: {reason}", app.name)
        });
        reasons.collect::<Vec<_>>().join("\n")
    })
}

type Answer = oneshot::Sender<Result<UpgradeReport, Declined>>;

/// An upgrade under way.
#[derive(Debug)]
pub struct Upgrade {
    successor: Successor,
    answer: Answer,
}

impl Upgrade {
    /// Tell whoever ordered it, and systemd.
    pub fn succeeded(self, version: String) {
        notify::tell(&format!("MAINPID={}", self.successor.pid));
        let _ = self.answer.send(Ok(UpgradeReport { version, pid: self.successor.pid }));
    }

    fn failed(self, why: String) {
        news::say(&why);
        let _ = self.answer.send(Err(Declined::Failed(why)));
    }
}

/// The end of the upgrade under way, if it fails; never, without one.
async fn failure(upgrade: &mut Option<Upgrade>) -> String {
    match upgrade {
        Some(upgrade) => upgrade.successor.failure().await,
        None => std::future::pending().await,
    }
}

/// The failed start as the command's failure.
pub fn failed(reason: &str) -> Failure {
    Failure::new(Exit::AppFailed, reason)
}
