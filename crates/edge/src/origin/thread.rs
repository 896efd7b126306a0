//! The thread `edge-origins`: carries out what the cores of all upstreams want done.

use super::board::Board;
use super::core::{Action, Draw, Event, Origin, Turn};
use super::handle::Patience;
use super::probe::Probe;
use super::resolve::Resolve;
use crate::news::News;
use crate::socket::Buffers;
use crate::tls;
use base::clock;
use base::random::secret;
use config::{Protocol, Upstream};
use model::{AppName, Fleet};
use std::io;
use std::rc::Rc;
use std::sync::{Arc, mpsc as blocking};
use tokio::runtime::{Builder, LocalOptions};
use tokio::sync::{mpsc, watch};
use tokio::time::sleep_until;

/// Lookups that may be under way at once: each holds a thread.
const LOOKUPS_MAX: usize = 8;

/// All upstreams that are to be there.
pub struct Order {
    /// The upstreams.
    pub told: Vec<Told>,
    /// How long they wait.
    pub patience: Patience,
}

/// One upstream that is to be there.
pub struct Told {
    /// Its settings.
    pub settings: Upstream,
    /// Whom to trust, if its servers speak TLS.
    pub tls: Option<tls::Client>,
    /// Where it is told of; None if it is there already.
    pub fleet: Option<watch::Sender<Arc<Fleet>>>,
}

/// Start the thread; it ends when the sender is dropped.
///
/// # Errors
/// When the thread or its runtime cannot be made.
pub fn start(
    resolver: Arc<dyn Resolve>,
    news: News,
    board: Arc<Board>,
    patience: Patience,
) -> io::Result<mpsc::UnboundedSender<Order>> {
    let (send, orders) = mpsc::unbounded_channel();
    let (started, begun) = blocking::channel();
    let seed = u64::from_ne_bytes(secret()?);
    std::thread::Builder::new().name("edge-origins".into()).spawn(move || {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(LOOKUPS_MAX)
            .build_local(LocalOptions::default());
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => return drop(started.send(Err(error))),
        };
        let _ = started.send(Ok(()));
        let (facts, learned) = mpsc::unbounded_channel();
        let buffers = Buffers::new();
        let shell = Shell {
            resolver,
            news,
            board,
            facts,
            buffers,
            draw: Draw::new(seed),
            all: Vec::new(),
            next_key: 0,
            patience,
        };
        runtime.block_on(shell.run(orders, learned));
        // A lookup may hang for as long as the system's resolver likes: nobody waits for it.
        runtime.shutdown_background();
    })?;
    begun.recv().map_err(|_| io::Error::other("the thread of upstreams ended at its start"))??;
    Ok(send)
}

/// One upstream and who hears of it.
struct Running {
    /// Tells it from another of the same name that is ending.
    key: u64,
    origin: Origin,
    fleet: watch::Sender<Arc<Fleet>>,
    /// Whom to trust, if its servers speak TLS.
    tls: Option<tls::Client>,
    removed: bool,
}

struct Shell {
    resolver: Arc<dyn Resolve>,
    news: News,
    board: Arc<Board>,
    /// Where lookups and checks answer to.
    facts: mpsc::UnboundedSender<(u64, Event)>,
    buffers: Rc<Buffers>,
    draw: Draw,
    all: Vec<Running>,
    next_key: u64,
    patience: Patience,
}

impl Shell {
    async fn run(
        mut self,
        mut orders: mpsc::UnboundedReceiver<Order>,
        mut learned: mpsc::UnboundedReceiver<(u64, Event)>,
    ) {
        loop {
            let now = clock::now();
            let due = self.all.iter().filter_map(|one| one.origin.due(now)).min();
            let wake = async {
                match due {
                    Some(due) => sleep_until(due.into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                order = orders.recv() => match order {
                    Some(order) => self.obey(order),
                    None => return,
                },
                Some((key, event)) = learned.recv() => self.tell(|one| one.key == key, event),
                () = wake => self.tell(|_| true, Event::Time),
            }
        }
    }

    fn obey(&mut self, order: Order) {
        self.patience = order.patience;
        let is_told = |name: &AppName| order.told.iter().any(|one| one.settings.name == *name);
        let is_new = |name: &AppName| {
            order.told.iter().any(|one| one.settings.name == *name && one.fleet.is_some())
        };
        let mut gone = Vec::new();
        for one in self.all.iter_mut().filter(|one| !one.removed) {
            let name = one.origin.name();
            if !is_told(name) || is_new(name) {
                one.removed = true;
                gone.push(one.key);
            }
        }
        for key in gone {
            self.tell(|one| one.key == key, Event::Remove(self.patience.drain_timeout));
        }
        for Told { settings, tls, fleet } in order.told {
            if let Some(fleet) = fleet {
                self.next_key += 1;
                let key = self.next_key;
                let origin = Origin::new(&settings);
                self.all.push(Running { key, origin, fleet, tls: None, removed: false });
            }
            let name = settings.name.clone();
            let named = |one: &Running| !one.removed && *one.origin.name() == name;
            self.all.iter_mut().filter(|one| named(one)).for_each(|one| one.tls = tls.clone());
            self.tell(named, Event::Settings(settings));
        }
    }

    /// Give `event` to each upstream that it is for, and do what they want done.
    fn tell(&mut self, is_for: impl Fn(&Running) -> bool, event: Event) {
        let now = clock::now();
        let mut done = Vec::new();
        for one in self.all.iter_mut().filter(|one| is_for(one)) {
            let mut out = Vec::new();
            let mut turn = Turn { now, draw: &mut self.draw, out: &mut out };
            one.origin.step(event.clone(), &mut turn);
            done.extend(out.into_iter().map(|action| (one.key, action)));
        }
        // What is shown is true for the threads already, and who reads the news finds it shown.
        let (news, done): (Vec<_>, Vec<_>) =
            done.into_iter().partition(|(_, action)| matches!(action, Action::Say(_)));
        done.into_iter().for_each(|(key, action)| self.act(key, action));
        self.all.retain(|one| !one.origin.is_over());
        self.board.put(self.all.iter().map(|one| &one.origin));
        news.into_iter().for_each(|(key, action)| self.act(key, action));
    }

    fn act(&self, key: u64, action: Action) {
        if let Action::Say(line) = &action {
            self.news.say(line);
        }
        let Some(one) = self.all.iter().find(|one| one.key == key) else { return };
        match action {
            Action::Say(_) => {}
            Action::Publish(fleet) => drop(one.fleet.send_replace(Arc::new(fleet))),
            Action::Resolve(server) => {
                let answer = self.resolver.resolve(server.host.clone());
                self.learn(key, async move { Event::Resolved(server, answer.await) });
            }
            Action::Check(id, server, endpoint) => {
                let probe = Probe {
                    server,
                    endpoint,
                    tls: one.tls.clone(),
                    http2: one.origin.settings().protocol == Protocol::Http2,
                    health: one.origin.settings().health.clone(),
                    connect_timeout: self.patience.connect_timeout,
                };
                let buffers = self.buffers.clone();
                self.learn(key, async move { Event::Checked(id, probe.run(&buffers).await) });
            }
        }
    }

    /// Have `work` done beside everything else, and hear of its end.
    fn learn(&self, key: u64, work: impl Future<Output = Event> + 'static) {
        let facts = self.facts.clone();
        tokio::task::spawn_local(async move {
            let event = work.await;
            // Nobody hears it when the thread is ending.
            let _ = facts.send((key, event));
        });
    }
}
