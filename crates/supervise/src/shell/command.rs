//! Commands from handles, and messages from this thread's own tasks.

use super::live::{Shell, Waiting};
use super::message::{Command, Message, Reply, Reports};
use super::running::Running;
use crate::core::{Event, Ticket, WORKERS_MAX};
use crate::error::CommandError;
use crate::watch::FileWatch;
use crate::worker::check::{CheckError, check};
use crate::worker::folder;
use config::App;
use model::api::{ReloadReport, ScaleReport};
use model::{AppName, EventKind};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::oneshot;

impl Shell {
    pub(super) fn command(&mut self, command: Command) {
        match command {
            Command::Stop(done) => self.stop(done, Event::Stop),
            Command::KillNow(done) => self.stop(done, Event::KillNow),
            Command::Reload(name, reply) => {
                let reports = self.open().and_then(|()| self.reload(name));
                let _ = reply.send(reports);
            }
            Command::Apply(apps, reply) => {
                let reports = self.open().map(|()| self.apply(apps));
                let _ = reply.send(reports);
            }
            Command::Scale(name, workers, reply) => {
                let report = self.open().and_then(|()| self.scale(&name, workers));
                let _ = reply.send(report);
            }
            Command::Restart(name, number, reply) => self.restart(&name, number, reply),
        }
    }

    pub(super) fn message(&mut self, message: Message) {
        match message {
            Message::Worker(name, event) => {
                let exited = match event {
                    Event::Exited { worker, .. } => Some(worker),
                    _ => None,
                };
                let app = self.app_at(&name);
                let process = exited.and_then(|worker| app?.processes.remove(&worker));
                if let Some(process) = process {
                    folder::remove(&process.folder);
                }
                self.step(&name, event);
            }
            Message::Notice(name, worker, notice) => self.notice(&name, worker, notice),
            Message::Checked { app, result, ticket, fresh } => {
                self.checked(app, result, ticket, fresh);
            }
        }
    }

    fn open(&self) -> Result<(), CommandError> {
        if self.stopping.is_some() { Err(CommandError::Stopping) } else { Ok(()) }
    }

    fn known(&self, name: &AppName) -> Result<&Running, CommandError> {
        let app = self.apps.iter().find(|app| app.name == *name && !app.is_leaving);
        app.ok_or_else(|| {
            let names: Vec<&str> = self.apps.iter().map(|app| app.name.as_str()).collect();
            let known = if names.is_empty() { "none".into() } else { names.join(", ") };
            CommandError::UnknownApp { app: name.clone(), known }
        })
    }

    fn ticket(&mut self, waiting: Waiting) -> Ticket {
        self.tickets += 1;
        self.waiting.insert(Ticket(self.tickets), waiting);
        Ticket(self.tickets)
    }

    fn reload(&mut self, name: Option<AppName>) -> Result<Reports, CommandError> {
        let names = match name {
            Some(name) => vec![self.known(&name)?.name.clone()],
            None => {
                self.apps.iter().filter(|app| !app.is_leaving).map(|a| a.name.clone()).collect()
            }
        };
        let mut reports = Vec::with_capacity(names.len());
        for name in names {
            let settings = self.known(&name)?.core.app_wanted().clone();
            reports.push(self.reload_with(settings, false));
        }
        Ok(reports)
    }

    fn reload_with(&mut self, app: Arc<App>, fresh: bool) -> oneshot::Receiver<ReloadReport> {
        let (reply, report) = oneshot::channel();
        let ticket = self.ticket(Waiting::Reload(reply));
        self.look_at(app, Some(ticket), fresh);
        report
    }

    fn apply(&mut self, apps: Vec<App>) -> Reports {
        let mut reports = Reports::new();
        let kept: Vec<AppName> = apps.iter().map(|app| app.name.clone()).collect();
        for app in apps {
            let old = self.apps.iter().find(|running| running.name == app.name);
            let app = Arc::new(app);
            match old {
                Some(old) if !old.is_leaving && **old.core.app_wanted() == *app => {}
                Some(_) => reports.push(self.reload_with(app, false)),
                None => {
                    self.add(app.clone());
                    reports.push(self.reload_with(app, true));
                }
            }
        }
        let gone = self.apps.iter_mut().filter(|app| !kept.contains(&app.name) && !app.is_leaving);
        let gone: Vec<AppName> = gone
            .map(|app| {
                app.is_leaving = true;
                app.name.clone()
            })
            .collect();
        for name in gone {
            self.step(&name, Event::Stop);
        }
        self.publish_list();
        reports
    }

    fn scale(&mut self, name: &AppName, workers: u32) -> Result<ScaleReport, CommandError> {
        let from = self.known(name)?.core.target();
        if !(1..=WORKERS_MAX).contains(&workers) {
            return Err(CommandError::Workers { workers });
        }
        self.step(name, Event::Scale { workers });
        Ok(ScaleReport { app: name.clone(), from, to: workers })
    }

    fn restart(&mut self, name: &AppName, number: u32, reply: Reply<()>) {
        let known = self.open().and_then(|()| self.known(name)).and_then(|app| {
            let mut numbers = app.core.slots().map(|(number, _)| number);
            if numbers.any(|known| known == number) {
                return Ok(());
            }
            let numbers = app.core.slots().map(|(number, _)| number.to_string());
            let known = numbers.collect::<Vec<_>>().join(", ");
            Err(CommandError::UnknownWorker { app: name.clone(), number, known })
        });
        if let Err(error) = known {
            return drop(reply.send(Err(error)));
        }
        let ticket = Some(self.ticket(Waiting::Restart(reply)));
        self.step(name, Event::Restart { number, ticket });
    }

    fn stop(&mut self, done: oneshot::Sender<()>, event: Event) {
        self.stopping.get_or_insert_default().push(done);
        let names: Vec<AppName> = self.apps.iter().map(|app| app.name.clone()).collect();
        for name in names {
            self.step(&name, event.clone());
        }
    }

    /// A new app, whose workers are not started yet.
    pub(super) fn add(&mut self, app: Arc<App>) {
        let mut running = Running::new(app);
        self.watch(&mut running);
        self.apps.push(running);
    }

    fn watch(&self, app: &mut Running) {
        app.files = None;
        let Some(watch) = app.core.app_wanted().watch.clone() else { return };
        // The run folder lies in one that all Ostlers of this place share.
        let own: Vec<&Path> = self.folder.ancestors().take(2).collect();
        match FileWatch::start(&watch, &own) {
            Ok(files) => app.files = Some(files),
            Err(error) => {
                let text = format!("changed files will not reload the app: {error}");
                self.journal.tell(&app.name, EventKind::Advice { number: 0, text });
            }
        }
    }

    /// Look whether the app can be started, on a thread of its own: it runs `node --version`.
    pub(super) fn look_at(&mut self, app: Arc<App>, ticket: Option<Ticket>, fresh: bool) {
        let (inbox, settings) = (self.inbox.clone(), app.clone());
        let work = move || {
            let result = check(&app);
            let _ = inbox.blocking_send(Message::Checked { app, result, ticket, fresh });
        };
        let thread = std::thread::Builder::new().name("supervise.check".into());
        if let Err(error) = thread.spawn(work) {
            let refusal = CheckError::NoThread { reason: error.to_string() };
            self.checked(settings, Err(refusal), ticket, fresh);
        }
    }

    fn checked(
        &mut self,
        settings: Arc<App>,
        result: Result<(), CheckError>,
        ticket: Option<Ticket>,
        fresh: bool,
    ) {
        let name = settings.name.clone();
        // A new app may have left again, and another of its name be there.
        let asked = |app: &&mut Running| !fresh || Arc::ptr_eq(app.core.app(), &settings);
        let Some(app) = self.app_at(&name).filter(asked) else { return self.forget(ticket) };
        app.is_checking = false;
        let generation = app.core.generation();
        let refused = result.as_ref().err().map(ToString::to_string);
        match (refused, fresh) {
            (Some(reason), true) => {
                self.step(&name, Event::Unstartable { reason, ticket });
            }
            (Some(reason), false) => {
                let (stderr, told) = (Vec::new(), reason.clone());
                let kind = EventKind::ReloadFailed { generation, reason: told, stderr };
                self.journal.tell(&name, kind);
                self.refuse(ticket, name, generation, reason);
            }
            (None, true) => self.step(&name, Event::Start { ticket }),
            (None, false) => {
                let changed = **app.core.app_wanted() != *settings;
                let rewatch = app.core.app_wanted().watch != settings.watch;
                let app = changed.then_some(settings);
                self.step(&name, Event::Reload { app, ticket });
                if rewatch && let Some(at) = self.apps.iter().position(|app| app.name == name) {
                    let mut running = self.apps.remove(at);
                    self.watch(&mut running);
                    self.apps.insert(at, running);
                }
            }
        }
    }

    fn forget(&mut self, ticket: Option<Ticket>) {
        ticket.map(|ticket| self.waiting.remove(&ticket));
    }

    /// Answer a reload that did not begin.
    fn refuse(&mut self, ticket: Option<Ticket>, app: AppName, generation: u32, reason: String) {
        let waiting = ticket.and_then(|ticket| self.waiting.remove(&ticket));
        if let Some(Waiting::Reload(reply)) = waiting {
            let (ok, took_ms, reason, stderr) = (false, 0, Some(reason), Vec::new());
            let _ = reply.send(ReloadReport { app, ok, generation, took_ms, reason, stderr });
        }
    }
}
