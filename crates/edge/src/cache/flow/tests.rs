//! A world of requests, replies and time, against what RFC 9111 says in plain words. One seed is one
//! world; `OSTLER_SEED=7` runs that one alone.

use super::{Considered, End, Errand, Fills, Known, Rule, Says, Stage};
use crate::cache::policy::Trouble;
use crate::cache::store::{CacheFolder, Store};
use crate::handling::{Content, Local};
use crate::http::Method;
use crate::http::head::{self, Limits, Peer, reply, request};
use base::random::Random;
use config::{Cache, CacheStore};
use std::sync::Arc;
use std::time::Duration;

const SEEDS: u64 = 256;
const STEPS: u64 = 300;

const HOSTS: [&str; 2] = ["a", "b"];
const PATHS: [&str; 3] = ["/", "/x?y=1", "/x?y=2"];
const CONTROLS: [&str; 16] = [
    "",
    "max-age=5",
    "max-age=60",
    "s-maxage=5",
    "public, max-age=5",
    "private, max-age=60",
    "no-store, max-age=60",
    "no-cache",
    "max-age=5, must-revalidate",
    "max-age=5, proxy-revalidate, stale-while-revalidate=60",
    "max-age=5, stale-while-revalidate=5",
    "max-age=5, stale-if-error=20",
    "max-age=5, max-age=60",
    "max-age=\"5",
    "max-age=0, stale-while-revalidate=5",
    "s-maxage=5, stale-if-error=20",
];

/// What was asked.
#[derive(Debug, Clone)]
struct Asked {
    method: Method,
    url: String,
    lang: &'static str,
    cookie: bool,
    authorization: bool,
}

/// What an app made of it; its body is its number.
#[derive(Debug, Clone)]
struct Made {
    asked: Asked,
    control: &'static str,
    set_cookie: bool,
    vary: &'static str,
    broken: bool,
    /// When it was made, or last confirmed.
    good_ms: u64,
}

struct World {
    random: Random,
    rule: Rule,
    now_ms: u64,
    made: Vec<Made>,
    /// Until when what was made for an address is invalid.
    changed: Vec<(String, usize)>,
    served: u64,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let settings = Cache {
            keep_for: (random.below(2) == 0).then(|| Duration::from_secs(5)),
            stale: Duration::from_secs(random.below(2) * 5),
            obeys_clients: random.below(2) == 0,
            ..Cache::default()
        };
        let (news, _reader) = crate::news::channel();
        let folder = CacheFolder::default();
        let rule = Rule {
            settings,
            store: Store::start(&CacheStore::default(), &folder, &news).unwrap(),
            fills: Arc::new(Fills::default()),
            counts: Arc::default(),
        };
        let (made, changed) = (Vec::new(), Vec::new());
        World { random, rule, now_ms: 1_764_000_000_000, made, changed, served: 0 }
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.random.below(of.len() as u64) as usize]
    }

    fn step(&mut self) {
        self.now_ms += self.random.below(4_000);
        let method =
            self.one(&[Method::Get, Method::Get, Method::Get, Method::Head, Method::Other]);
        let (host, path) = (self.one(&HOSTS), self.one(&PATHS));
        let asked = Asked {
            method,
            url: format!("http://{host}{path}"),
            lang: self.one(&["de", "en"]),
            cookie: self.random.below(4) == 0,
            authorization: self.random.below(4) == 0,
        };
        let name = match method {
            Method::Get => "GET",
            Method::Head => "HEAD",
            _ => "POST",
        };
        let mut text =
            format!("{name} {path} HTTP/1.1\r\nHost: {host}\r\nX-Lang: {}\r\n", asked.lang);
        let wants =
            self.one(&["", "", "no-cache", "max-stale", "max-stale=3", "max-age=1", "min-fresh=3"]);
        for (there, line) in [
            (asked.cookie, "Cookie: a=b"),
            (asked.authorization, "Authorization: x"),
            (!wants.is_empty(), &format!("Cache-Control: {wants}")),
        ] {
            if there {
                text.push_str(&format!("{line}\r\n"));
            }
        }
        text.push_str("\r\n");
        self.request(&asked, &text, wants);
    }

    fn request(&mut self, asked: &Asked, text: &str, wants: &str) {
        let limits = Limits { head_bytes_max: 4_096, headers_max: 20 };
        let mut scratch = head::scratch();
        let parsed = request::read(text.as_bytes(), &limits, &mut scratch).unwrap().unwrap();
        let peer = Peer { address: "1.2.3.4", trusted: false, scheme: "http", forwarded: false };
        let mut lines = Vec::new();
        match self.rule.consider(&parsed, &peer, self.now_ms, || 7, &mut lines) {
            Considered::Reply(local) => self.check(asked, &local, None, wants),
            Considered::ReplyAndRefresh(local, errand) => {
                self.check(asked, &local, None, wants);
                let own = Asked { method: Method::Get, ..asked.clone() };
                self.errand(&own, errand, text, wants);
            }
            Considered::Errand(errand) => self.errand(asked, errand, text, wants),
        }
    }

    /// The request goes to the app, and perhaps the reply of the app to the client.
    fn errand(&mut self, asked: &Asked, mut errand: Box<Errand>, text: &str, wants: &str) {
        let rule = &self.rule;
        let (method, now_ms) = (asked.method, self.now_ms);
        let known = |head| Known { method, head, now_ms, chance: 7, never: false };
        match errand.turn(rule, &known(text.as_bytes()), &mut Vec::new()) {
            Stage::Go => {}
            Stage::Reply(local) => return self.check(asked, &local, None, wants),
            Stage::Wait(end) => panic!("nobody else asks: {:?}", *end.borrow()),
        }
        let sent = errand.sent(rule, text.as_bytes(), now_ms);
        let head = sent.unwrap_or_else(|| text.as_bytes().to_vec());
        self.now_ms += self.random.below(50);
        let (rule, now_ms) = (&self.rule, self.now_ms);
        let known = Known { method, head: &head, now_ms, chance: 7, never: false };
        match self.random.below(8) {
            0 => {
                let local =
                    errand.stand_in(rule, Trouble::Unreachable, method, now_ms, &mut Vec::new());
                return local.into_iter().for_each(|local| {
                    self.check(asked, &local, Some(Trouble::Unreachable), wants)
                });
            }
            1 => return self.failed(asked, errand, known.head, wants),
            _ => {}
        }
        let confirms =
            String::from_utf8_lossy(&head).contains("If-None-Match") && self.random.below(2) == 0;
        if confirms {
            return self.confirmed(asked, errand, &head, wants);
        }
        self.replied(asked, errand, &head);
    }

    fn failed(&mut self, asked: &Asked, mut errand: Box<Errand>, head: &[u8], wants: &str) {
        let says =
            self.tell(asked, &mut errand, head, "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n");
        if says == Says::Instead {
            let local = errand.take_instead(&self.rule, 7, &mut Vec::new()).unwrap();
            self.check(asked, &local, Some(Trouble::Error), wants);
        }
    }

    fn confirmed(&mut self, asked: &Asked, mut errand: Box<Errand>, head: &[u8], wants: &str) {
        let text = String::from_utf8_lossy(head);
        let number: usize = text
            .split("If-None-Match: \"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        self.made[number].good_ms = self.now_ms;
        let control = self.made[number].control;
        let says = self.tell(
            asked,
            &mut errand,
            head,
            &format!("HTTP/1.1 304 X\r\nETag: \"{number}\"\r\nCache-Control: {control}\r\nSet-Cookie: x\r\n\r\n"),
        );
        assert_eq!(says, Says::Instead);
        let local = errand.take_instead(&self.rule, 7, &mut Vec::new()).unwrap();
        assert_eq!(number_of(&local), number);
        self.check(asked, &local, Some(Trouble::Unreachable), wants);
    }

    fn replied(&mut self, asked: &Asked, mut errand: Box<Errand>, head: &[u8]) {
        let made = Made {
            asked: asked.clone(),
            control: self.one(&CONTROLS),
            set_cookie: self.random.below(6) == 0,
            vary: self.one(&["", "", "X-Lang", "*"]),
            broken: self.random.below(8) == 0,
            good_ms: self.now_ms,
        };
        let number = self.made.len();
        let body = number.to_string();
        let mut text =
            format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nETag: \"{number}\"\r\n", body.len());
        for (there, line) in [
            (!made.control.is_empty(), format!("Cache-Control: {}", made.control)),
            (!made.vary.is_empty(), format!("Vary: {}", made.vary)),
            (made.set_cookie, "Set-Cookie: a=b".to_owned()),
        ] {
            if there {
                text.push_str(&format!("{line}\r\n"));
            }
        }
        text.push_str("\r\n");
        if asked.method == Method::Other {
            self.changed.push((asked.url.clone(), number));
        }
        let broken = made.broken;
        self.made.push(made);
        let says = self.tell(asked, &mut errand, head, &text);
        match says {
            Says::Copy(_) if broken => {}
            Says::Copy(_) => errand.complete(&self.rule, body.into(), self.now_ms),
            Says::Pass | Says::Instead => {}
        }
    }

    fn tell(&self, asked: &Asked, errand: &mut Errand, head: &[u8], text: &str) -> Says {
        let mut scratch = head::scratch();
        let parsed =
            reply::read(text.as_bytes(), asked.method, None, &mut scratch).unwrap().unwrap();
        let now_ms = self.now_ms;
        let known = Known { method: asked.method, head, now_ms, chance: 7, never: false };
        errand.replied(&self.rule, &known, &parsed, &mut Vec::new())
    }

    /// What comes out of the cache is what may: `trouble` if the app was asked and did not help, or has
    /// confirmed it just now.
    fn check(&mut self, asked: &Asked, local: &Local, trouble: Option<Trouble>, wants: &str) {
        if local.status == 504 {
            return;
        }
        self.served += 1;
        let number = number_of(local);
        let made = &self.made[number];
        let of = &made.asked;
        let what = format!("{asked:?} got {number}: {made:?}, at {}", self.now_ms);
        assert_eq!((&of.url, of.method), (&asked.url, Method::Get), "{what}");
        assert!(made.vary != "*" && (made.vary.is_empty() || of.lang == asked.lang), "{what}");
        assert!(!made.set_cookie && !made.broken, "{what}");
        let says = |word: &str| made.control.contains(word);
        assert!(!says("private") && !says("no-store") && !says("\"5"), "{what}");
        let for_others = says("public") || says("s-maxage") || says("must-revalidate");
        assert!(!of.authorization || for_others, "{what}");
        let implicit = made.control.is_empty();
        if implicit {
            let nobody = |asked: &Asked| !asked.cookie && !asked.authorization;
            assert!(nobody(of) && nobody(asked) && self.rule.settings.keep_for.is_some(), "{what}");
        }
        let changed =
            self.changed.iter().filter(|(url, _)| *url == asked.url).map(|(_, at)| *at).max();
        assert!(changed.is_none_or(|changed| number > changed), "{what}");
        self.check_age(number, trouble, wants, &what);
    }

    fn check_age(&self, number: usize, trouble: Option<Trouble>, wants: &str, what: &str) {
        let made = &self.made[number];
        let says = |word: &str| made.control.contains(word);
        let number_after = |word: &str| {
            let rest = made.control.split(word).nth(1)?;
            rest.split(',').next()?.parse::<u64>().ok()
        };
        let lifetime_s = number_after("s-maxage=").or(number_after("max-age=")).unwrap_or(5);
        let lifetime_s = if says("no-cache") { 0 } else { lifetime_s };
        let never = says("must-revalidate") || says("proxy-revalidate") || says("no-cache");
        let silent = !says("s-maxage");
        let revalidate_s = match number_after("stale-while-revalidate=") {
            Some(seconds) => seconds,
            None if silent => self.rule.settings.stale.as_secs(),
            None => 0,
        };
        let error_s = number_after("stale-if-error=");
        let grace_s = match trouble {
            None if never => 0,
            None => revalidate_s,
            // Confirmed just now, or one of these.
            Some(_) if made.good_ms == self.now_ms => u64::MAX / 2_000,
            Some(_) if never => 0,
            Some(Trouble::Error) => error_s.unwrap_or(0),
            Some(Trouble::Unreachable) => error_s.unwrap_or(if silent { 60 } else { 0 }),
        };
        let client_s = match wants {
            "max-stale" if self.rule.settings.obeys_clients && silent && !never => 1 << 31,
            "max-stale=3" if self.rule.settings.obeys_clients && silent && !never => 3,
            _ => 0,
        };
        let age_ms = self.now_ms - made.good_ms;
        let allowed_ms = (lifetime_s + grace_s.max(client_s)) * 1_000;
        // A full second is taken for a reply's age at most when it came, since dates have no more.
        assert!(age_ms <= allowed_ms, "{what}: {age_ms} of {allowed_ms}");
        if self.rule.settings.obeys_clients && trouble.is_none() {
            assert!(
                wants != "no-cache" && (wants != "max-age=1" || age_ms <= 1_000),
                "{wants}: {what}"
            );
        }
    }
}

fn number_of(local: &Local) -> usize {
    let body = match &local.content {
        Content::Kept(kept) => kept.held.stored().body.clone(),
        other => panic!("{other:?}"),
    };
    String::from_utf8_lossy(&body).parse().unwrap()
}

#[test]
fn whatever_happens_nobody_gets_what_is_not_for_them() {
    let one = std::env::var("OSTLER_SEED").ok().and_then(|text| text.parse().ok());
    let seeds = one.map_or(0..SEEDS, |seed| seed..seed + 1);
    let (mut served, mut made) = (0, 0);
    for seed in seeds {
        let mut world = World::new(seed);
        for _ in 0..STEPS {
            world.step();
        }
        served += world.served;
        made += world.made.len() as u64;
    }
    assert!(
        served > made / 4,
        "too little came out of the cache to mean anything: {served} {made}"
    );
}

/// Who waits is told how it ended, whatever becomes of who fetches.
#[test]
fn no_way_out_leaves_others_waiting() {
    for seed in 0..64 {
        let mut random = Random::new(seed);
        let fills = Arc::new(Fills::default());
        let key = crate::cache::Key::of_url(b"http://a/").unwrap();
        let super::fills::Turn::Lead(lead) = fills.turn(&key, false, 1) else { panic!() };
        let super::fills::Turn::Follow(end) = fills.turn(&key, false, 1) else { panic!() };
        match random.below(3) {
            0 => drop(lead),
            1 => lead.end(End::Passed, 1),
            _ => lead.end(End::Trouble(Trouble::Error), 1),
        }
        assert!(!matches!(*end.borrow(), End::Pending));
        assert!(fills.follow(&key, false).is_none());
    }
}
