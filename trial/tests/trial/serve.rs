//! `ostler run`: an unmodified app on every core.

use std::collections::BTreeSet;
use trial::{Project, apps, get, until};

fn project() -> Project {
    let project = Project::with_server(apps::SERVER);
    project.write("version", "1");
    project
}

#[test]
fn all_workers_answer_and_ctrl_c_ends_cleanly() {
    let project = project();
    let running = project.run(&["--workers", "3", "server.js"]);
    let address = project.address();
    let bodies: BTreeSet<String> = (0..30).map(|_| get(address, "/").unwrap().body).collect();
    assert_eq!(bodies.len(), 3, "{bodies:?}");
    let slow = (0..3).map(|_| std::thread::spawn(move || get(address, "/slow").unwrap().body));
    let slow: Vec<_> = slow.collect();
    until("all three are in flight", || {
        let workers = project.status()?.apps.remove(0).workers;
        (workers.iter().map(|worker| worker.in_flight).sum::<u32>() == 3).then_some(())
    });
    running.signal(rustix::process::Signal::INT);
    for thread in slow {
        assert_eq!(thread.join().unwrap(), "slow", "a request in flight finishes");
    }
    let finished = running.wait();
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    assert_eq!(project.worker_processes(), Vec::<u32>::new());
}

#[test]
fn the_banner_names_the_addresses() {
    let project = project();
    let running = project.run(&["--workers", "1", "server.js"]);
    let address = project.address();
    until("the banner", || {
        let text = running.stdout() + &running.stderr();
        text.contains(&format!("http://{address}")).then_some(())
    });
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn the_environment_of_a_worker() {
    let project = project();
    project.write(".env", "COLOUR=green\nSHAPE=\"round one\"\n");
    let running = project.run(&["--workers", "1", "--env-file", ".env", "server.js"]);
    let body = get(project.address(), "/env").unwrap().body;
    let variables: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(variables["NODE_ENV"], "production");
    assert_eq!(variables["OSTLER_WORKER"], "0");
    assert_eq!(variables["OSTLER_APP"], "web");
    assert_eq!(variables["PORT"], project.address().port().to_string());
    assert_eq!(variables["COLOUR"], "green");
    assert_eq!(variables["SHAPE"], "round one");
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn es_modules_npm_scripts_and_other_programs() {
    let project = Project::new();
    project.write(
        "esm.mjs",
        "import http from 'node:http';\nhttp.createServer((q, s) => s.end('esm')).listen(3000);",
    );
    project.write("package.json", r#"{"name": "x", "scripts": {"serve": "node server.cjs"}}"#);
    project
        .write("server.cjs", "require('http').createServer((q, s) => s.end('npm')).listen(4000);");
    project.write(
        "plain.cjs",
        "require('http').createServer((q, s) => s.end('plain ' + (process.env.NODE_OPTIONS || ''))).listen(process.env.PORT, '127.0.0.1');",
    );
    project.write(
        "ostler.toml",
        "[app.esm]\nrun = 'esm.mjs'\nworkers = 1\n[app.npm]\nrun = 'npm run serve'\nworkers = 1\n\
         [app.plain]\ncommand = ['node', 'plain.cjs']\nworkers = 2\n\
         [route.'/esm/*']\napp = 'esm'\n[route.'/npm/*']\napp = 'npm'\n[route.'/*']\napp = 'plain'\n",
    );
    let running = project.run(&[]);
    let address = project.address();
    assert_eq!(get(address, "/esm/").unwrap().body, "esm");
    assert_eq!(get(address, "/npm/x").unwrap().body, "npm");
    assert_eq!(get(address, "/").unwrap().body, "plain ");
    assert_eq!(running.stop().code, Some(0));
    assert_eq!(project.worker_processes(), Vec::<u32>::new());
}

#[test]
fn forwarded_headers_and_request_id() {
    let project = Project::with_server(
        "require('http').createServer((q, s) => s.end(JSON.stringify(q.headers))).listen(3000);",
    );
    let running = project.run(&["--workers", "1", "server.js"]);
    let mut connection = trial::Connection::open(project.address()).unwrap();
    let request = "GET / HTTP/1.1\r\nHost: shop.example\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n";
    connection.send(request.as_bytes()).unwrap();
    let headers: serde_json::Value =
        serde_json::from_str(&connection.reply(false).unwrap().body).unwrap();
    assert_eq!(headers["x-forwarded-for"], "127.0.0.1");
    assert_eq!(headers["x-forwarded-proto"], "http");
    assert_eq!(headers["x-forwarded-host"], "shop.example");
    assert!(headers["x-request-id"].as_str().is_some_and(|id| id.len() >= 16));
    assert_eq!(running.stop().code, Some(0));
}
