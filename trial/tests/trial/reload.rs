//! Replacing what runs without losing a request.

use rustix::process::Signal;
use trial::load::Manner;
use trial::{Load, Project, apps, get, until};

fn project() -> Project {
    let project = Project::with_server(apps::SERVER);
    project.write("version", "1");
    project
}

fn check_no_failure(load: Load) {
    let outcome = load.finish();
    assert!(outcome.failures.is_empty(), "{:?}", outcome.failures);
    assert!(outcome.answered > 20, "{}", outcome.answered);
}

#[test]
fn a_reload_loses_no_request_and_keeps_connections() {
    let project = project();
    let running = project.run(&["--workers", "2", "server.js"]);
    let address = project.address();
    let kept = Load::start(address, "/", 4, Manner::KeepAlive);
    let fresh = Load::start(address, "/", 2, Manner::Fresh);
    for version in 2..5 {
        project.write("version", &version.to_string());
        let finished = project.ostler(&["reload"]);
        assert_eq!(finished.code, Some(0), "{}", finished.stderr);
        let body = get(address, "/").unwrap().body;
        assert!(body.ends_with(&format!("version {version}")), "{body}");
    }
    check_no_failure(kept);
    check_no_failure(fresh);
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_request_in_flight_finishes_on_the_old_version() {
    let project = project();
    let running = project.run(&["--workers", "1", "server.js"]);
    let address = project.address();
    let slow = std::thread::spawn(move || get(address, "/slow"));
    until("the slow request is in flight", || {
        (project.status()?.apps[0].workers[0].in_flight == 1).then_some(())
    });
    assert_eq!(project.ostler(&["reload", "web"]).code, Some(0));
    assert_eq!(slow.join().unwrap().unwrap().body, "slow");
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_version_that_does_not_start_changes_nothing() {
    let project = project();
    let running = project.run(&["--workers", "2", "server.js"]);
    let address = project.address();
    let load = Load::start(address, "/", 2, Manner::KeepAlive);
    project.write("server.js", "throw new Error('broken on purpose');");
    let finished = project.ostler(&["reload"]);
    assert_eq!(finished.code, Some(9), "{}", finished.stdout);
    assert!(finished.stderr.contains("broken on purpose"), "{}", finished.stderr);
    assert!(get(address, "/").unwrap().body.ends_with("version 1"));
    check_no_failure(load);
    project.write("server.js", apps::SERVER);
    project.write("version", "2");
    assert_eq!(project.ostler(&["reload"]).code, Some(0));
    assert!(get(address, "/").unwrap().body.ends_with("version 2"));
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn sighup_and_changed_files_reload() {
    let project = project();
    let running = project.run(&["--workers", "1", "--watch", "server.js"]);
    let address = project.address();
    let version =
        |wanted: &str| get(address, "/").ok().filter(|reply| reply.body.ends_with(wanted));
    project.write("version", "2");
    until("the changed file is noticed", || version("version 2"));
    let before = get(address, "/").unwrap().body;
    running.signal(Signal::HUP);
    until("SIGHUP reloads", || get(address, "/").ok().filter(|reply| reply.body != before));
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_reload_reads_the_config_again_or_refuses_the_whole() {
    let project = project();
    let config = |workers: &str| format!("[app.web]\nrun = 'server.js'\nworkers = {workers}\n");
    project.write("ostler.toml", &config("1"));
    let running = project.run(&[]);
    project.write("ostler.toml", &config("'many'"));
    let finished = project.ostler(&["reload"]);
    assert_eq!(finished.code, Some(9), "{}", finished.stdout);
    assert!(finished.stderr.contains("ostler.toml:3"), "{}", finished.stderr);
    project.write("ostler.toml", &config("3"));
    assert_eq!(project.ostler(&["reload"]).code, Some(0));
    until("three workers run", || (project.status()?.apps[0].workers.len() == 3).then_some(()));
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_config_reload_adds_and_removes_apps() {
    let project = project();
    let web = "[app.web]\nrun = 'server.js'\nworkers = 1\n[route.'/*']\napp = 'web'\n";
    project.write("ostler.toml", web);
    project
        .write("other.js", "require('http').createServer((q, s) => s.end('other')).listen(1234)");
    let running = project.run(&[]);
    let address = project.address();
    let load = Load::start(address, "/", 2, Manner::KeepAlive);
    let other = "[app.other]\nrun = 'other.js'\nworkers = 1\n[route.'/other']\napp = 'other'\n";
    project.write("ostler.toml", &format!("{web}{other}"));
    let finished = project.ostler(&["reload"]);
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    assert_eq!(get(address, "/other").unwrap().body, "other");
    project.write("ostler.toml", web);
    assert_eq!(project.ostler(&["reload"]).code, Some(0));
    assert!(get(address, "/other").unwrap().body.starts_with("worker 0"));
    check_no_failure(load);
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_config_whose_apps_do_not_all_come_up_is_put_back_as_a_whole() {
    let project = project();
    let web = "[app.web]\nrun = 'server.js'\nworkers = 1\n";
    project.write("ostler.toml", web);
    project.write("broken.js", "throw new Error('broken on purpose');");
    let running = project.run(&[]);
    let address = project.address();
    let load = Load::start(address, "/", 2, Manner::KeepAlive);
    project.write("ostler.toml", "[app.shop]\nrun = 'broken.js'\nworkers = 1\n");
    let renamed = project.ostler(&["reload"]);
    assert_eq!(renamed.code, Some(9), "{}", renamed.stdout);
    assert!(renamed.stderr.contains("broken on purpose"), "{}", renamed.stderr);
    let routes = "[route.'/*']\napp = 'web'\n[route.'/b']\napp = 'b'\n";
    let broken = "[app.b]\nrun = 'broken.js'\nworkers = 1\n";
    project.write("ostler.toml", &format!("{web}env = {{ A = 'new' }}\n{broken}{routes}"));
    assert_eq!(project.ostler(&["reload"]).code, Some(9));
    let environment = get(address, "/env").unwrap().body;
    assert!(!environment.contains("\"A\":\"new\""), "{environment}");
    check_no_failure(load);
    let apps = project.status().unwrap().apps;
    assert_eq!(apps.iter().map(|app| app.name.as_str()).collect::<Vec<_>>(), ["web"]);
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn logs_in_a_watched_folder_do_not_reload() {
    let project = project();
    project.write(
        "ostler.toml",
        "[edge]\nlisten = '127.0.0.1:0'\n[admin]\nlisten = false\n[log]\nfolder = 'logs'\n\
         [app.web]\nrun = 'server.js'\nworkers = 1\nwatch = true\n",
    );
    project.write("server.js", &format!("console.log('started');{}", apps::SERVER));
    assert_eq!(project.ostler(&["start"]).code, Some(0));
    let address = project.address();
    until("the log is written", || {
        let text = std::fs::read_to_string(project.folder().join("logs/web.log")).ok()?;
        text.contains("started").then_some(())
    });
    project.write("version", "2");
    until("a real change is noticed", || {
        get(address, "/").ok().filter(|reply| reply.body.ends_with("version 2"))
    });
    assert_eq!(project.status().unwrap().apps[0].generation, 2, "one change, one reload");
    assert_eq!(project.ostler(&["stop"]).code, Some(0));
}

/// How requests are shared out is the edge's business: the workers are not replaced for it.
#[test]
fn a_change_of_balance_replaces_no_worker() {
    let project = project();
    let config = |web: &str| {
        format!(
            "[app.web]\nrun = 'server.js'\nworkers = 1\n{web}\n[app.other]\nrun = 'server.js'\n\
             workers = 1\n[route.'/*']\napp = 'web'\n[route.'/other']\napp = 'other'\n"
        )
    };
    project.write("ostler.toml", &config(""));
    let running = project.run(&[]);
    let address = project.address();
    let before = (get(address, "/").unwrap().body, get(address, "/other").unwrap().body);
    project.write("ostler.toml", &config("balance = 'two-choices'\nsticky = 'place'"));
    let finished = project.ostler(&["reload", "other"]);
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    assert!(!finished.stdout.contains("web"), "{}", finished.stdout);
    let reply = get(address, "/").unwrap();
    assert_eq!(reply.body, before.0);
    let cookie = reply.header("set-cookie").unwrap_or_default();
    assert!(cookie.starts_with("place="), "{reply:?}");
    assert_ne!(get(address, "/other").unwrap().body, before.1);

    project.write("ostler.toml", &config("stall_max = '20s'"));
    let finished = project.ostler(&["reload", "other"]);
    assert!(finished.stdout.contains("web: generation 2"), "{}", finished.stdout);
    assert_ne!(get(address, "/").unwrap().body, before.0);
    assert_eq!(running.stop().code, Some(0));
}
