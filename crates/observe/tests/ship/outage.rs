use crate::fakes::{Fake, Scratch, counts, exports, record, ship, wait};
use observe::ship::{Handle, Settings, start};
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

fn offer(handle: &Handle, numbers: std::ops::Range<usize>) {
    let records: Vec<_> = numbers.map(record).collect();
    records.chunks(50).for_each(|chunk| handle.offer(chunk));
}

fn figures(handle: &Handle, name: &str) -> (u64, u64, u64) {
    let status = handle.status().into_iter().find(|one| one.name == name).unwrap();
    let dropped = status.dropped_full + status.dropped_disk + status.dropped_refused;
    (status.sent, status.waiting, dropped)
}

#[test]
fn an_outage_loses_nothing_and_holds_up_nobody() {
    let scratch = Scratch::new("outage");
    let (loki, otel) = (Fake::start(), Fake::start());
    let all = exports(&format!(
        "observe.export.loki = {{ to = 'loki', url = 'http://{}', delay = '20ms' }}\n\
         observe.export.otel = {{ to = 'otlp', url = 'http://{}', delay = '20ms', signals = ['logs'] }}",
        loki.address, otel.address
    ));
    let handle = ship(&scratch.0, &all);
    offer(&handle, 0..500);
    wait("the first lines", || figures(&handle, "loki").0 == 500);
    loki.answers(503, "not now");
    offer(&handle, 500..1_500);
    wait("the other target", || figures(&handle, "otel").0 == 1_500);
    wait("a failure", || handle.status()[0].failing_since_ms.is_some());
    let status = handle.status().remove(0);
    assert_eq!(
        (status.sent, status.waiting, status.failing_since_ms.is_some()),
        (500, 1_000, true)
    );
    assert_eq!(status.last_error.as_deref(), Some("it answered 503: not now"));
    loki.answers(204, "");
    wait("the rest", || figures(&handle, "loki") == (1_500, 0, 0));
    assert_eq!(handle.status()[0].failing_since_ms, None);
    let got = loki.got();
    assert_eq!(counts(got.iter().map(|one| &*one.body), 1_500), [1; 1_500]);
    assert!(got[0].head.starts_with("post /loki/api/v1/push http/1.1\r\n"), "{}", got[0].head);
    assert!(got[0].head.contains("content-type: application/json\r\n"), "{}", got[0].head);
    let got = otel.got();
    assert_eq!(counts(got.iter().map(|one| &*one.body), 1_500), [1; 1_500]);
    handle.finish(Duration::from_secs(2));
}

#[test]
fn what_waits_is_sent_by_the_next_process() {
    let scratch = Scratch::new("next");
    let elastic = Fake::start();
    elastic.answers(503, "");
    let all = exports(&format!(
        "observe.export.es = {{ to = 'elasticsearch', url = 'http://{}', delay = '10s', token = 'tok' }}",
        elastic.address
    ));
    let handle = ship(&scratch.0, &all);
    offer(&handle, 0..300);
    wait("the lines", || figures(&handle, "es").1 == 300);
    handle.finish(Duration::from_secs(1));
    elastic.answers(200, r#"{"errors":false}"#);
    let handle = ship(&scratch.0, &all);
    wait("what was left", || figures(&handle, "es") == (300, 0, 0));
    handle.finish(Duration::from_secs(2));
    let got = elastic.got();
    assert_eq!(counts(got.iter().map(|one| &*one.body), 300), [1; 300]);
    assert!(got[0].head.contains("authorization: bearer tok\r\n"), "{}", got[0].head);
    assert!(got[0].head.contains("content-type: application/x-ndjson\r\n"), "{}", got[0].head);
}

#[test]
fn items_that_had_no_room_are_sent_again_and_alone() {
    let scratch = Scratch::new("items");
    let elastic = Fake::start();
    let item =
        |status: u16| format!(r#"{{"create":{{"status":{status},"error":{{"type":"t"}}}}}}"#);
    let items = [201, 429, 400, 503].map(item).join(",");
    elastic.answers(200, &format!(r#"{{"errors":true,"items":[{items}]}}"#));
    let all = exports(&format!(
        "observe.export.es = {{ to = 'elasticsearch', url = 'http://{}', delay = '20ms' }}",
        elastic.address
    ));
    let handle = ship(&scratch.0, &all);
    offer(&handle, 0..4);
    wait("a part", || figures(&handle, "es").0 == 1);
    elastic.answers(200, r#"{"errors":false}"#);
    wait("the rest", || figures(&handle, "es") == (3, 0, 1));
    let got = elastic.got();
    let first = counts([&*got[0].body], 4);
    let last = counts([&*got[got.len() - 1].body], 4);
    assert_eq!((first, last), (vec![1; 4], vec![0, 1, 0, 1]));
    handle.finish(Duration::from_secs(2));
}

#[test]
fn targets_come_and_go_while_it_runs() {
    let scratch = Scratch::new("reload");
    let file = scratch.0.join("out/all.ndjson");
    let text = |level: &str| {
        let file = file.display();
        exports(&format!(
            "observe.export.file = {{ to = 'file', file = '{file}', delay = '20ms', level = '{level}' }}"
        ))
    };
    let handle = ship(&scratch.0, &[]);
    offer(&handle, 0..10);
    handle.configure(&text("error"));
    offer(&handle, 10..30);
    wait("the grave ones", || figures(&handle, "file").0 == 2);
    handle.configure(&text("trace"));
    offer(&handle, 30..40);
    wait("all", || figures(&handle, "file").0 == 10);
    handle.configure(&[]);
    assert!(handle.status().is_empty());
    handle.finish(Duration::from_secs(2));
    let written = std::fs::read(&file).unwrap();
    let mut expected = vec![0; 40];
    [19, 29].iter().chain(&Vec::from_iter(30..40)).for_each(|number| expected[*number] = 1);
    assert_eq!(counts([&*written], 40), expected);
}

#[test]
fn what_is_told_may_come_back_as_a_line() {
    let scratch = Scratch::new("echo");
    std::fs::create_dir_all(&scratch.0).unwrap();
    // Where the queue should lie there is a file: that is told at once.
    std::fs::write(scratch.0.join("file.file"), "in the way").unwrap();
    let handle: Arc<OnceLock<Handle>> = Arc::default();
    let (echo, told) = (Arc::clone(&handle), Arc::new(AtomicU32::new(0)));
    let count = Arc::clone(&told);
    let tell = move |_: String| {
        count.fetch_add(1, SeqCst);
        if let Some(handle) = echo.get() {
            handle.offer(&[record(0)]);
        }
    };
    let settings =
        Settings { folder: scratch.0.clone(), exports: Vec::new(), tell: Arc::new(tell), seed: 7 };
    let handle = handle.get_or_init(|| start(settings).unwrap());
    let out = scratch.0.join("out.ndjson");
    handle.configure(&exports(&format!(
        "observe.export.file = {{ to = 'file', file = '{}', delay = '20ms' }}",
        out.display()
    )));
    handle.offer(&[record(1)]);
    wait("the fault", || told.load(SeqCst) > 0 && handle.status()[0].dropped_disk > 0);
    std::fs::remove_file(scratch.0.join("file.file")).unwrap();
    handle.offer(&[record(2)]);
    wait("the line", || std::fs::read_to_string(&out).is_ok_and(|text| text.contains("line 2.")));
    handle.finish(Duration::from_secs(2));
}
