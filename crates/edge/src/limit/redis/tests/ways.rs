//! One suite for both ways to a store: over a connection, and inside the process. The store is a redis-server in both.

use crate::limit::redis::{Answered, Check, Client, OwnStore, Shared, read};
use config::{LimitAlgorithm, LimitMost, LimitStore, StoreAddress};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

/// A redis-server that is ended with this.
struct Server {
    child: Child,
    folder: PathBuf,
}

impl Server {
    fn start(name: &str) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("edge-ways-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut command = Command::new("redis-server");
        command.args(["--port", "0", "--save", "", "--unixsocket"]).arg(folder.join("s"));
        let child = command.arg("--dir").arg(&folder).stdout(Stdio::null()).spawn().ok()?;
        let server = Server { child, folder };
        for _ in 0..500 {
            if UnixStream::connect(server.socket()).is_ok() {
                return Some(server);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        None
    }

    fn socket(&self) -> PathBuf {
        self.folder.join("s")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = (self.child.kill(), self.child.wait(), std::fs::remove_dir_all(&self.folder));
    }
}

/// A store inside the process, whose thread asks the server.
#[derive(Debug)]
struct Inside(Mutex<mpsc::Sender<(Vec<u8>, Answered)>>);

impl Inside {
    fn start(server: &Server) -> Arc<dyn OwnStore> {
        let mut stream = UnixStream::connect(server.socket()).unwrap();
        let (send, calls) = mpsc::channel::<(Vec<u8>, Answered)>();
        std::thread::spawn(move || {
            for (command, answer) in calls {
                let mut reply = Vec::new();
                if stream.write_all(&command).is_err() {
                    return;
                }
                while read(&reply).unwrap().is_none() {
                    let mut part = [0; 4_096];
                    match stream.read(&mut part) {
                        Ok(length) if length > 0 => reply.extend_from_slice(&part[..length]),
                        _ => return,
                    }
                }
                answer(&reply);
            }
        });
        Arc::new(Inside(Mutex::new(send)))
    }
}

impl OwnStore for Inside {
    fn call(&self, command: &[&[u8]], answer: Answered) {
        let mut bytes = Vec::new();
        super::super::script::command(command, &mut bytes);
        let _ = self.0.lock().unwrap().send((bytes, answer));
    }
}

fn shared(server: &Server, inside: bool) -> Arc<Shared> {
    let own = inside.then(|| Inside::start(server));
    let at = if inside { StoreAddress::Here } else { StoreAddress::Unix(server.socket()) };
    let settings = LimitStore {
        at,
        user: None,
        password: None,
        database: 0,
        open: true,
        timeout: Duration::from_secs(2),
        prefix: if inside { "inside".into() } else { "line".into() },
        ca: None,
    };
    Shared::new(&settings, &crate::news::channel().0, own.as_ref(), None).unwrap()
}

/// Run `suite` with both ways; without a redis-server there is nothing to run it with.
fn both<F: Future<Output = ()>>(name: &str, suite: impl Fn(Server, Arc<Shared>) -> F) {
    for inside in [false, true] {
        let Some(server) = Server::start(&format!("{name}-{inside}")) else {
            return eprintln!("there is no redis-server to try this with");
        };
        let shared = shared(&server, inside);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        tokio::task::LocalSet::new().block_on(&runtime, suite(server, shared));
    }
}

fn check(count: u32, algorithm: LimitAlgorithm) -> Check {
    let period = Duration::from_secs(3_600);
    Check::new(&LimitMost::Rate { count, period, algorithm }).unwrap()
}

async fn passes(client: &Client, check: &Check, key: &[u8]) -> bool {
    client.check(check, key).await.unwrap().passes
}

#[test]
fn both_algorithms_count_what_all_clients_ask() {
    both("count", async |_server, shared| {
        let (one, other): (Rc<Client>, Rc<Client>) = (Client::new(&shared), Client::new(&shared));
        let gcra = check(1, LimitAlgorithm::Gcra { burst: 3 });
        let first = one.check(&gcra, b"a").await.unwrap();
        assert!(first.passes && first.remaining == 2 && first.reset > Duration::from_secs(3_000));
        assert!(passes(&other, &gcra, b"a").await && passes(&one, &gcra, b"a").await);
        assert!(!passes(&other, &gcra, b"a").await);
        assert!(passes(&other, &gcra, b"another key").await);
        let window = check(2, LimitAlgorithm::Window);
        assert!(passes(&one, &window, b"w").await && passes(&other, &window, b"w").await);
        let refused = one.check(&window, b"w").await.unwrap();
        assert!(!refused.passes && refused.reset > Duration::ZERO);
        assert!(shared.asked.get() >= 8 && shared.failures.get() == 0);
    });
}

#[test]
fn many_ask_at_once_and_none_too_many_pass() {
    both("many", async |_server, shared| {
        let client = Client::new(&shared);
        let gcra = Rc::new(check(1, LimitAlgorithm::Gcra { burst: 100 }));
        let ask = |_| {
            let (client, gcra) = (client.clone(), gcra.clone());
            tokio::task::spawn_local(async move { passes(&client, &gcra, b"k").await })
        };
        let asked: Vec<_> = (0..300).map(ask).collect();
        let mut passed = 0;
        for one in asked {
            passed += u32::from(one.await.unwrap());
        }
        assert_eq!(passed, 100);
    });
}

#[test]
fn a_store_that_forgot_the_scripts_is_told_them_again() {
    both("forgot", async |server, shared| {
        let client = Client::new(&shared);
        let gcra = check(1, LimitAlgorithm::Gcra { burst: 2 });
        assert!(passes(&client, &gcra, b"a").await);
        let mut stream = UnixStream::connect(server.socket()).unwrap();
        stream.write_all(b"SCRIPT FLUSH\r\n").unwrap();
        stream.read_exact(&mut [0; 5]).unwrap();
        assert!(passes(&client, &gcra, b"a").await && !passes(&client, &gcra, b"a").await);
    });
}

#[test]
fn a_store_that_is_gone_answers_nobody_and_keeps_nobody_waiting() {
    both("gone", async |mut server, shared| {
        let client = Client::new(&shared);
        let gcra = check(1, LimitAlgorithm::Gcra { burst: 9 });
        assert!(passes(&client, &gcra, b"a").await);
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        for _ in 0..3 {
            let asked = tokio::time::timeout(Duration::from_secs(5), client.check(&gcra, b"a"));
            assert!(asked.await.unwrap().is_err());
        }
        assert_eq!(shared.failures.get(), 3);
    });
}
