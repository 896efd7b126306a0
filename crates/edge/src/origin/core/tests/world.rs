//! Upstreams whose names, servers, requests and settings change by chance.

use super::*;
use base::random::Random;
use model::FleetState;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering::SeqCst;

struct World {
    random: Random,
    script: Script,
    settings: Upstream,
    removed: bool,
    ids: HashMap<WorkerId, SocketAddr>,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let settings = some_settings(&mut random);
        let script = Script::seeded(&settings, seed);
        World { random, script, settings, removed: false, ids: HashMap::new() }
    }

    fn act(&mut self) {
        let script = &mut self.script;
        match self.random.below(20) {
            0 => {
                self.settings = some_settings(&mut self.random);
                if !self.removed {
                    script.step(Event::Settings(self.settings.clone()));
                }
            }
            1..=3 if !script.lookups.is_empty() => {
                let at = self.random.below(script.lookups.len() as u64) as usize;
                let server = script.lookups.swap_remove(at);
                let answer = some_answer(&mut self.random);
                script.step(Event::Resolved(server, answer));
            }
            4..=10 if !script.checks.is_empty() => {
                let at = self.random.below(script.checks.len() as u64) as usize;
                let (id, _) = script.checks.swap_remove(at);
                let outcome = match self.random.below(4) {
                    3 => Outcome::Unknown,
                    0 => unfit(),
                    1 => unreachable(),
                    _ => Outcome::Passed,
                };
                script.step(Event::Checked(id, outcome));
            }
            11..=13 => {
                let members = script.origin.members();
                if !members.is_empty() {
                    let load = &members[self.random.below(members.len() as u64) as usize].load;
                    match self.random.below(3) {
                        0 => load.in_flight.store(self.random.below(3) as u32, SeqCst),
                        1 => load.upgraded.store(self.random.below(2) as u32, SeqCst),
                        _ => drop(load.connect_failures.fetch_add(1, SeqCst)),
                    }
                }
            }
            _ => {
                script.now += Duration::from_millis(self.random.below(3_000));
                script.step(Event::Time);
            }
        }
    }

    fn check_invariants(&mut self, seed: u64) {
        let script = &self.script;
        let members = script.origin.members();
        let wanted = |member: &&Member| member.is_wanted();
        let any_in = members.iter().filter(wanted).any(|one| one.standing == Standing::In);
        let fleet = script.fleet.as_ref().expect("told at the start");
        for told in &fleet.members {
            let member = members.iter().find(|one| one.id == told.worker);
            let member = member.unwrap_or_else(|| panic!("seed {seed}: {told:?} is unknown"));
            assert!(std::sync::Arc::ptr_eq(&member.load, &told.load), "seed {seed}");
            if told.intake == Intake::Open {
                assert!(member.is_wanted() && !self.removed, "seed {seed}: {member:?}");
                assert!(member.standing == Standing::In || !any_in, "seed {seed}: {member:?}");
                assert!(member.standing != Standing::New, "seed {seed}: {member:?}");
            } else if !self.removed {
                let good = member.is_wanted() && member.standing == Standing::In;
                assert!(!good, "seed {seed}: healthy and closed {member:?}");
            }
            // An id means one address for ever.
            let address = *self.ids.entry(told.worker).or_insert(member.address);
            assert_eq!(address, member.address, "seed {seed}");
        }
        assert_eq!(fleet.members.len(), members.len(), "seed {seed}");
        let open = fleet.members.iter().any(|one| one.intake == Intake::Open);
        assert_eq!(fleet.state == FleetState::Serving, open, "seed {seed}: {fleet:?}");
        let numbers: HashSet<u32> = members.iter().map(|one| one.number).collect();
        assert_eq!(numbers.len(), members.len(), "seed {seed}");
        let checks: HashSet<WorkerId> = script.checks.iter().map(|(id, _)| *id).collect();
        assert_eq!(checks.len(), script.checks.len(), "seed {seed}: checked twice at a time");
    }
}

fn some_settings(random: &mut Random) -> Upstream {
    let hosts = ["a", "b", "c", "10.0.0.1", "10.0.0.2"];
    let count = 1 + random.below(4);
    let servers: Vec<Server> = (0..count)
        .map(|_| Server {
            tls: random.below(4) == 0,
            host: hosts[random.below(5) as usize].to_owned(),
            port: 80 + random.below(2) as u16,
        })
        .collect();
    upstream(&servers, random.below(2) == 0)
}

fn some_answer(random: &mut Random) -> Result<Vec<IpAddr>, String> {
    match random.below(5) {
        0 => Err("no answer".to_owned()),
        count => Ok((1..count).map(|_| ip(&format!("10.0.0.{}", random.below(6)))).collect()),
    }
}

#[test]
fn in_any_world_requests_go_where_they_may() {
    for seed in 0..256 {
        let mut world = World::new(seed);
        for _ in 0..400 {
            world.act();
            world.check_invariants(seed);
        }
    }
}

/// Whatever happened before: with good answers everything serves, and a removal comes to its end.
#[test]
fn any_world_recovers_and_ends() {
    for seed in 0..256 {
        let mut world = World::new(seed);
        (0..200).for_each(|_| world.act());
        let script = &mut world.script;
        for _ in 0..2_000 {
            for server in std::mem::take(&mut script.lookups) {
                script.step(Event::Resolved(server, Ok(vec![ip("10.0.0.3")])));
            }
            script.all_checked(&Outcome::Passed);
            script.now += SECOND / 10;
            script.step(Event::Time);
        }
        let fleet = script.fleet.as_ref().unwrap();
        assert_eq!(fleet.state, FleetState::Serving, "seed {seed}: {fleet:?}");
        for member in script.origin.members().iter().filter(|one| one.is_wanted()) {
            assert_eq!(member.standing, Standing::In, "seed {seed}");
        }
        script.lookups.clear();
        script.checks.clear();
        script.step(Event::Remove(10 * SECOND));
        for _ in 0..200 {
            script.now += SECOND / 10;
            script.step(Event::Time);
        }
        assert!(script.origin.is_over(), "seed {seed}");
        assert!(script.lookups.is_empty() && script.checks.is_empty(), "seed {seed}");
    }
}
