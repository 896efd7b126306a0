use crate::site::{Place, Site, app, eventually, is_alive};
use config::{App, Run};
use model::AppName;
use model::api::AppState;

fn named(place: &Place, name: &str) -> App {
    place.write(
        &format!("{name}.js"),
        "require('http').createServer((q, s) => s.end(process.env.WORD)).listen(1);",
    );
    let mut app = app(&place.0);
    app.name = AppName::parse(name).unwrap();
    app.run = Run::Script(place.0.join(format!("{name}.js")));
    app.env.insert("WORD".into(), name.into());
    app
}

#[tokio::test]
async fn a_new_config_starts_changes_and_stops_apps() {
    let place = Place::new();
    let (a, mut b, c) = (named(&place, "a"), named(&place, "b"), named(&place, "c"));
    let site = Site::in_place(place, |app| *app = a.clone());
    site.settled().await;
    let a_pid = site.pids()[0];

    let reports = site.handle.apply(vec![a.clone(), b.clone()]).await;
    assert_eq!(reports.len(), 1, "a did not change: {reports:?}");
    assert_eq!(site.handle.status().borrow()[1].state, AppState::Online, "answered when it serves");
    let online = |count| {
        move |apps: &std::sync::Arc<Vec<model::api::AppStatus>>| {
            apps.len() == count && apps.iter().all(|app| app.state == AppState::Online)
        }
    };
    site.handle.status().wait_for(online(2)).await.unwrap();
    assert!(reports[0].ok && is_alive(a_pid), "{reports:?}");

    b.env.insert("WORD".into(), "changed".into());
    let reports = site.handle.apply(vec![b.clone(), c]).await;
    assert!(reports.len() == 2 && reports.iter().all(|report| report.ok), "{reports:?}");
    site.handle.status().wait_for(online(2)).await.unwrap();
    eventually(|| !is_alive(a_pid)).await;
    let fleets = site.handle.fleets();
    let names: Vec<_> = fleets.iter().map(|fleet| fleet.borrow().app.to_string()).collect();
    assert_eq!(names, ["b", "c"]);
    let member = fleets[0].borrow().members.last().unwrap().clone();
    assert_eq!(crate::site::get(&member, "/").await.unwrap(), "changed");
    site.end().await;
}

#[tokio::test]
async fn a_new_app_that_cannot_start_is_there_and_failed() {
    let place = Place::new();
    let a = named(&place, "a");
    let mut bad = named(&place, "bad");
    bad.run = Run::Script("/nowhere.js".into());
    let site = Site::in_place(place, |app| *app = a.clone());
    site.settled().await;
    let reports = site.handle.apply(vec![a, bad]).await;
    assert!(
        !reports[0].ok && reports[0].reason.as_ref().unwrap().contains("/nowhere.js"),
        "{reports:?}"
    );
    let status = site.handle.status().borrow().clone();
    assert_eq!(status[1].state, AppState::Failed);
    assert_eq!(site.handle.fleets().len(), 2);
    site.end().await;
}

#[tokio::test]
async fn a_new_app_that_dies_is_answered_with_what_it_wrote() {
    let place = Place::new();
    let (a, mut bad) = (named(&place, "a"), named(&place, "bad"));
    place.write("bad.js", "console.error('no database'); process.exit(7);");
    bad.restart.crash_loop_after = 2;
    let site = Site::in_place(place, |app| *app = a.clone());
    site.settled().await;
    let report = site.handle.apply(vec![a, bad]).await.remove(0);
    let reason = report.reason.unwrap();
    assert!(!report.ok && reason.contains("the last one: exit code 7"), "{reason}");
    assert_eq!(report.stderr, ["no database"]);
    site.end().await;
}

#[tokio::test]
async fn an_env_file_is_read_again_at_each_start() {
    let place = Place::new();
    place.write(
        "server.js",
        "require('http').createServer((q, s) => s.end(process.env.WORD)).listen(1);",
    );
    let file = place.write(".env", "WORD=one");
    let site = Site::in_place(place, |app| app.env_file = Some(file));
    site.settled().await;
    assert_eq!(site.ask("/").await, ["one"]);
    site.place.write(".env", "WORD=two");
    assert!(site.handle.reload(None).await.unwrap()[0].ok);
    assert_eq!(site.ask("/").await, ["two"]);
    site.place.write(".env", "WORD");
    let report = site.handle.reload(None).await.unwrap().remove(0);
    assert!(report.reason.unwrap().contains("line 1: expected KEY=value"));
    assert_eq!(site.ask("/").await, ["two"]);
    site.end().await;
}
