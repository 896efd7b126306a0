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
        app.watch =
            Some(Watch { paths, ignore: vec!["run".into()], settle: Duration::from_millis(30) });
    });
    site.settled().await;
    site.place.write("server.js", "nonsense(");
    site.event(|kind| matches!(kind, EventKind::ReloadFailed { .. }).then_some(())).await;
    assert_eq!(site.ask("/").await, ["one"]);
    site.place.write("server.js", &source("two"));
    site.event(|kind| matches!(kind, EventKind::ReloadDone { .. }).then_some(())).await;
    eventually(|| site.fleet().members.iter().any(|m| m.intake == model::Intake::Open)).await;
    assert_eq!(site.ask("/").await, ["two"]);
    site.end().await;
}
