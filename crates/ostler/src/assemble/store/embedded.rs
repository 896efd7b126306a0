//! The store inside this process: its start, its end, and its way from one process to the next.

use super::claim::Here;
use super::door::Door;
use super::heard::Heard;
use super::{live, loading, page};
use crate::assemble::news;
use crate::cli::{Exit, Failure};
use crate::handover::{PassedStore, Taken};
use base::units::{show_bytes, show_duration};
use config::{StoreDurability, StoreHere};
use edge::OwnStore;
use meter::Snapshot;
use model::api::StoreFigures;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;
use store::keyspace::{Eviction, Room};
use store::log::disk::LockError;
use store::log::recover::OpenError;
use store::log::writer::Policy;
use store::serve::{Settings, StartError, Store, Watch};

/// A process that has just ended may hold the folder's lock for a moment more.
const LOCK_WAIT: Duration = Duration::from_secs(10);
/// And one that a killed process was about to start.
const LEFT_WAIT: Duration = Duration::from_secs(1);
const LOCK_PERIOD: Duration = Duration::from_millis(20);
/// The store answers its own process within this time, or something is wrong.
const ANSWER_WAIT: Duration = Duration::from_secs(10);
/// Between two looks at whether it still runs.
const LOOK_PERIOD: Duration = Duration::from_millis(500);
/// After a start that failed, the next one waits so long.
const RESTART_WAIT: Duration = Duration::from_secs(5);
/// A start that took longer is told of.
const LONG: Duration = Duration::from_secs(1);

/// The store inside this process, whether it runs or not.
#[derive(Debug)]
pub struct Embedded {
    here: Box<Here>,
    door: Arc<Door>,
    /// `[store]` as it holds now.
    settings: Mutex<StoreHere>,
    /// Locked as long as a start or an end takes, so that who comes second waits for the first: by threads that may
    /// wait, and by no other.
    running: Mutex<Run>,
}

/// What becomes of clients that come while data is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meanwhile {
    /// They are told, as by Redis.
    Told,
    /// They wait: they were connected a moment ago, and not all clients ask again when they are told.
    Wait,
}

#[derive(Debug, Default)]
struct Run {
    store: Option<Store>,
    /// It is to run.
    is_wanted: bool,
}

impl Run {
    fn has_ended(&self) -> bool {
        self.is_wanted && self.store.as_ref().is_none_or(Store::has_ended)
    }
}

impl Embedded {
    /// With what was claimed for it. It does not run yet.
    pub fn new(here: Box<Here>) -> Arc<Self> {
        let settings = Mutex::new(here.settings.clone());
        Arc::new(Embedded { here, door: Arc::default(), settings, running: Mutex::default() })
    }

    /// Another process runs it, and gives it up when it is asked to.
    pub fn is_passed(&self) -> bool {
        self.here.is_passed
    }

    /// What it was claimed with.
    pub fn here(&self) -> &Here {
        &self.here
    }

    /// The way to it.
    pub fn door(&self) -> Arc<dyn OwnStore> {
        self.door.clone()
    }

    /// Load its data and serve.
    pub async fn start(self: &Arc<Self>) -> Result<(), Failure> {
        let own = self.clone();
        blocking(move || own.start_now(LEFT_WAIT, Meanwhile::Told)).await?
    }

    /// Let the process that runs it give it up, and start it here.
    pub async fn take_over(self: &Arc<Self>, mut taken: Taken) -> Result<Taken, Failure> {
        let own = self.clone();
        let take = move || {
            taken.ask_store().map_err(|error| {
                let text = format!("the store cannot be taken over: {error}");
                Failure::new(Exit::Unrunnable, text)
            })?;
            own.start_now(LEFT_WAIT, Meanwhile::Wait).map(|()| taken)
        };
        blocking(take).await?
    }

    /// Stop it, for a newer process. Err: it goes on, and why.
    pub async fn give_up(self: &Arc<Self>) -> Result<(), String> {
        let own = self.clone();
        let given = blocking(move || own.give_up_now()).await;
        given.map_err(|failure| failure.text)?
    }

    /// The newer process has failed.
    pub async fn take_back(self: &Arc<Self>) {
        let own = self.clone();
        let taken = blocking(move || own.start_now(LOCK_WAIT, Meanwhile::Wait))
            .await
            .and_then(|started| started);
        if let Err(failure) = taken {
            let text = &failure.text;
            news::say(&format!("the store does not run any more, start Ostler anew: {text}"));
        }
    }

    /// Stop it, if it runs. False if some of its data could not be written.
    pub async fn stop(self: &Arc<Self>) -> bool {
        let own = self.clone();
        blocking(move || own.stop_now()).await.unwrap_or(false)
    }

    /// Go on with `new`, in which nothing differs that needs a restart.
    pub async fn apply(self: &Arc<Self>, new: &StoreHere) -> Result<(), String> {
        let (own, new) = (self.clone(), new.clone());
        let applied = blocking(move || {
            own.say(&live::changed(&own.settings(), &new))?;
            *own.settings.lock().unwrap_or_else(PoisonError::into_inner) = new;
            Ok(())
        });
        applied.await.map_err(|failure| failure.text)?
    }

    /// Look at it; None: it does not run.
    pub fn watch(&self) -> Option<Watch> {
        self.door.watch()
    }

    /// How it is.
    pub fn figures(&self) -> StoreFigures {
        let Some(figures) = self.door.figures() else { return StoreFigures::default() };
        let durability = figures.policy.map(|policy| match policy {
            Policy::Always => StoreDurability::Always.word(),
            Policy::EverySecond => StoreDurability::EverySecond.word(),
            Policy::Off => StoreDurability::Off.word(),
        });
        StoreFigures {
            running: true,
            refuses: figures.refuses,
            durability: durability.map(ToOwned::to_owned),
            keys: figures.keys,
            memory_bytes: figures.memory_bytes,
            memory_bytes_max: figures.memory_bytes_max,
            clients: figures.clients,
            commands_per_second: figures.commands_per_second,
        }
    }

    /// Its metrics.
    pub fn write_metrics(&self, to: &mut Snapshot) {
        page::write(to, self.door.figures().as_ref());
    }

    /// Say what it has to say, and see that it runs: a client that says `SHUTDOWN`, or a fault of the program, ends it, and it begins again.
    pub async fn keep_up(self: &Arc<Self>) -> Infallible {
        let mut heard = Heard::default();
        loop {
            tokio::time::sleep(LOOK_PERIOD).await;
            if let Some(watch) = self.door.watch() {
                heard.listen(&watch).iter().for_each(|line| news::say(line));
            }
            if !self.has_ended() {
                continue;
            }
            let own = self.clone();
            if let Ok(Err(failure)) = blocking(move || own.start_again()).await {
                news::say(&failure.text);
                tokio::time::sleep(RESTART_WAIT).await;
            }
        }
    }

    /// It should run, and does not. False while it starts or stops.
    fn has_ended(&self) -> bool {
        self.running.try_lock().is_ok_and(|running| running.has_ended())
    }

    fn start_again(&self) -> Result<(), Failure> {
        let mut running = self.lock();
        if !running.has_ended() {
            return Ok(());
        }
        self.door.shut();
        if running.store.take().is_some_and(|store| !store.stop()) {
            news::say("the store ended before all of its data was written");
        }
        drop(running);
        news::say("the store has ended, by SHUTDOWN or a fault; starting it again");
        self.start_now(LOCK_WAIT, Meanwhile::Wait)
    }

    fn start_now(&self, patience: Duration, meanwhile: Meanwhile) -> Result<(), Failure> {
        let mut running = self.lock();
        if running.store.is_some() {
            return Ok(());
        }
        running.is_wanted = true;
        let began = base::clock::now();
        let store = loop {
            match Store::start(self.needs(meanwhile)?, loading::progress()) {
                Ok(store) => break store,
                Err(StartError::Open(OpenError::Lock(LockError::Taken { .. })))
                    if began.elapsed() < patience =>
                {
                    std::thread::sleep(LOCK_PERIOD);
                }
                Err(error) => return Err(unstarted(&error)),
            }
        };
        let started = store.started();
        if started.torn_bytes > 0 {
            let torn = show_bytes(started.torn_bytes);
            news::say(&format!(
                "store: the last {torn} of its log were half written when it ended; nobody was told that they \
                 were safe, and they are gone"
            ));
        }
        if began.elapsed() > LONG {
            let took = show_duration(began.elapsed());
            let snapshot = match started.snapshot_bytes {
                0 => String::new(),
                bytes => format!("a snapshot of {} and ", show_bytes(bytes)),
            };
            let records = started.records;
            news::say(&format!("store: loaded {snapshot}{records} changes in {took}"));
        }
        self.door.open(&store);
        let said = self.say(&live::changed(&StoreHere::default(), &self.settings()));
        if let Err(why) = said {
            self.door.shut();
            return Err(Failure::new(Exit::Unrunnable, why));
        }
        running.store = Some(store);
        Ok(())
    }

    fn settings(&self) -> StoreHere {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn needs(&self, meanwhile: Meanwhile) -> Result<Settings, Failure> {
        let (here, settings) = (&self.here, self.settings());
        let PassedStore { tcp, unix, .. } = here.passed()?;
        let policy = match settings.durability {
            StoreDurability::Always => Policy::Always,
            StoreDurability::EverySecond => Policy::EverySecond,
            StoreDurability::Off => Policy::Off,
        };
        Ok(Settings {
            listeners: tcp,
            unix,
            password: here.password.clone().unwrap_or_default(),
            databases: settings.databases as usize,
            folder: here.folder.clone(),
            policy,
            room: Room {
                bytes_max: usize::try_from(settings.memory_bytes_max).unwrap_or(usize::MAX),
                eviction: Eviction::parse(settings.eviction.word()).unwrap_or_default(),
                ..Room::default()
            },
            clients_max: settings.clients_max as usize,
            seed: u64::from_le_bytes(base::random::secret()?),
            says_loading: meanwhile == Meanwhile::Told,
        })
    }

    fn give_up_now(&self) -> Result<(), String> {
        if let Some(why) = self.door.figures().and_then(|figures| figures.refuses) {
            return Err(format!("the running Ostler cannot write its data now: {why}"));
        }
        if self.stop_now() {
            return Ok(());
        }
        if let Err(failure) = self.start_now(LOCK_WAIT, Meanwhile::Wait) {
            news::say(&format!("the store does not run any more: {}", failure.text));
        }
        Err("the running Ostler could not write its data: make room on the disk, then try again"
            .into())
    }

    fn stop_now(&self) -> bool {
        let mut running = self.lock();
        running.is_wanted = false;
        self.door.shut();
        running.store.take().is_none_or(Store::stop)
    }

    fn lock(&self) -> MutexGuard<'_, Run> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `CONFIG SET`, and wait for the answer.
    fn say(&self, words: &[live::Word]) -> Result<(), String> {
        if words.is_empty() {
            return Ok(());
        }
        let mut command: Vec<&[u8]> = vec![b"CONFIG", b"SET"];
        command.extend(words.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]));
        let (tell, told) = mpsc::channel();
        let answer = move |reply: &[u8]| drop(tell.send(reply.to_vec()));
        self.door.call(&command, Box::new(answer));
        match told.recv_timeout(ANSWER_WAIT) {
            Ok(reply) if reply.starts_with(b"+") => Ok(()),
            Ok(reply) => {
                let reply = String::from_utf8_lossy(&reply).trim_end().to_owned();
                Err(format!("the store refuses a setting: {}", reply.trim_start_matches('-')))
            }
            Err(_) => Err("the store does not answer".into()),
        }
    }
}

/// On a thread that may wait.
async fn blocking<T: Send + 'static>(
    run: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(run)
        .await
        .map_err(|error| Failure::new(Exit::Failure, format!("the store's thread ended: {error}")))
}

/// Why it does not start, with what to do.
fn unstarted(error: &StartError) -> Failure {
    let cure = match error {
        StartError::Open(OpenError::Lock(LockError::Io { .. }) | OpenError::Io { .. }) => {
            ". Let the user that runs ostler write there, or give another [store] folder; if no app needs a store: \
             [store] enabled = false"
        }
        StartError::Open(_) | StartError::System { .. } | StartError::Died => "",
    };
    Failure::new(Exit::Unrunnable, format!("the store does not start: {error}{cure}"))
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.stop_now();
    }
}
