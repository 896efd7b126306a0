//! `ostler audit`: what the config leaves open, and real npm against a registry of our own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use trial::Project;

const GOOD: &str = "[edge]\nlisten = '127.0.0.1:8080'\nheaders = true\nhosts = ['example.org']\n\
     access_log = true\ncompress = true\nlimit = { rate = '1000/min' }\nlimits = { body_bytes = '10MB' }\n[app.web]\nrun = 'server.js'\n";

/// A registry that knows of one vulnerable package, or breaks; its address.
fn registry(works: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            answer(client, works);
        }
    });
    format!("http://{address}/")
}

fn answer(client: TcpStream, works: bool) -> Option<()> {
    let mut reader = BufReader::new(client);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.is_empty() {
            break;
        }
    }
    reader.read_exact(&mut vec![0; length]).ok()?;
    let (status, body) = match first.split(' ').nth(1)? {
        _ if !works => ("418 Teapot", "{}"),
        "/-/npm/v1/security/advisories/bulk" => (
            "200 OK",
            r#"{"left":[{"id":1,"url":"https://x","title":"It falls over","severity":"critical","vulnerable_versions":"<2.0.0"}]}"#,
        ),
        "/left" => (
            "200 OK",
            r#"{"name":"left","dist-tags":{"latest":"2.0.0"},"versions":{"1.0.0":{"name":"left","version":"1.0.0"},"2.0.0":{"name":"left","version":"2.0.0"}}}"#,
        ),
        _ => ("404 Not Found", "{}"),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    reader.get_mut().write_all((head + body).as_bytes()).ok()
}

fn project(config: &str) -> Project {
    let project = Project::with_server("");
    project.write("ostler.toml", config);
    project
}

fn with_packages(project: &Project, registry: &str) {
    project.write(
        "package.json",
        r#"{ "name": "shop", "version": "1.0.0", "dependencies": { "left": "^1.0.0" } }"#,
    );
    project.write(
        "package-lock.json",
        r#"{ "name": "shop", "version": "1.0.0", "lockfileVersion": 3, "requires": true, "packages": {
            "": { "name": "shop", "version": "1.0.0", "dependencies": { "left": "^1.0.0" } },
            "node_modules/left": { "version": "1.0.0", "integrity": "sha512-AA==" } } }"#,
    );
    project.write(".npmrc", &format!("registry={registry}\nfetch-retries=0\n"));
}

#[test]
fn a_closed_config_without_packages_ends_with_0() {
    let project = project(GOOD);
    let finished = project.ostler(&["audit"]);
    assert_eq!(finished.code, Some(0), "{}{}", finished.stdout, finished.stderr);
    assert_eq!(finished.stdout, "packages of web: none\nnothing was found\n");
}

#[test]
fn what_is_open_ends_with_10_and_its_cure() {
    let project = project("[app.web]\nrun = 'server.js'\n");
    let finished = project.ostler(&["audit", "--no-packages"]);
    assert_eq!(finished.code, Some(10), "{}", finished.stderr);
    for words in
        ["medium  edge: 0.0.0.0:8080 is open", "cure  [edge] headers = true", "any Host is served"]
    {
        assert!(finished.stdout.contains(words), "no {words:?} in {}", finished.stdout);
    }
    assert!(finished.stderr.contains("of severity medium or worse"), "{}", finished.stderr);
    let high = project.ostler(&["audit", "--no-packages", "--fail-on", "high", "--json"]);
    assert_eq!(high.code, Some(0), "{}", high.stderr);
    let told: serde_json::Value = serde_json::from_str(&high.stdout).unwrap();
    let lacks: Vec<&str> = told["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["lacks"].as_str().unwrap())
        .collect();
    assert!(lacks.contains(&"headers") && told["packages"] == serde_json::json!([]), "{told}");
}

#[test]
fn a_vulnerable_package_is_told_with_its_cure() {
    let project = project(GOOD);
    with_packages(&project, &registry(true));
    let finished = project.ostler(&["audit"]);
    assert_eq!(finished.code, Some(10), "{}", finished.stderr);
    for words in ["high    packages of web: left is known to be vulnerable", "why   It falls over"]
    {
        assert!(finished.stdout.contains(words), "no {words:?} in {}", finished.stdout);
    }
    assert!(finished.stdout.contains("1 is known to be vulnerable, says `npm audit"));
}

#[test]
fn an_audit_that_fails_is_not_taken_for_a_good_one() {
    let project = project(GOOD);
    with_packages(&project, &registry(false));
    let finished = project.ostler(&["audit", "--json"]);
    assert_eq!(finished.code, Some(10), "{}", finished.stderr);
    let told: serde_json::Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(told["packages"][0]["state"], "failed", "{told}");
    assert!(told["packages"][0]["reason"].as_str().unwrap().contains("418"), "{told}");
    // Nobody listens there.
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    with_packages(&project, &format!("http://{free}/"));
    let finished = project.ostler(&["audit"]);
    assert_eq!(finished.code, Some(10), "{}", finished.stdout);
    assert!(finished.stdout.contains("they were not audited: "), "{}", finished.stdout);
    assert_eq!(project.ostler(&["audit", "--no-packages"]).code, Some(0));
}

#[test]
fn without_a_lock_file_nothing_can_be_said() {
    let project = project(GOOD);
    project.write("package.json", r#"{ "dependencies": { "left": "*" } }"#);
    let finished = project.ostler(&["audit"]);
    assert_eq!(finished.code, Some(10));
    assert!(finished.stdout.contains("there is no lock file"), "{}", finished.stdout);
}
