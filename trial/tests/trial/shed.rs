//! An app that is given more than it can carry, and apps that only look like it.

use std::net::SocketAddr;
use std::thread::{scope, sleep};
use std::time::Duration;
use trial::{Connection, Project, get};

const APP: &str = "\
const http = require('http');
function work(ms) { const until = performance.now() + ms; while (performance.now() < until); }
http.createServer((request, response) => {
  const ms = Number(new URL(request.url, 'http://a').searchParams.get('ms'));
  if (request.url.startsWith('/slow')) return setTimeout(() => response.end('slow'), ms);
  if (request.url.startsWith('/events')) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    return response.write('data: 1\\n\\n');
  }
  work(ms);
  response.end('done');
}).listen(3000);
";

/// What came of requests that were sent one after the other on each of many connections.
#[derive(Debug, Default)]
struct Told {
    good: Vec<Duration>,
    refused: Vec<Duration>,
    others: Vec<String>,
}

impl Told {
    fn add(&mut self, other: Told) {
        self.good.extend(other.good);
        self.refused.extend(other.refused);
        self.others.extend(other.others);
    }

    fn share_refused(&self) -> f64 {
        self.refused.len() as f64 / (self.refused.len() + self.good.len()).max(1) as f64
    }
}

fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// `clients` ask for `path` for so long; who is refused comes back in a moment.
fn ask(address: SocketAddr, path: &str, clients: usize, seconds: f64) -> Told {
    let client = || {
        let (mut told, begin) = (Told::default(), base::clock::now());
        let mut connection = Connection::open(address).unwrap();
        while begin.elapsed().as_secs_f64() < seconds {
            let asked = base::clock::now();
            let reply = connection.request("GET", path, "").unwrap();
            let took = asked.elapsed();
            match (reply.status, reply.header("retry-after")) {
                (200, _) => told.good.push(took),
                (503, Some(_)) if reply.body.contains("more to do than it can") => {
                    told.refused.push(took);
                    sleep(Duration::from_millis(200));
                }
                other => told.others.push(format!("{other:?} {}", reply.body)),
            }
        }
        told
    };
    scope(|scope| {
        let all: Vec<_> = (0..clients).map(|_| scope.spawn(client)).collect();
        let mut sum = Told::default();
        all.into_iter().for_each(|one| sum.add(one.join().unwrap()));
        sum
    })
}

fn project(keys: &str) -> Project {
    let project = Project::with_server(APP);
    let routes = "[route.'/*']\n[route.'/high/*']\npriority = 'high'\n\
                  [route.'/low/*']\npriority = 'low'\n";
    project.write(
        "ostler.toml",
        &format!("[app.web]\nrun = 'server.js'\nworkers = 1\nslow_start = '0s'\n{keys}\n{routes}"),
    );
    project
}

/// A worker that is new is not limited.
fn grown_up(project: &Project) -> SocketAddr {
    sleep(Duration::from_secs(6));
    project.address()
}

#[test]
fn what_cannot_be_carried_is_refused_at_once_and_the_rest_is_in_time() {
    let project = project("");
    let running = project.run(&[]);
    let address = grown_up(&project);
    // A hundred requests a second can be done; two hundred clients ask for as many as they get.
    let told = ask(address, "/work?ms=10", 200, 6.0);
    assert!(told.others.is_empty(), "{:?}", told.others);
    assert!(told.refused.len() > 200, "{}", told.refused.len());
    let (good, refused) = (median(&told.good), median(&told.refused));
    assert!(good < Duration::from_millis(1_500), "{good:?}");
    assert!(refused < good / 4, "refused in {refused:?}, answered in {good:?}");
    // Nothing of it is left when it is over.
    sleep(Duration::from_secs(1));
    let calm = ask(address, "/work?ms=10", 4, 2.0);
    assert!(calm.refused.is_empty() && calm.others.is_empty(), "{calm:?}");
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn the_less_important_is_refused_first() {
    let project = project("");
    let running = project.run(&[]);
    let address = grown_up(&project);
    let (high, low) = scope(|scope| {
        let low = scope.spawn(|| ask(address, "/low/?ms=10", 150, 6.0));
        let high = scope.spawn(|| ask(address, "/high/?ms=10", 6, 6.0));
        (high.join().unwrap(), low.join().unwrap())
    });
    let slowest = high.good.iter().max().copied().unwrap_or_default();
    let (served, refused) = (high.good.len(), high.refused.len());
    let told =
        format!("{served} answered, the slowest in {slowest:?}; refused: {:?}", high.refused);
    assert!(refused == 0 && high.others.is_empty(), "{told}; {:?}", high.others);
    assert!(low.share_refused() > 0.2, "{} of {}", low.refused.len(), low.good.len());
    assert!(!low.good.is_empty());
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn an_app_that_only_waits_is_never_refused() {
    let project = project("");
    let running = project.run(&[]);
    let address = grown_up(&project);
    let mut streams: Vec<Connection> = (0..100)
        .map(|_| {
            let mut stream = Connection::open(address).unwrap();
            stream.send(b"GET /events HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
            stream
        })
        .collect();
    let told = ask(address, "/slow?ms=2000", 300, 5.0);
    assert!(told.refused.is_empty() && told.others.is_empty(), "{told:?}");
    streams.iter_mut().for_each(|stream| assert_eq!(stream.head().unwrap().status, 200));
    // One request that holds the loop up for long, and a few behind it.
    let told = scope(|scope| {
        let long = scope.spawn(|| get(address, "/work?ms=1500").unwrap().status);
        sleep(Duration::from_millis(100));
        let told = ask(address, "/work?ms=1", 20, 1.0);
        assert_eq!(long.join().unwrap(), 200);
        told
    });
    assert!(told.refused.is_empty() && told.others.is_empty(), "{told:?}");
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn it_can_be_turned_off() {
    let project = project("shed = false");
    let running = project.run(&[]);
    let address = grown_up(&project);
    let told = ask(address, "/work?ms=10", 100, 3.0);
    assert!(told.refused.is_empty() && told.others.is_empty(), "{told:?}");
    let slowest = told.good.iter().max().copied().unwrap_or_default();
    assert!(slowest > Duration::from_millis(700), "{slowest:?}");
    assert_eq!(running.stop().code, Some(0));
}
