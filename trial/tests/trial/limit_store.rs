//! Limits that machines share through a real Redis server, which dies and hangs.

use rcgen::generate_simple_self_signed;
use rustix::process::Signal;
use std::net::SocketAddr;
use std::time::Duration;
use trial::{Project, Redis, Reply, Running, get, until};

fn project(redis: &Redis, keys: &str, routes: &str) -> Project {
    project_at(&redis.url(), keys, routes)
}

fn project_at(url: &str, keys: &str, routes: &str) -> Project {
    let project =
        Project::with_server("require('http').createServer((q, r) => r.end('ok')).listen(3000);");
    project.write(
        "ostler.toml",
        &format!(
            "[app.web]\nrun = 'server.js'\nworkers = 1\n[edge]\nthreads = 2\n\
             trusted_proxies = ['127.0.0.0/8']\n[edge.limit_store]\nurl = '{url}'\n{keys}\n\
             {routes}\n"
        ),
    );
    project
}

fn asked(address: SocketAddr, path: &str) -> Reply {
    get(address, path).unwrap()
}

fn statuses(address: SocketAddr, path: &str, count: usize) -> Vec<u16> {
    (0..count).map(|_| asked(address, path).status).collect()
}

fn metric(project: &Project, line: &str) -> f64 {
    let admin = project.status().unwrap().admin.unwrap();
    let admin = admin.trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
    let page = get(admin, "/metrics").unwrap().body;
    page.lines().find_map(|one| one.strip_prefix(line)?.trim().parse().ok()).unwrap()
}

fn run(project: &Project) -> Running<'_> {
    let words = ["run", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"];
    let running = project.spawn(&mut project.command(&words));
    running.online();
    running
}

const SLOWLY: &str = "timeout = '2s'";

#[test]
fn two_ostlers_count_together() {
    let redis = Redis::start(&[]);
    let routes = "[route.'/gcra/*']\nlimit = { rate = '2/h', burst = 4 }\n\
                  [route.'/window/*']\nlimit = { rate = '3/h', algorithm = 'window' }\n\
                  [route.'/own/*']\nlimit = { rate = '2/h', shared = false }\n[route.'/*']\n";
    let (one, two) = (project(&redis, SLOWLY, routes), project(&redis, SLOWLY, routes));
    let (runs_one, runs_two) = (run(&one), run(&two));
    let (a, b) = (one.address(), two.address());
    assert_eq!(statuses(a, "/gcra/", 2), [200, 200]);
    assert_eq!(statuses(b, "/gcra/", 3), [200, 200, 429]);
    let refused = asked(a, "/gcra/");
    assert_eq!(refused.status, 429);
    let after: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1_790..=1_800).contains(&after), "{after}");
    let told = refused.header("ratelimit").unwrap();
    assert!(told.starts_with("\"2-in-1h\";r=0;t=17") || told.ends_with("t=1800"), "{told}");
    assert_eq!(statuses(a, "/window/", 2), [200, 200]);
    assert_eq!(statuses(b, "/window/", 2), [200, 429]);
    assert_eq!(asked(a, "/window/").status, 429);
    // Each its own.
    assert_eq!(statuses(a, "/own/", 3), [200, 200, 429]);
    assert_eq!(statuses(b, "/own/", 3), [200, 200, 429]);
    // Nothing that a client is can be read from the keys, and all of them end.
    let keys = redis.say(&["KEYS", "*"]);
    assert_eq!(keys.lines().count(), 2, "{keys}");
    assert!(keys.lines().all(|key| key.starts_with("ostler:limit:")) && !keys.contains("127.0"));
    for key in keys.lines() {
        let left: i64 = redis.say(&["PTTL", key]).trim().parse().unwrap();
        assert!(left > 0, "{key}: {left}");
    }
    // Scripts that are forgotten are told again.
    redis.say(&["SCRIPT", "FLUSH"]);
    redis.say(&["FLUSHALL"]);
    assert_eq!(metric(&one, "ostler_edge_limit_store_failures_total"), 0.0);
    for project in [&one, &two] {
        assert_eq!(project.ostler(&["reload"]).code, Some(0));
    }
    assert_eq!(runs_one.stop().code, Some(0));
    assert_eq!(runs_two.stop().code, Some(0));
}

#[test]
fn a_flood_from_one_client_is_no_flood_on_the_store() {
    let redis = Redis::start(&[]);
    let project = project(&redis, SLOWLY, "[route.'/*']\nlimit = { rate = '5/h' }\n");
    let running = run(&project);
    let passed = statuses(project.address(), "/", 200).iter().filter(|s| **s == 200).count();
    assert_eq!(passed, 5);
    let checks = metric(&project, "ostler_edge_limit_store_checks_total");
    assert!(checks <= 6.0, "{checks}");
    // What others have used up the store says once; then it is known for as long as it holds.
    redis.say(&["SCRIPT", "FLUSH"]);
    let key = redis.say(&["KEYS", "*"]).trim().to_owned();
    assert!(!redis.say(&["GET", &key]).is_empty());
    assert_eq!(running.stop().code, Some(0));
    let again = run(&project);
    assert_eq!(statuses(project.address(), "/", 50), [429; 50]);
    assert_eq!(metric(&project, "ostler_edge_limit_store_checks_total"), 1.0);
    assert_eq!(again.stop().code, Some(0));
}

#[test]
fn without_the_store_an_open_limit_counts_alone() {
    let mut redis = Redis::start(&[]);
    let project = project(&redis, SLOWLY, "[route.'/*']\nlimit = { rate = '6/h' }\n");
    let running = run(&project);
    let address = project.address();
    assert_eq!(statuses(address, "/", 2), [200, 200]);
    redis.kill();
    assert_eq!(statuses(address, "/", 5), [200, 200, 200, 200, 429]);
    until("it is told", || running.stderr().contains("limits count on this machine").then_some(()));
    assert!(metric(&project, "ostler_edge_limit_store_failures_total") >= 1.0);
    redis.begin();
    until("it is back", || running.stderr().contains("it is back").then_some(()));
    let finished = running.stop();
    assert_eq!(finished.code, Some(0));
    assert_eq!(finished.stderr.matches("limits count on this machine").count(), 1);
}

#[test]
fn without_the_store_a_closed_limit_refuses() {
    let mut redis = Redis::start(&[]);
    let keys = format!("{SLOWLY}\nfailure = 'closed'");
    let project =
        project(&redis, &keys, "[route.'/free/*']\n[route.'/*']\nlimit = { rate = '100/h' }\n");
    let running = run(&project);
    let address = project.address();
    assert_eq!(asked(address, "/").status, 200);
    redis.kill();
    let reply = until("it is refused", || {
        let reply = asked(address, "/");
        (reply.status == 503).then_some(reply)
    });
    assert_eq!(reply.header("retry-after"), Some("1"));
    assert!(reply.body.contains("cannot be counted"), "{}", reply.body);
    assert_eq!(asked(address, "/free/").status, 200);
    redis.begin();
    until("it passes again", || (asked(address, "/").status == 200).then_some(()));
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_store_that_hangs_holds_nobody_up() {
    let redis = Redis::start(&[]);
    let project =
        project(&redis, "timeout = '200ms'", "[route.'/*']\nlimit = { rate = '1000/h' }\n");
    let running = run(&project);
    let address = project.address();
    assert_eq!(asked(address, "/").status, 200);
    redis.signal(Signal::STOP);
    let begin = base::clock::now();
    assert_eq!(statuses(address, "/", 40), [200; 40]);
    // A few waited for the timeout, on each thread; the others did not wait at all.
    assert!(begin.elapsed() < Duration::from_secs(6), "{:?}", begin.elapsed());
    until("it is told", || running.stderr().contains("does not answer in time").then_some(()));
    redis.signal(Signal::CONT);
    until("it is back", || running.stderr().contains("it is back").then_some(()));
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_store_with_a_login() {
    let redis = Redis::start(&["--requirepass", "p@ss/word"]);
    let routes = "[route.'/*']\nlimit = { rate = '2/h' }\n";
    let url = |login: &str| format!("redis://{login}@127.0.0.1:{}/3", redis.port);
    let wrong = project_at(&url(":hunter2"), &format!("{SLOWLY}\nfailure = 'closed'"), routes);
    let running = run(&wrong);
    assert_eq!(asked(wrong.address(), "/").status, 503);
    until("it says why", || running.stderr().contains("it refuses the login").then_some(()));
    let finished = running.stop();
    assert!(!finished.stderr.contains("hunter2"), "{}", finished.stderr);
    let right = project_at(&url(":p%40ss%2Fword"), SLOWLY, routes);
    let running = run(&right);
    assert_eq!(statuses(right.address(), "/", 3), [200, 200, 429]);
    assert_eq!(metric(&right, "ostler_edge_limit_store_failures_total"), 0.0);
    let shown = right.ostler(&["check", "--json"]);
    assert!(!shown.stdout.contains("p@ss") && !shown.stdout.contains("p%40ss"), "{}", shown.stdout);
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_store_behind_tls() {
    let made = generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let folder = Project::new();
    folder.write("redis.pem", &made.cert.pem());
    folder.write("redis.key", &made.signing_key.serialize_pem());
    let path = |name: &str| folder.folder().join(name).display().to_string();
    let (cert, key) = (path("redis.pem"), path("redis.key"));
    let words = ["--tls-cert-file", &cert, "--tls-key-file", &key, "--tls-auth-clients", "no"];
    let redis = Redis::start(&words);
    let url = format!("rediss://127.0.0.1:{}", redis.port);
    let routes = "[route.'/*']\nlimit = { rate = '2/h' }\n";
    let project = project_at(&url, &format!("{SLOWLY}\nca = '{cert}'"), routes);
    let running = run(&project);
    assert_eq!(statuses(project.address(), "/", 3), [200, 200, 429]);
    assert_eq!(metric(&project, "ostler_edge_limit_store_checks_total"), 2.0);
    assert_eq!(metric(&project, "ostler_edge_limit_store_failures_total"), 0.0);
    assert_eq!(running.stop().code, Some(0));
    // Who is not trusted gets no requests.
    let keys = format!("{SLOWLY}\nfailure = 'closed'");
    let doubting = project_at(&url, &keys, routes);
    let running = run(&doubting);
    assert_eq!(asked(doubting.address(), "/").status, 503);
    until("it says why", || running.stderr().contains("certificate").then_some(()));
    assert_eq!(running.stop().code, Some(0));
}
