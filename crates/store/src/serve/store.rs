//! A running store.

use super::baton::Baton;
use super::data::DataThread;
use super::figures::Watch;
use super::front::Front;
use super::listen::Listener;
use super::machine::machine;
use super::own::{OwnClient, OwnQueue};
use super::relief::Relief;
use super::settings::{Settings, StartError};
use super::waker::Waker;
use crate::durable::{Options, Persist, Started};
use crate::engine::{Engine, Now};
use crate::hub::{About, Hub, Order};
use base::random::Random;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

/// Told while data is loaded: bytes that were read of a file, and of how many.
pub type Progress = Box<dyn FnMut(u64, u64) + Send>;

/// A store that runs on threads of its own. Dropping it stops it.
#[derive(Debug)]
pub struct Store {
    hub: Arc<Hub>,
    queue: Arc<OwnQueue>,
    waker: Waker,
    started: Started,
    data: Option<JoinHandle<bool>>,
    relief: Option<JoinHandle<()>>,
}

impl Store {
    /// Start it, and come back when its data is loaded. Until then clients are told `-LOADING`, or wait.
    pub fn start(settings: Settings, progress: Progress) -> Result<Store, StartError> {
        let hub = Arc::new(Hub::default());
        hub.limits.set_password(settings.password.as_bytes());
        hub.limits.clients_max.store(settings.clients_max, Relaxed);
        hub.figures.start(about(&settings));
        let waker = Waker::new().map_err(system("an eventfd"))?;
        let call = Waker::new().map_err(system("an eventfd"))?;
        let front = front(&settings, &hub, &[&waker, &call]).map_err(system("its sockets"))?;
        let baton = Arc::new(Baton::new(front, call));
        let queue = Arc::new(OwnQueue::new(waker.clone()));

        let relief = Relief::new(Arc::clone(&baton), Arc::clone(&hub), waker.clone());
        let relief = thread("store-relief", move || relief.run())?;
        let start = Start {
            settings,
            hub: Arc::clone(&hub),
            baton,
            queue: Arc::clone(&queue),
            waker: waker.clone(),
            progress,
        };
        let (tell, told) = channel();
        let data = thread("store", move || start.run(&tell))?;
        let mut store = Store {
            hub,
            queue,
            waker,
            started: Started::default(),
            data: Some(data),
            relief: Some(relief),
        };
        store.started = told.recv().unwrap_or(Err(StartError::Died))?;
        Ok(store)
    }

    /// What was found at the start.
    pub fn started(&self) -> Started {
        self.started
    }

    /// What all clients share: limits, and what is counted.
    pub fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// Tells how it is.
    pub fn watch(&self) -> Watch {
        Watch(Arc::clone(&self.hub))
    }

    /// It has ended by itself: a client said `SHUTDOWN`, or the program has a fault.
    pub fn has_ended(&self) -> bool {
        self.data.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// A client without a socket.
    pub fn client(&self) -> OwnClient {
        OwnClient::new(Arc::clone(&self.queue))
    }

    /// Take no more commands, write and sync all, and end. False if some of it could not be written.
    pub fn stop(mut self) -> bool {
        self.end()
    }

    /// Wait until a client ends it by `SHUTDOWN`. False if some of what it acknowledged could not be written.
    pub fn wait(mut self) -> bool {
        self.join()
    }

    fn end(&mut self) -> bool {
        self.hub.outbox.push(Order::Stop);
        self.waker.wake();
        self.join()
    }

    fn join(&mut self) -> bool {
        let is_whole = self.data.take().is_none_or(|data| data.join().unwrap_or(false));
        if let Some(relief) = self.relief.take() {
            let _ = relief.join();
        }
        is_whole
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.end();
    }
}

/// Ends the service when it is dropped: also when the data thread panics, so that clients are not left waiting.
struct Service {
    baton: Arc<Baton>,
    queue: Arc<OwnQueue>,
}

impl Drop for Service {
    fn drop(&mut self) {
        self.queue.close();
        self.baton.end();
    }
}

/// What the data thread starts with.
struct Start {
    settings: Settings,
    hub: Arc<Hub>,
    baton: Arc<Baton>,
    queue: Arc<OwnQueue>,
    waker: Waker,
    progress: Progress,
}

impl Start {
    fn run(mut self, tell: &Sender<Result<Started, StartError>>) -> bool {
        let mut engine =
            Engine::new(self.settings.databases, Arc::clone(&self.hub), self.settings.seed);
        engine.keys.settings.room = self.settings.room;
        let _service = Service { baton: Arc::clone(&self.baton), queue: Arc::clone(&self.queue) };
        let baton = Arc::clone(&self.baton);
        let front = baton.take();
        let loaded = if self.settings.says_loading {
            // The relief thread tells clients meanwhile that data is being loaded.
            self.hub.loading.store(true, Relaxed);
            baton.let_go(front);
            let loaded = self.load(&mut engine);
            drop(baton.take_again());
            self.hub.loading.store(false, Relaxed);
            loaded
        } else {
            let loaded = self.load(&mut engine);
            drop(front);
            loaded
        };
        let (persist, started) = match loaded {
            Ok(loaded) => loaded,
            Err(error) => {
                let _ = tell.send(Err(error));
                return false;
            }
        };
        let _ = tell.send(Ok(started));
        DataThread::new(engine, persist, self.baton, self.queue, self.waker).run()
    }

    fn load(&mut self, engine: &mut Engine) -> Result<(Option<Persist>, Started), StartError> {
        let Some(folder) = self.settings.folder.clone() else {
            return Ok((None, Started::default()));
        };
        let Settings { policy, seed, .. } = self.settings;
        let options = Options { folder, policy, seed };
        let now = Now::at_ms(base::clock::wall_ms() as i64);
        let waker = self.waker.clone();
        let wake = Box::new(move || waker.wake());
        let (persist, started) = Persist::open(&options, engine, now, wake, &mut *self.progress)?;
        Ok((Some(persist), started))
    }
}

fn about(settings: &Settings) -> About {
    let started = base::clock::wall();
    let mut chance = Random::new(settings.seed ^ started.as_nanos() as u64);
    let mut digits = || -> String {
        let digit = |_| char::from_digit(chance.below(16) as u32, 16);
        (0..About::ID_DIGITS).filter_map(digit).collect()
    };
    let unix = settings.unix.first().and_then(|listener| listener.local_addr().ok());
    let unix = unix.as_ref().and_then(|address| address.as_pathname());
    let folder = settings.folder.as_ref();
    let port = settings.listeners.first().and_then(|listener| listener.local_addr().ok());
    About {
        run_id: digits(),
        history_id: digits(),
        unix: unix.map(|path| path.display().to_string()).unwrap_or_default(),
        folder: folder.map(|path| path.display().to_string()).unwrap_or_default(),
        port: port.map_or(0, |address| address.port()),
        started_ms: started.as_millis() as i64,
        machine: Some(machine),
    }
}

fn front(settings: &Settings, hub: &Arc<Hub>, wakers: &[&Waker]) -> std::io::Result<Front> {
    let mut listeners = Vec::new();
    for listener in &settings.listeners {
        listeners.push(Listener::tcp(listener.try_clone()?)?);
    }
    for listener in &settings.unix {
        listeners.push(Listener::unix(listener.try_clone()?)?);
    }
    let front = Front::new(listeners, Arc::clone(hub))?;
    for waker in wakers {
        front.watch(waker)?;
    }
    Ok(front)
}

fn thread<T: Send + 'static>(
    name: &'static str,
    run: impl FnOnce() -> T + Send + 'static,
) -> Result<JoinHandle<T>, StartError> {
    std::thread::Builder::new().name(name.into()).spawn(run).map_err(system("a thread"))
}

fn system(what: &'static str) -> impl FnOnce(std::io::Error) -> StartError {
    move |cause| StartError::System { what, cause }
}
