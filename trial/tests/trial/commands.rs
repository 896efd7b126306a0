//! Commands that need nothing running.

use trial::{Project, apps};

#[test]
fn check_says_what_would_run() {
    let project = Project::with_server(apps::SERVER);
    project.write(
        "ostler.toml",
        "[app.web]\nrun = 'server.js'\nworkers = { min = 1, max = 4 }\nmemory_max = '300MB'\n",
    );
    let checked = project.ostler(&["check"]);
    assert_eq!(checked.code, Some(0), "{}", checked.stderr);
    for words in ["no mistakes", "server.js", "1 to 4 workers", "300 MB"] {
        assert!(checked.stdout.contains(words), "{}", checked.stdout);
    }
}

#[test]
fn check_reads_the_certificates() {
    let project = Project::with_server(apps::SERVER);
    let pem = |kind: &str| format!("-----BEGIN {kind}-----\nMIIB\n-----END {kind}-----\n");
    project.write("cert.pem", &pem("CERTIFICATE"));
    project.write("key.pem", &pem("PRIVATE KEY"));
    let config = |key: &str| {
        format!("app.web.run = 'server.js'\n[edge.tls]\ncert = 'cert.pem'\nkey = '{key}'\n")
    };
    // What can be seen from outside has a line of the file; the rest names the certificate.
    for (key, told) in [("cert.pem", "ostler.toml:4:7"), ("key.pem", "no X.509 certificate")] {
        project.write("ostler.toml", &config(key));
        let checked = project.ostler(&["check"]);
        assert_eq!(checked.code, Some(3), "{}", checked.stdout);
        assert!(checked.stderr.contains(told), "{}", checked.stderr);
    }
}

#[test]
fn an_address_of_the_command_line_is_checked_against_the_file() {
    let project = Project::new();
    project.write("ostler.toml", "upstream.far.url = 'http://127.0.0.1:9000'\n");
    let run = project.ostler(&["run", "--listen", "127.0.0.1:9000"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("in circles"), "{}", run.stderr);
}

#[test]
fn explain_a_key() {
    let project = Project::new();
    let explained = project.ostler(&["explain", "app.memory_max"]);
    assert_eq!(explained.code, Some(0), "{}", explained.stderr);
    assert!(explained.stdout.contains("memory"), "{}", explained.stdout);
    assert!(project.ostler(&["explain"]).stdout.contains("app.NAME.workers"));
}

#[test]
fn import_from_pm2() {
    let project = Project::with_server(apps::SERVER);
    project.write(
        "ecosystem.config.js",
        "module.exports = { apps: [{ name: 'web', script: 'server.js', instances: 'max',
           exec_mode: 'cluster', max_memory_restart: '300M', env: { A: 'b' }, cron_restart: '0 3 * * *' }] };",
    );
    let printed = project.ostler(&["import"]);
    assert_eq!(printed.code, Some(0), "{}", printed.stderr);
    for words in ["[app.web]", "run = \"server.js\"", "cron_restart"] {
        assert!(printed.stdout.contains(words), "{}", printed.stdout);
    }
    assert_eq!(project.ostler(&["import", "--write"]).code, Some(0));
    let checked = project.ostler(&["check"]);
    assert_eq!(checked.code, Some(0), "{}", checked.stderr);
    let again = project.ostler(&["import", "--write"]);
    assert_eq!(again.code, Some(9), "an existing ostler.toml is not overwritten: {}", again.stdout);
}

#[test]
fn completions_man_and_help() {
    let project = Project::new();
    for shell in ["bash", "zsh", "fish"] {
        assert!(project.ostler(&["completions", shell]).stdout.contains("reload"), "{shell}");
    }
    let man = project.ostler(&["man"]).stdout;
    assert!(man.contains(".TH") && man.contains("reload"), "{man}");
    assert!(!project.ostler(&["--help"]).stdout.contains("warden"));
    assert_eq!(project.ostler(&["rnu"]).code, Some(2));
}
