//! The store inside Ostler, without a word in the config.

use super::site::{ALL, check, project};
use std::os::unix::fs::PermissionsExt;
use trial::{Project, Wire, get, until};

fn url(project: &Project) -> String {
    get(project.address(), "/env").unwrap().body
}

#[test]
fn who_has_the_password_gets_in_and_nobody_else() {
    let project = project("");
    let running = project.run(&[]);
    let url = url(&project);
    let (login, address) = url.rsplit_once('@').unwrap();
    let password = login.rsplit_once(':').unwrap().1;
    assert_eq!(password.len(), 64, "{url}");
    let mut stranger = Wire::open(&format!("redis://{address}")).unwrap();
    let refused = stranger.say(&["GET", "a"]).unwrap();
    assert!(refused.starts_with("-NOAUTH"), "{refused}");
    let refused = stranger.say(&["AUTH", "guessed"]).unwrap();
    assert!(refused.starts_with("-WRONGPASS"), "{refused}");
    assert_eq!(stranger.say(&["AUTH", password]).unwrap(), "OK");
    assert_eq!(stranger.say(&["SET", "a", "1"]).unwrap(), "OK");
    let status = project.ostler(&["status"]).stdout;
    assert!(status.contains(&format!("redis://{address}")) && !status.contains(password));
    // It is the same after a restart, and the data is there.
    running.stop();
    let _running = project.run(&[]);
    let url = self::url(&project);
    assert!(url.contains(password), "{url}");
    assert_eq!(Wire::open(&url).unwrap().say(&["GET", "a"]).unwrap(), "1");
    let files = std::fs::read_dir(project.state_folder()).unwrap().flatten();
    let secret = files.map(|place| place.path().join("store-password")).find(|path| path.exists());
    let mode = std::fs::metadata(secret.unwrap()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn an_environment_that_has_a_url_keeps_it() {
    let inside = project("env = { REDIS_URL = 'redis://mine' }");
    let _running = inside.run(&[]);
    assert_eq!(url(&inside), "redis://mine");
    let outside = project("");
    let mut command = outside.command(&["run", "--listen", "127.0.0.1:0", "--admin", "off"]);
    let running = outside.spawn(command.env("REDIS_URL", "redis://users"));
    running.online();
    assert_eq!(url(&outside), "redis://users");
}

#[test]
fn without_a_store_there_is_no_url() {
    let project = project("[store]\nenabled = false");
    let _running = project.run(&[]);
    assert_eq!(url(&project), "");
    let status = project.ostler(&["status"]).stdout;
    assert!(!status.contains("store"), "{status}");
}

#[test]
fn limits_of_the_edge_count_in_it() {
    let project = project(
        "[edge]\nlimit = { per = 'client', rate = '2/min', burst = 1 }\n\
         [edge.limit_store]\nprefix = 'edge-limits'",
    );
    let _running = project.run(&[]);
    let statuses: Vec<u16> =
        (0..6).map(|_| get(project.address(), "/env").unwrap().status).collect();
    assert!(statuses.contains(&200) && statuses.contains(&429), "{statuses:?}");
    let password = std::fs::read_dir(project.state_folder()).unwrap().flatten();
    let password = password
        .map(|place| place.path().join("store-password"))
        .find_map(|path| std::fs::read_to_string(path).ok())
        .unwrap();
    let shown = project.status().unwrap().store.unwrap().url;
    let url = shown.replace("redis://", &format!("redis://:{}@", password.trim()));
    let keys = Wire::open(&url).unwrap().say(&["KEYS", "edge-limits*"]).unwrap();
    assert!(keys.contains("edge-limits:"), "{keys}");
}

#[test]
fn one_that_is_not_used_costs_nothing_to_speak_of() {
    let with = project("");
    let running = with.run(&[]);
    let pid = running.pid();
    let ticks = || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    };
    until("it is quiet", || {
        let before = ticks();
        std::thread::sleep(std::time::Duration::from_secs(2));
        // 2 % of a core for all of Ostler, of which the store is a part, in hundredths of a second.
        (ticks() - before <= 4).then_some(())
    });
}

#[test]
fn one_that_a_client_shuts_down_begins_again_with_all_its_data() {
    let project = project("");
    let running = project.run(&[]);
    let url = url(&project);
    let mut wire = Wire::open(&url).unwrap();
    assert_eq!(wire.say(&["SET", "kept", "1"]).unwrap(), "OK");
    assert!(wire.say(&["SHUTDOWN"]).is_err(), "it ends the connection");
    // Who comes meanwhile waits.
    assert_eq!(Wire::open(&url).unwrap().say(&["GET", "kept"]).unwrap(), "1");
    assert!(running.stderr().contains("starting it again"), "{}", running.stderr());
    assert_eq!(running.stop().code, Some(0));
}
#[test]
fn every_package_works_with_the_store_inside() {
    let project = project("");
    let _running = project.run(&[]);
    let url = url(&project);
    assert!(url.starts_with("redis://:") && url.contains("@127.0.0.1:"), "{url}");
    assert_eq!(project.ostler(&["store"]).stdout, format!("{url}\n"));
    for suite in ALL {
        check(&project, *suite);
    }
}

#[test]
fn a_reload_changes_limits_and_refuses_what_it_cannot_change() {
    let project = project("[store]\nmemory_max = '100MB'");
    let running = project.run(&[]);
    let mut wire = Wire::open(&url(&project)).unwrap();
    let mut config = |name: &str| wire.say(&["CONFIG", "GET", name]).unwrap();
    assert_eq!(config("maxmemory"), "[maxmemory 100000000]");
    let text = std::fs::read_to_string(project.folder().join("ostler.toml")).unwrap();
    let more = "memory_max = '200MB'\neviction = 'allkeys-lfu'\ndurability = 'everysec'\n\
                clients_max = 77\nscript_timeout = '1s'";
    project.write("ostler.toml", &text.replace("memory_max = '100MB'", more));
    let reloaded = project.ostler(&["reload"]);
    assert_eq!(reloaded.code, Some(0), "{}", reloaded.stderr);
    assert_eq!(config("maxmemory"), "[maxmemory 200000000]");
    assert_eq!(config("maxmemory-policy"), "[maxmemory-policy allkeys-lfu]");
    assert_eq!(config("appendfsync"), "[appendfsync everysec]");
    assert_eq!(config("maxclients"), "[maxclients 77]");
    assert_eq!(config("busy-reply-threshold"), "[busy-reply-threshold 1000]");
    project.write("ostler.toml", &text.replace("[store]", "[store]\nlisten = 1"));
    let refused = project.ostler(&["reload"]);
    assert_ne!(refused.code, Some(0));
    assert!(refused.stderr.contains("store.listen"), "{}", refused.stderr);
    assert_eq!(config("maxmemory"), "[maxmemory 200000000]");
    running.stop();
}

#[test]
fn status_and_metrics_tell_how_it_is() {
    let project = project("");
    let words = ["run", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"];
    let running = project.spawn(&mut project.command(&words));
    running.online();
    let mut wire = Wire::open(&url(&project)).unwrap();
    for n in 0..50 {
        assert_eq!(wire.say(&["SET", &format!("key{n}"), "value"]).unwrap(), "OK");
    }
    assert_eq!(wire.say(&["GET", "key1"]).unwrap(), "value");
    let figures = until("the figures are new", || {
        let figures = project.status()?.store?.inside?;
        (figures.keys == 50).then_some(figures)
    });
    assert!(figures.running && figures.refuses.is_none() && figures.memory_bytes > 50 * 10);
    assert_eq!((figures.clients, figures.durability.as_deref()), (1, Some("always")));
    let shown = project.ostler(&["status"]).stdout;
    assert!(shown.contains("  50 keys  ") && shown.contains("durability always"), "{shown}");
    let admin = project.status().unwrap().admin.unwrap();
    let admin = admin.trim_start_matches("http://").parse().unwrap();
    let page = get(admin, "/metrics").unwrap().body;
    let value = |name: &str| -> f64 {
        let line =
            page.lines().find_map(|line| line.strip_prefix(&format!("ostler_store_{name} ")));
        line.unwrap_or_else(|| panic!("no {name} in {page}")).parse().unwrap()
    };
    assert_eq!((value("up"), value("keys"), value("hits_total")), (1.0, 50.0, 1.0));
    assert!(value("commands_total") >= 52.0 && value("log_bytes") > 50.0 * 10.0);
    assert!(value("log_syncs_total") >= 1.0 && value("log_sync_seconds_total") > 0.0);
    assert_eq!((value("log_behind_records"), value("log_failures_total")), (0.0, 0.0));
    assert_eq!(get(admin, "/readyz").unwrap().status, 200);
}

#[test]
fn what_scripts_log_is_told() {
    let project = project("");
    let running = project.run(&[]);
    let mut wire = Wire::open(&url(&project)).unwrap();
    let script = "redis.log(redis.LOG_WARNING, 'ran out of oats') return 1";
    assert_eq!(wire.say(&["EVAL", script, "0"]).unwrap(), "1");
    until("it is told", || {
        running.stderr().contains("store: a script says: ran out of oats").then_some(())
    });
}
