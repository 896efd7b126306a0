//! One upstream: what its names stand for and how its servers are, as one `Fleet`.

use super::event::{Action, Event, Outcome, Turn};
use super::member::{Member, Standing};
use super::name::Name;
use config::{Server, Upstream};
use model::{AppName, Fleet, FleetState, Intake, WorkerId};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

/// How often the counts of requests are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Names are resolved no more often than this.
const RESOLVE_EVERY_MIN: Duration = Duration::from_secs(1);
/// Servers are checked no more often than this.
const INTERVAL_MIN: Duration = Duration::from_millis(100);
/// More servers than this are not remembered after they left.
const LEAVING_MAX: usize = 256;
/// How long upgraded connections have to close once an upstream that was removed is closed.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// One upstream.
#[derive(Debug)]
pub struct Origin {
    settings: Upstream,
    names: Vec<Name>,
    members: Vec<Member>,
    published: Option<(FleetState, Vec<(WorkerId, Intake)>)>,
    /// It was told that all servers are out, and that requests go to them nevertheless.
    told_all_out: bool,
    /// When what is left of it is closed, once it was removed.
    ends: Option<Instant>,
    over: bool,
    /// Checks that failed, ever.
    pub check_failures: u64,
    /// Answers that named no address, ever.
    pub resolve_failures: u64,
}

impl Origin {
    /// An upstream of which nothing is known but its settings; give it these as its first event.
    pub fn new(settings: &Upstream) -> Self {
        Origin {
            settings: settings.clone(),
            names: Vec::new(),
            members: Vec::new(),
            published: None,
            told_all_out: false,
            ends: None,
            over: false,
            check_failures: 0,
            resolve_failures: 0,
        }
    }

    /// Its settings.
    pub fn settings(&self) -> &Upstream {
        &self.settings
    }

    /// Its name.
    pub fn name(&self) -> &AppName {
        &self.settings.name
    }

    /// Its servers, also those that leave.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// What is wrong with its names.
    pub fn faults(&self) -> impl Iterator<Item = String> {
        self.names.iter().filter_map(Name::fault)
    }

    /// It was removed, and nothing is left of it.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// When to give it [`Event::Time`].
    pub fn due(&self, now: Instant) -> Option<Instant> {
        if self.over {
            return None;
        }
        let look = (!self.members.is_empty()).then_some(now + LOOK_EVERY);
        let names = self.names.iter().filter_map(Name::due);
        names.chain(self.members.iter().filter_map(Member::due)).chain(look).min()
    }

    /// Learn of `event` and decide what is to be done.
    pub fn step(&mut self, event: Event, turn: &mut Turn<'_>) {
        self.take(event, turn);
        self.follow_names(turn);
        if self.ends.is_none() {
            self.names.iter_mut().for_each(|name| name.progress(turn));
            self.members.iter_mut().for_each(|member| member.progress(turn));
        }
        self.forget(turn.now);
        self.publish(turn);
    }

    fn take(&mut self, event: Event, turn: &mut Turn<'_>) {
        match event {
            Event::Settings(settings) => self.configure(settings, turn.now),
            Event::Resolved(server, answer) => self.resolved(&server, answer, turn),
            Event::Checked(id, outcome) => {
                let interval = self.interval();
                let name = self.settings.name.as_str();
                let failed = matches!(outcome, Outcome::Unfit(_) | Outcome::Unreachable(_));
                self.check_failures += u64::from(failed);
                if let Some(member) = self.members.iter_mut().find(|member| member.id == id) {
                    member.checked(outcome, interval, name, turn);
                }
            }
            Event::Remove(limit) => {
                self.ends.get_or_insert(turn.now + limit);
                self.names.clear();
            }
            Event::Time => {}
        }
    }

    fn configure(&mut self, settings: Upstream, now: Instant) {
        let mut before = std::mem::take(&mut self.names);
        for server in &settings.servers {
            let known = before.iter().position(|name| name.server() == server);
            let name = known.map(|at| before.swap_remove(at));
            // A URL that is written twice is one.
            if !self.names.iter().any(|name| name.server() == server) {
                self.names.push(name.unwrap_or_else(|| Name::new(server.clone(), now)));
            }
        }
        if settings.health != self.settings.health || settings.ca != self.settings.ca {
            self.members.iter_mut().for_each(|member| member.check_at(now));
        }
        self.settings = settings;
    }

    fn resolved(
        &mut self,
        server: &Server,
        answer: Result<Vec<IpAddr>, String>,
        turn: &mut Turn<'_>,
    ) {
        let every = self.settings.resolve_every.max(RESOLVE_EVERY_MIN);
        let upstream = self.settings.name.as_str();
        self.resolve_failures += u64::from(!matches!(&answer, Ok(found) if !found.is_empty()));
        if let Some(name) = self.names.iter_mut().find(|name| name.server() == server) {
            name.resolved(answer, every, upstream, turn);
        }
    }

    fn interval(&self) -> Option<Duration> {
        self.settings.health.as_ref().map(|health| health.interval.max(INTERVAL_MIN))
    }

    /// Have one member for each address that a name stands for.
    fn follow_names(&mut self, turn: &mut Turn<'_>) {
        let now = turn.now;
        let wanted: Vec<(&Server, SocketAddr)> = self
            .names
            .iter()
            .flat_map(|name| name.addresses().map(|address| (name.server(), address)))
            .collect();
        for member in &mut self.members {
            let same = |(server, address): &(&Server, SocketAddr)| member.is_at(server, *address);
            let stays = wanted.iter().any(same);
            member.want(stays, now);
        }
        for (server, address) in wanted {
            if !self.members.iter().any(|member| member.is_at(server, address)) {
                let taken = |number| self.members.iter().any(|member| member.number == number);
                let number = (0..).find(|number| !taken(*number)).unwrap_or_default();
                let id = turn.draw.id();
                self.members.push(Member::new(id, number, server, address, now));
            }
        }
    }

    /// Let go of servers that left and are not used, and of an upstream that has ended.
    fn forget(&mut self, now: Instant) {
        self.members.retain(|member| !member.is_gone(now));
        let mut left: Vec<Instant> = self.members.iter().filter_map(Member::left).collect();
        if let Some(more) = left.len().checked_sub(LEAVING_MAX).filter(|more| *more > 0) {
            left.sort_unstable();
            let last = left.get(more - 1).copied();
            self.members.retain(|member| member.left().is_none_or(|since| Some(since) > last));
        }
        if let Some(ends) = self.ends {
            self.over = self.members.is_empty() || now >= ends + CLOSE_TIMEOUT;
        }
    }

    /// Tell the threads if anything changed for them.
    fn publish(&mut self, turn: &mut Turn<'_>) {
        let all_out = !self
            .members
            .iter()
            .any(|member| member.is_wanted() && member.standing == Standing::In);
        let closing = self.ends.is_some_and(|ends| turn.now >= ends);
        let members: Vec<model::Member> = self
            .members
            .iter()
            .map(|member| model::Member {
                http2: false,
                worker: member.id,
                number: member.number,
                endpoint: member.endpoint(),
                intake: if closing { Intake::Closing } else { member.intake(all_out) },
                load: member.load.clone(),
            })
            .collect();
        let state = self.state(&members);
        self.tell_all_out(all_out && state == FleetState::Serving, turn);
        let told = (state.clone(), members.iter().map(|one| (one.worker, one.intake)).collect());
        if self.published.as_ref() != Some(&told) {
            self.published = Some(told);
            let fleet = Fleet { app: self.settings.name.clone(), state, members };
            turn.out.push(Action::Publish(fleet));
        }
    }

    fn state(&self, members: &[model::Member]) -> FleetState {
        let unchecked = |member: &Member| member.is_wanted() && member.standing == Standing::New;
        if self.ends.is_some() {
            FleetState::Stopped
        } else if members.iter().any(|member| member.intake == Intake::Open) {
            FleetState::Serving
        } else if self.names.iter().any(Name::is_pending) || self.members.iter().any(unchecked) {
            FleetState::Starting
        } else {
            FleetState::Unreachable
        }
    }

    fn tell_all_out(&mut self, all_out: bool, turn: &mut Turn<'_>) {
        if all_out && !self.told_all_out {
            let name = &self.settings.name;
            turn.say(format!(
                "upstream {name}: no server is healthy; requests go to those that can be reached all the same"
            ));
        }
        self.told_all_out = all_out;
    }
}
