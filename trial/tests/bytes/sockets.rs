//! WebSocket clients that others wrote, through the real binary to the `ws` package's server.

use std::path::PathBuf;
use std::process::Command;
use trial::apps::folder;
use trial::{Project, project::finish};

fn apps() -> PathBuf {
    folder("apps", "ws")
}

/// Run `client` with the edge's address behind its own arguments; it fails by its exit status.
fn check(client: &mut Command) {
    let project = Project::new();
    let server = apps().join("ws/commands.js");
    let settings = format!("[app.web]\nrun = '{}'\nworkers = 1\n", server.display());
    project.write("ostler.toml", &settings);
    let running = project.run(&[]);
    client.arg(project.address().to_string()).env_remove("NODE_OPTIONS");
    let finished = finish(client);
    assert_eq!(finished.code, Some(0), "{}\n{}", finished.stdout, finished.stderr);
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn the_client_of_the_ws_package() {
    check(Command::new("node").arg(apps().join("ws/client.mjs")));
}

/// `xtask/setup.sh test` installs the module for Debian's own Python; another Python on the PATH may have it as well.
#[test]
fn the_client_of_pythons_websockets() {
    let has = |python: &&'static str| {
        let import = Command::new(python).args(["-c", "import websockets"]).output();
        import.is_ok_and(|output| output.status.success())
    };
    match ["python3", "/usr/bin/python3"].into_iter().find(has) {
        Some(python) => check(Command::new(python).arg(apps().join("ws/client.py"))),
        None if std::env::var_os("OSTLER_PYTHON").is_none() => {
            eprintln!(
                "SKIPPED: no python3 has the module websockets; xtask/setup.sh test installs it"
            );
        }
        None => panic!("no python3 has the module websockets, which OSTLER_PYTHON calls for"),
    }
}
