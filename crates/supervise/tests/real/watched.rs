use crate::site::{Place, Site, eventually};
use config::Watch;
use model::EventKind;
use std::time::Duration;

#[tokio::test]
async fn a_changed_file_reloads_and_a_broken_one_does_not_stop_the_old() {
    let place = Place::new();
    let source =
        |word: &str| format!("require('http').createServer((q, s) => s.end('{word}')).listen(1);");
    place.write("server.js", &source("one"));
    let site = Site::in_place(place, |app| {
        let paths = vec![app.folder.clone()];
        app.watch = Some(Watch { paths, ignore: Vec::new(), settle: Duration::from_millis(30) });
    });
    site.settled().await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let reloads = |kind: &EventKind| matches!(kind, EventKind::ReloadStarted { .. });
    let is_quiet = !site.handle.recent_events().iter().any(|event| reloads(&event.kind));
    assert!(is_quiet, "the run folder lies below the watched one, and is no reason to reload");
    site.place.write("server.js", "nonsense(");
    site.event(|kind| matches!(kind, EventKind::ReloadFailed { .. }).then_some(())).await;
    assert_eq!(site.ask("/").await, ["one"]);
    site.place.write("server.js", &source("two"));
    site.event(|kind| matches!(kind, EventKind::ReloadDone { .. }).then_some(())).await;
    eventually(|| site.fleet().members.iter().any(|m| m.intake == model::Intake::Open)).await;
    assert_eq!(site.ask("/").await, ["two"]);
    site.end().await;
}
