//! One app as it runs: the core's fleet, and the processes that belong to it.

use super::process::Process;
use crate::core::Fleet;
use crate::watch::FileWatch;
use config::App;
use model::{AppName, Member, WorkerId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::watch;

/// One app.
pub struct Running {
    pub name: AppName,
    pub core: Fleet,
    pub processes: BTreeMap<WorkerId, Process>,
    pub fleet: watch::Sender<Arc<model::Fleet>>,
    pub files: Option<FileWatch>,
    /// It is not in the config any more.
    pub is_leaving: bool,
    /// Advice that was given, so that it is given once.
    pub advised: BTreeSet<String>,
    /// A reload for changed files is being looked at.
    pub is_checking: bool,
}

impl Running {
    /// An app that has no worker yet.
    pub fn new(app: Arc<App>) -> Self {
        let name = app.name.clone();
        let state = model::FleetState::Starting;
        let fleet = model::Fleet { app: name.clone(), state, members: Vec::new() };
        Running {
            name,
            core: Fleet::new(app),
            processes: BTreeMap::new(),
            fleet: watch::Sender::new(Arc::new(fleet)),
            files: None,
            is_leaving: false,
            advised: BTreeSet::new(),
            is_checking: false,
        }
    }

    /// Tell the edge which workers there are.
    pub fn publish(&self) {
        let members = self.core.members().filter_map(|(worker, intake)| {
            let process = self.processes.get(&worker.id)?;
            Some(Member {
                worker: worker.id,
                number: worker.number,
                endpoint: process.endpoint.clone(),
                http2: process.http2,
                intake,
                load: process.load.clone(),
            })
        });
        let (app, state) = (self.name.clone(), self.core.fleet_state());
        self.fleet.send_replace(Arc::new(model::Fleet { app, state, members: members.collect() }));
    }

    /// Main processes that have ended, whose children may finish.
    pub fn has_zombies(&self) -> bool {
        self.processes.values().any(|process| process.fate.is_some())
    }

    /// Stopped, and no process is left.
    pub fn is_gone(&self) -> bool {
        self.processes.is_empty() && self.core.state() == model::api::AppState::Stopped
    }
}
