use crate::site::{Place, SERVER, Site, app, supervise, workers};
use config::{App, Run};
use model::EventKind;
use model::api::AppState;
use std::os::unix::fs::PermissionsExt;
use supervise::{Options, StartError};

/// The words of the refusal to start.
#[track_caller]
fn refused(place: &Place, change: impl FnOnce(&mut App)) -> String {
    let mut app = app(&place.0);
    change(&mut app);
    match supervise(&place.0, vec![app]) {
        Err(error @ StartError::App { .. }) => error.to_string(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it started"),
    }
}

#[test]
fn a_missing_script() {
    let place = Place::new();
    let text = refused(&place, |_| {});
    let path = place.0.join("server.js");
    assert_eq!(
        text,
        format!(
            "app web: there is no script {}: check `run`, or build the app first",
            path.display()
        )
    );
}

#[test]
fn no_node_on_the_path() {
    let place = Place::new();
    place.write("server.js", SERVER);
    let text = refused(&place, |app| drop(app.env.insert("PATH".into(), "/nowhere".into())));
    assert!(text.contains("there is no node on the path: install Node.js 20 or newer"), "{text}");
}

#[test]
fn a_node_that_is_too_old_or_none() {
    let place = Place::new();
    place.write("server.js", SERVER);
    for (says, want) in
        [("v16.20.2", "Node.js v16.20.2: Ostler needs 20"), ("hello", "is it Node.js?")]
    {
        let node = place.write("node", &format!("#!/bin/sh\necho {says}\n"));
        std::fs::set_permissions(&node, std::fs::Permissions::from_mode(0o755)).unwrap();
        let text = refused(&place, |app| app.node = node.display().to_string());
        assert!(text.contains(want), "{text}");
    }
}

#[test]
fn an_npm_script_that_does_not_exist() {
    let place = Place::new();
    let text = refused(&place, |app| app.run = Run::Npm("start".into()));
    assert!(text.contains("package.json cannot be read"), "{text}");
    place.write("package.json", r#"{"scripts": {"dev": "x", "serve": "y"}}"#);
    let text = refused(&place, |app| app.run = Run::Npm("start".into()));
    assert!(text.contains("has no script \"start\"; it has: dev, serve"), "{text}");
}

#[test]
fn a_program_or_a_folder_that_does_not_exist() {
    let place = Place::new();
    let text = refused(&place, |app| app.run = Run::Command(vec!["no-such-program".into()]));
    assert!(text.contains("there is no program no-such-program on the path"), "{text}");
    let text = refused(&place, |app| app.folder = "/nowhere".into());
    assert!(text.contains("there is no folder /nowhere"), "{text}");
}

#[test]
fn an_env_file_with_a_mistake() {
    let place = Place::new();
    place.write("server.js", SERVER);
    let file = place.write(".env", "A=1\nnonsense\n");
    let text = refused(&place, |app| app.env_file = Some(file.clone()));
    assert!(text.contains(".env cannot be used: line 2: expected KEY=value"), "{text}");
}

#[test]
fn a_run_folder_whose_sockets_would_have_no_path() {
    let place = Place::new();
    place.write("server.js", SERVER);
    let options = Options {
        folder: place.0.join("x".repeat(120)),
        edge_port: 1,
        variables: Vec::new(),
        seed: 1,
    };
    let error = supervise::start(options, vec![app(&place.0)]).unwrap_err();
    assert!(matches!(error, StartError::SocketPathTooLong { .. }));
    assert!(error.to_string().contains("bytes too long for the workers' unix sockets"), "{error}");
}

#[tokio::test]
async fn an_app_that_speaks_tls_itself_is_told_not_to() {
    let site = Site::start("require('https').createServer().listen(3443);", |app| {
        app.restart.crash_loop_after = 1;
    });
    let reason = site.until(|app| app.state == AppState::Failed).await.reason.unwrap();
    assert!(
        reason.contains("port 3443 speaks TLS") && reason.contains("http.createServer"),
        "{reason}"
    );
    site.end().await;
}

#[tokio::test]
async fn a_server_that_cannot_be_captured_is_told_why() {
    let script = "require('fs').rmSync(process.env.OSTLER_DIR, { recursive: true });
        require('http').createServer().listen(0);";
    let site = Site::start(script, |app| app.restart.crash_loop_after = 1);
    let reason = site.until(|app| app.state == AppState::Failed).await.reason.unwrap();
    assert!(reason.contains("the run folder is closed to it, or gone (EACCES)"), "{reason}");
    site.end().await;
}

async fn advice(site: &Site) -> String {
    site.event(|kind| match kind {
        EventKind::Advice { text, .. } => Some(text.clone()),
        _ => None,
    })
    .await
}

#[tokio::test]
async fn a_second_fixed_port_is_advised_against_when_there_are_several_workers() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let script = format!(
        "{SERVER} require('net').createServer().on('error', () => {{}}).listen({port}, '127.0.0.1');"
    );
    let site = Site::start(&script, workers(2));
    site.settled().await;
    let text = advice(&site).await;
    assert!(
        text.contains(&port.to_string()) && text.contains("only one worker can have"),
        "{text}"
    );
    site.end().await;
}
