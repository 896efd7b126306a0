//! Steps of the core, and what they ask for.

use super::live::{Shell, Waiting};
use super::message::Message;
use super::process::{Make, Process};
use crate::core::{Action, Event, Outcome, Ticket};
use crate::error::CommandError;
use crate::output::Output;
use crate::worker::probe::probe;
use config::App;
use model::{AppName, EventKind, WorkerId};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// For a command without a health path: its port accepts within this.
const CONNECT_LIMIT: Duration = Duration::from_secs(1);

impl Shell {
    /// Tell the core of an app what happened now.
    pub fn step(&mut self, name: &AppName, event: Event) {
        self.step_at(base::clock::now(), name, event);
    }

    /// As [`Shell::step`], for several events of one moment.
    pub fn step_at(&mut self, now: Instant, name: &AppName, event: Event) {
        let mut events = VecDeque::from([event]);
        let mut out = Vec::new();
        let (mut answers, mut is_published) = (Vec::new(), false);
        while let Some(event) = events.pop_front() {
            let Some(app) = self.apps.iter_mut().find(|app| app.name == *name) else { return };
            app.core.step(now, event, &mut self.draw, &mut out);
            for action in std::mem::take(&mut out) {
                is_published |= action == Action::Publish;
                match action {
                    Action::Answer { ticket, outcome } => answers.push((ticket, outcome)),
                    action => events.extend(self.perform(name, action)),
                }
            }
        }
        if is_published {
            self.publish_status();
        }
        // Last: who reads the status after the answer finds what the answer says.
        answers.into_iter().for_each(|(ticket, outcome)| self.answer(ticket, outcome));
    }

    fn perform(&mut self, name: &AppName, action: Action) -> Option<Event> {
        match action {
            Action::Spawn { worker, number, app, .. } => {
                return self.spawn(name, worker, number, app).err();
            }
            Action::Probe { worker } => self.probe(name, worker),
            Action::Signal { worker } => self.process(name, worker)?.signal(),
            Action::Kill { worker } => self.process(name, worker)?.kill(),
            Action::Publish => self.app_at(name)?.publish(),
            Action::Tell(kind) => self.journal.tell(name, kind),
            Action::Answer { .. } | Action::Ended => {}
        }
        None
    }

    fn process(&mut self, name: &AppName, worker: WorkerId) -> Option<&mut Process> {
        self.app_at(name)?.processes.get_mut(&worker)
    }

    fn spawn(
        &mut self,
        name: &AppName,
        worker: WorkerId,
        number: u32,
        settings: Arc<App>,
    ) -> Result<(), Event> {
        let process = Process::start(Make {
            worker,
            number,
            app: settings,
            run_folder: &self.folder,
            agent: &self.agent,
            edge_port: self.edge_port,
            variables: &self.variables,
            output: Output::new(self.journal.clone(), name.clone(), number),
            inbox: self.inbox.clone(),
            tasks: &self.tasks,
        });
        let process = process.map_err(|reason| Event::SpawnFailed { worker, reason })?;
        if let Some(warden) = &mut self.warden {
            warden.began(process.pid);
        }
        let pid = process.pid.as_raw_nonzero().get().unsigned_abs();
        self.journal.tell(name, EventKind::WorkerStarted { worker, number, pid });
        if let Some(app) = self.app_at(name) {
            app.processes.insert(worker, process);
        }
        Ok(())
    }

    fn probe(&mut self, name: &AppName, worker: WorkerId) {
        let Some(app) = self.apps.iter().find(|app| app.name == *name) else { return };
        let (Some(process), Some(core)) = (app.processes.get(&worker), app.core.worker(worker))
        else {
            return;
        };
        let health = core.app.health.as_ref();
        let path = health.map(|health| health.path.clone());
        let limit = health.map_or(CONNECT_LIMIT, |health| health.timeout);
        let (endpoint, inbox, name) = (process.endpoint.clone(), self.inbox.clone(), name.clone());
        self.tasks.spawn("supervise.probe", async move {
            let result = probe(endpoint, path, limit).await;
            let _ = inbox.send(Message::Worker(name, Event::Probed { worker, result })).await;
        });
    }

    fn answer(&mut self, ticket: Ticket, outcome: Outcome) {
        match (self.waiting.remove(&ticket), outcome) {
            (Some(Waiting::Reload(reply)), Outcome::Reloaded(report)) => drop(reply.send(report)),
            (Some(Waiting::Restart(reply)), Outcome::Restarted) => drop(reply.send(Ok(()))),
            (Some(Waiting::Restart(reply)), Outcome::NotRestarted { reason, stderr }) => {
                let _ = reply.send(Err(CommandError::Failed { reason, stderr }));
            }
            (None, _) => {}
            (Some(_), _) => debug_assert!(false, "a ticket of another kind"),
        }
    }
}
