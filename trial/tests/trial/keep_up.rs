//! Workers that die, hang, grow or fork.

use rustix::process::Signal;
use trial::load::Manner;
use trial::project::{alive, signal};
use trial::{Load, Project, apps, get, until};

fn project() -> Project {
    let project = Project::with_server(apps::SERVER);
    project.write("version", "1");
    project
}

fn pids(project: &Project) -> Vec<u32> {
    let workers = &project.status().unwrap().apps[0].workers;
    workers.iter().map(|worker| worker.pid).filter(|pid| *pid != 0).collect()
}

#[test]
fn killed_workers_cost_no_idempotent_request() {
    let project = project();
    let running = project.run(&["--workers", "2", "server.js"]);
    let load = Load::start(project.address(), "/", 4, Manner::KeepAlive);
    for round in 0..6 {
        let victim = pids(&project)[round % 2];
        signal(victim, Signal::KILL);
        until("both workers are ready again", || {
            let status = project.status()?;
            let app = &status.apps[0];
            let ready = app.workers.iter().filter(|worker| {
                worker.state == model::api::WorkerState::Ready && worker.pid != victim
            });
            (ready.count() == 2).then_some(())
        });
    }
    let outcome = load.finish();
    assert!(outcome.failures.is_empty(), "{:?}", outcome.failures);
    assert!(project.status().unwrap().apps[0].restarts >= 6);
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_killed_ostler_leaves_nobody_behind() {
    let project = Project::with_server(
        "const { spawn } = require('node:child_process');
         spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }).unref();
         require('http').createServer((q, s) => s.end('x')).listen(3000);",
    );
    let running = project.run(&["--workers", "2", "server.js"]);
    until("two workers and two daemons", || (project.worker_processes().len() == 4).then_some(()));
    running.signal(Signal::KILL);
    until("nobody is left", || project.worker_processes().is_empty().then_some(()));
}

#[test]
fn a_worker_that_forks_leaves_no_orphan() {
    let project = Project::with_server(
        "const { spawn } = require('node:child_process');
         const child = spawn('sh', ['-c', 'setsid sleep 1000 & sleep 1000'], { stdio: 'ignore' });
         require('http').createServer((q, s) => s.end(String(child.pid))).listen(3000);",
    );
    let running = project.run(&["--workers", "1", "server.js"]);
    until("the worker and its three", || (project.worker_processes().len() == 4).then_some(()));
    let before = project.worker_processes();
    signal(pids(&project)[0], Signal::KILL);
    until("all of the old ones are gone", || before.iter().all(|pid| !alive(*pid)).then_some(()));
    assert_eq!(running.stop().code, Some(0));
    assert!(project.worker_processes().is_empty());
}

#[test]
fn a_crash_loop_is_told_and_the_others_serve() {
    let project = Project::with_server(
        "if (process.env.OSTLER_WORKER === '1') { console.error('no luck'); process.exit(7); }
         require('http').createServer((q, s) => s.end('x')).listen(3000);",
    );
    let running = project.begin(&["--workers", "2", "server.js"]);
    until("the crash loop is told", || {
        let text = running.stdout() + &running.stderr();
        (text.contains("exit code 7") && text.contains("crash loop") && text.contains("no luck"))
            .then_some(())
    });
    assert_eq!(get(project.address(), "/").unwrap().status, 200);
    let status = project.status().unwrap();
    assert_eq!(status.apps[0].state, model::api::AppState::Degraded);
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_worker_that_grows_is_replaced_and_nobody_notices() {
    let project = project();
    project
        .write("ostler.toml", "[app.web]\nrun = 'server.js'\nworkers = 1\nmemory_max = '200MB'\n");
    let running = project.run(&[]);
    let address = project.address();
    let before = pids(&project);
    let load = Load::start(address, "/", 2, Manner::KeepAlive);
    for _ in 0..3 {
        assert_eq!(get(address, "/grow").unwrap().status, 200);
    }
    until("another worker runs", || (!pids(&project).contains(&before[0])).then_some(()));
    let outcome = load.finish();
    assert!(outcome.failures.is_empty(), "{:?}", outcome.failures);
    assert_eq!(project.status().unwrap().apps[0].restarts, 0, "a replacement is no death");
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_stuck_worker_gets_no_requests_and_is_replaced() {
    let project = project();
    project.write("ostler.toml", "[app.web]\nrun = 'server.js'\nworkers = 2\nstall_max = '1s'\n");
    let running = project.run(&[]);
    let address = project.address();
    let before = pids(&project);
    let blocked = std::thread::spawn(move || get(address, "/block").is_ok());
    let load = Load::start(address, "/", 2, Manner::Fresh);
    until("one worker is another", || {
        let now = pids(&project);
        (before.iter().any(|pid| !now.contains(pid))).then_some(())
    });
    let outcome = load.finish();
    assert!(outcome.failures.is_empty(), "{:?}", outcome.failures);
    blocked.join().unwrap();
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_health_path_decides() {
    let project = Project::with_server(
        "let asked = 0;
         require('http').createServer((q, s) => {
           if (q.url === '/healthz') { asked++; s.statusCode = asked < 4 ? 503 : 200; }
           s.end(String(asked));
         }).listen(3000);",
    );
    project
        .write("ostler.toml", "[app.web]\nrun = 'server.js'\nworkers = 1\nhealth = '/healthz'\n");
    let running = project.run(&[]);
    let asked: u32 = get(project.address(), "/").unwrap().body.parse().unwrap();
    assert!(asked >= 4, "ready before the health path answered 2xx: {asked}");
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn ready_may_be_said_by_the_app() {
    let project = Project::with_server(
        "require('http').createServer((q, s) => s.end('x')).listen(3000, () => {
           setTimeout(() => { console.log('saying so'); process.send('ready'); }, 700);
         });",
    );
    project.write("ostler.toml", "[app.web]\nrun = 'server.js'\nworkers = 1\nready = 'message'\n");
    let running = project.run(&[]);
    assert!(running.stdout().contains("saying so"), "{}", running.stdout());
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn as_pid_1_it_reaps_and_ends_on_sigterm() {
    let project = Project::with_server(
        "const { spawn } = require('node:child_process');
         spawn('sh', ['-c', '(sleep 0.2 &)'], { detached: true, stdio: 'ignore' });
         require('http').createServer((q, s) => {
           const zombies = require('fs').readdirSync('/proc').filter((pid) => {
             try { return / Z /.test(require('fs').readFileSync(`/proc/${pid}/stat`, 'utf8')); } catch { return false; }
           });
           s.end(`zombies ${zombies.length}`);
         }).listen(3000);",
    );
    let ostler = project.command(&[
        "run",
        "--listen",
        "127.0.0.1:0",
        "--admin",
        "off",
        "-w",
        "1",
        "server.js",
    ]);
    let mut unshare = std::process::Command::new("unshare");
    unshare
        .args(["--pid", "--fork", "--mount-proc", "--kill-child"])
        .arg(ostler.get_program())
        .args(ostler.get_args());
    unshare
        .current_dir(project.folder())
        .envs(ostler.get_envs().filter_map(|(k, v)| Some((k, v?))));
    let mut probe = std::process::Command::new("unshare");
    if !probe
        .args(["--pid", "--fork", "--mount-proc", "true"])
        .status()
        .is_ok_and(|status| status.success())
    {
        eprintln!("skipped: this machine does not allow PID namespaces");
        return;
    }
    let running = project.spawn(&mut unshare);
    let address = running.online();
    until("no zombie stays", || (get(address, "/").ok()?.body == "zombies 0").then_some(()));
    let stopped = project.ostler(&["stop"]);
    assert_eq!(stopped.code, Some(0), "{}", stopped.stderr);
    assert_eq!(running.wait().code, Some(0));
}
