//! Configs of real folders: what `load` and `for_script` see on the disk.

#![expect(clippy::unwrap_used, reason = "a test: what is wrong with its folder fails it")]
use config::{Config, Failure, Machine, Run, for_script, load};
use std::path::{Path, PathBuf};

const MACHINE: Machine = Machine { cores: 4 };

/// A folder of its own for the test `name`, with these files.
fn project(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("projects").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    for (path, text) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn loaded(folder: &Path) -> Result<Config, Failure> {
    load(&folder.join("ostler.toml"), &MACHINE)
}

/// The failure as people see it, with the test's folder as `…`.
fn told(result: Result<Config, Failure>, folder: &Path) -> String {
    result.unwrap_err().to_string().replace(&folder.display().to_string(), "…")
}

fn only_run(config: Config) -> (Run, Vec<String>) {
    let [app] = <[config::App; 1]>::try_from(config.apps).unwrap();
    assert_eq!((app.name.as_str(), config.routes[0].pattern.as_str()), ("web", "/*"));
    (app.run, app.args)
}

#[test]
fn a_file_and_what_it_names() {
    let text = "[app.web]\nrun = \"server.js\"\ncwd = \"api\"\nenv_file = \".env\"";
    let files = [("ostler.toml", text), ("api/server.js", ""), ("api/.env", "")];
    let folder = project("names", &files);
    let app = loaded(&folder).unwrap().apps.remove(0);
    assert_eq!(app.run, Run::Script(folder.join("api/server.js")));
    assert_eq!(app.env_file, Some(folder.join("api/.env")));
    assert_eq!(app.folder, folder.join("api"));
}

#[test]
fn what_is_named_and_not_there() {
    let text = "\
[app.web]
run = \"sever.js\"
cwd = \"nowhere\"
env_file = \".env\"

[app.api]
run = \"sever.js\"

[app.built]
run = \"index.js\"

[app.npm]
run = \"npm run strat\"

[app.other]
cwd = \"api\"
run = \"npm start\"

[app.nothing]

[route.\"/*\"]
app = \"api\"
";
    let package = r#"{ "scripts": { "start": "node dist/index.js", "test": "x" } }"#;
    let files = [
        ("ostler.toml", text),
        ("server.js", ""),
        ("dist/index.js", ""),
        ("package.json", package),
        ("api/x.js", ""),
    ];
    let folder = project("missing", &files);
    let failure = loaded(&folder).unwrap_err();
    let lines: Vec<String> = failure.mistakes().iter().map(ToString::to_string).collect();
    let lines = lines.join("\n").replace(&format!("{}/", folder.display()), "");
    let expected = "\
ostler.toml:2:7: app.web.run: there is no script nowhere/sever.js; write the path of the app's main file, relative to its cwd
ostler.toml:3:7: app.web.cwd: there is no folder nowhere; write the folder that the app starts in, relative to this file
ostler.toml:4:12: app.web.env_file: there is no file nowhere/.env; make it, or remove the key
ostler.toml:7:7: app.api.run: there is no script sever.js; did you mean \"server.js\"?
ostler.toml:10:7: app.built.run: there is no script index.js; did you mean \"dist/index.js\"?
ostler.toml:13:7: app.npm.run: package.json has no script `strat`; did you mean \"npm run start\"?
ostler.toml:17:7: app.other.run: there is no package.json to read in api; write the script's file, or the app's folder as cwd
ostler.toml:19:1: app.nothing.run: [app.nothing] does not say what to run; write run = \"dist/index.js\"";
    assert_eq!(lines, expected);
    assert!(told(Err(failure), &folder).ends_with("\n8 mistakes in …/ostler.toml"));
}

#[test]
fn an_empty_file_runs_what_the_package_starts() {
    let run = |name: &str, package: &str, files: &[&str]| {
        let mut all = vec![("ostler.toml", "")];
        if !package.is_empty() {
            all.push(("package.json", package));
        }
        all.extend(files.iter().map(|file| (*file, "")));
        let folder = project(name, &all);
        match only_run(loaded(&folder).unwrap()).0 {
            Run::Script(path) => path.strip_prefix(&folder).unwrap().display().to_string(),
            other => format!("{other:?}"),
        }
    };
    assert_eq!(run("usual", "", &["app.js", "src/index.js"]), "app.js");
    assert_eq!(run("main", r#"{ "main": "lib/x.js" }"#, &["lib/x.js", "app.js"]), "lib/x.js");
    assert_eq!(
        run("direct", r#"{ "scripts": { "start": "node src/a.js" } }"#, &["src/a.js"]),
        "src/a.js"
    );
    let npm = r#"Npm("start")"#;
    assert_eq!(run("flags", r#"{ "scripts": { "start": "node -r x a.js" } }"#, &["a.js"]), npm);
    assert_eq!(run("gone", r#"{ "scripts": { "start": "node a.js" } }"#, &[]), npm);
    assert_eq!(run("next", r#"{ "scripts": { "start": "next start" } }"#, &["app.js"]), npm);
}

#[test]
fn no_file_and_nothing_to_run() {
    let folder = project("nothing", &[]);
    assert_eq!(
        told(loaded(&folder), &folder),
        "there is no …/ostler.toml; name a script, such as `ostler run server.js`"
    );
    let folder =
        project("no_file", &[("my app.js", ""), ("package.json", r#"{ "main": "my app.js" }"#)]);
    assert_eq!(
        told(loaded(&folder), &folder),
        "there is no …/ostler.toml; run `ostler run 'my app.js'`"
    );
    let folder = project("empty_file", &[("ostler.toml", "")]);
    assert_eq!(
        told(loaded(&folder), &folder),
        "there is nothing to run in …; name a script, such as `ostler run server.js`, or add a start \
         script to package.json"
    );
}

#[test]
fn scripts_of_the_command_line() {
    let package = r#"{ "scripts": { "start": "next start", "serve": "x" } }"#;
    let files = [
        ("a.js", ""),
        ("api/package.json", r#"{ "main": "b.js" }"#),
        ("api/b.js", ""),
        ("package.json", package),
    ];
    let folder = project("scripts", &files);
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let run = |what: &str, args: &str| {
        let config = for_script(what, words(args), &folder, &MACHINE).unwrap();
        assert_eq!((config.root.as_path(), &config.file), (folder.as_path(), &None));
        only_run(config)
    };
    assert_eq!(run("a.js", "--x 1"), (Run::Script(folder.join("a.js")), words("--x 1")));
    assert_eq!(run("a", "").0, Run::Script(folder.join("a.js")));
    assert_eq!(run("./api", "x"), (Run::Script(folder.join("api/b.js")), words("x")));
    assert_eq!(run(".", "").0, Run::Npm("start".into()));
    assert_eq!(run("npm start", "").0, Run::Npm("start".into()));
    assert_eq!(run("npm", "run serve -- --y"), (Run::Npm("serve".into()), words("--y")));
    let absolute = folder.join("api/b.js").display().to_string();
    assert_eq!(run(&absolute, "").0, Run::Script(absolute.into()));

    let failed = |what: &str, args: &str| {
        let result = for_script(what, words(args), &folder, &MACHINE);
        assert!(matches!(result, Err(Failure::Script { .. } | Failure::NothingToRun { .. })));
        told(result, &folder)
    };
    assert_eq!(failed("b.js", ""), "there is no script …/b.js; did you mean \"a.js\"?");
    assert_eq!(
        failed("npm", "run"),
        "\"npm run\" is not \"npm start\" or \"npm run NAME\"; write the name alone; arguments go into args"
    );
    assert!(failed("npm run sevre", "").starts_with("package.json has no script `sevre`; did you"));
}

#[test]
fn files_that_cannot_be_read() {
    let folder = project("unreadable", &[("ostler.toml/x", "")]);
    assert!(told(loaded(&folder), &folder).starts_with("cannot read …/ostler.toml: "));
    let folder = project("latin1", &[]);
    std::fs::write(folder.join("ostler.toml"), b"# 1\n# caf\xe9\n").unwrap();
    assert_eq!(
        told(loaded(&folder), &folder),
        "cannot read …/ostler.toml: line 2 is not UTF-8; save the file in that encoding"
    );
    let folder = project("large", &[("ostler.toml", &"#\n".repeat(600_000))]);
    assert!(told(loaded(&folder), &folder).contains("the file is larger than 1 MiB"));
}

#[test]
fn upstreams_alone_run_no_app_of_the_folder() {
    let files = [("ostler.toml", "upstream.far.url = 'http://10.0.0.5'"), ("server.js", "")];
    let config = loaded(&project("upstreams", &files)).unwrap();
    assert!(config.apps.is_empty() && config.serving.is_empty());
    assert_eq!(config.routes[0].app.as_ref().unwrap().as_str(), "far");
}

#[test]
fn an_app_that_was_found_is_served() {
    let files = [("ostler.toml", "edge.listen = 3000"), ("server.js", "")];
    let config = loaded(&project("served", &files)).unwrap();
    assert_eq!(config.serving.len(), 1);
    assert_eq!(config.serving[0].app, config.apps[0].name);
    assert_eq!(config.edge.listen[0].port(), 3000);
}

#[test]
fn certificates_that_are_none() {
    let cert = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    let key = cert.replace("CERTIFICATE", "PRIVATE KEY");
    let text = "\
app.web.run = \"server.js\"
[edge.tls]
cert = [\"gone.pem\", \"tls\", \"tls/key.pem\", \"tls/cert.der\", \"tls/fullchain.pem\"]
key = [\"tls/key.pem\", \"tls/fullchain.pem\", \"tls/empty\", \"tls/locked.pem\", \"tls/key.pem\"]
[edge]
access_log = { to = \"logs/access.log\" }
[upstream.far]
url = \"https://10.0.0.5\"
ca = \"tls/key.pem\"
[route.\"/*\"]
app = \"web\"
";
    let files = [
        ("ostler.toml", text),
        ("server.js", ""),
        ("tls/fullchain.pem", cert),
        ("tls/key.pem", &key),
        ("tls/locked.pem", &key.replace("PRIVATE", "ENCRYPTED PRIVATE")),
        ("tls/cert.der", "\0\u{1}\u{2}"),
        ("tls/empty", ""),
    ];
    let folder = project("certificates", &files);
    let failure = loaded(&folder).unwrap_err();
    let lines: Vec<String> = failure.mistakes().iter().map(ToString::to_string).collect();
    let lines = lines.join("\n").replace(&format!("{}/", folder.display()), "");
    let expected = "\
ostler.toml:3:9: edge.tls.cert: there is no file gone.pem; write the path of a PEM file, relative to this file
ostler.toml:3:21: edge.tls.cert: tls is a folder; write the file in it: \"tls/fullchain.pem\"
ostler.toml:3:28: edge.tls.cert: tls/key.pem holds a private key and no certificate; write the certificate's file, such as fullchain.pem
ostler.toml:3:43: edge.tls.cert: tls/cert.der is no PEM file; convert it: `openssl x509 -inform der` for a certificate, `openssl pkcs12` for a .pfx or .p12 file
ostler.toml:4:23: edge.tls.key: tls/fullchain.pem holds a certificate and no private key; write the key's file; it begins with -----BEGIN PRIVATE KEY----- or the like
ostler.toml:4:44: edge.tls.key: tls/empty is no PEM file; write a file that has -----BEGIN PRIVATE KEY----- or the like in it
ostler.toml:4:57: edge.tls.key: tls/locked.pem holds a private key that has a passphrase, which nobody can type at a restart; remove the passphrase: `openssl pkey -in KEY -out NEW`; let only Ostler's user read it
ostler.toml:6:21: edge.access_log.to: there is no folder logs for the file; make it, or write another path
ostler.toml:9:6: upstream.far.ca: tls/key.pem holds a private key and no certificate; write a file with the certificates of the authorities";
    assert_eq!(lines, expected);
}

#[test]
fn a_certificate_with_its_key_in_one_file() {
    let cert = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    let both = format!("{cert}{}", cert.replace("CERTIFICATE", "RSA PRIVATE KEY"));
    let read = |pem: &str| {
        let text = "app.web.run = 'a.js'\nedge.tls.cert = 'both.pem'";
        let files = [("ostler.toml", text), ("a.js", ""), ("both.pem", pem)];
        let folder = project("one_file", &files);
        (loaded(&folder), folder)
    };
    let (config, folder) = read(&both);
    let certificate = config.unwrap().edge.tls.unwrap().certificates.remove(0);
    assert_eq!(
        (certificate.cert, certificate.key),
        (folder.join("both.pem"), folder.join("both.pem"))
    );
    let (config, folder) = read(cert);
    let text = told(config, &folder);
    assert!(text.contains("…/both.pem holds a certificate and no private key"), "{text}");
    assert!(text.contains("= write the key's file: key = \"privkey.pem\""), "{text}");
}

#[test]
fn folders_of_files_are_looked_for() {
    let text = "\
[route.\"/a/*\"]
files = \"pubic\"

[route.\"/b/*\"]
files = { folder = \"file\" }

[route.\"/c/*\"]
files = { folder = \"public\", fallback = \"index.html\" }
";
    let folder = project("files", &[("ostler.toml", text), ("file", ""), ("public/a.css", "")]);
    let told = told(loaded(&folder), &folder);
    for line in [
        "there is no folder …/pubic",
        "make it (perhaps the build has not run yet)",
        "…/file is a file, not a folder",
        "there is no file …/public/index.html",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
}

#[test]
fn files_need_no_app_and_leave_room_for_one() {
    let package = ("package.json", r#"{ "scripts": { "start": "node server.js" } }"#);
    let files = |route: &str| format!("[route.\"{route}\"]\nfiles = \"public\"\n");
    let patterns = |config: &Config| -> Vec<(String, bool)> {
        let one = |route: &config::Route| (route.pattern.clone(), route.app.is_some());
        config.routes.iter().map(one).collect()
    };
    let (all, some) = (files("/*"), files("/assets/*"));
    let page = ("public/index.html", "");
    let folder = project("files_alone", &[("ostler.toml", &some), page]);
    let alone = loaded(&folder).unwrap();
    assert_eq!((alone.apps.len(), patterns(&alone)), (0, vec![("/assets/*".into(), false)]));
    let server = ("server.js", "");
    let folder = project("files_beside", &[("ostler.toml", &some), page, package, server]);
    let beside = loaded(&folder).unwrap();
    let both = vec![("/assets/*".into(), false), ("/*".into(), true)];
    assert_eq!((beside.apps.len(), patterns(&beside)), (1, both));
    let folder = project("files_all", &[("ostler.toml", &all), page, package, server]);
    let over = loaded(&folder).unwrap();
    assert_eq!((over.apps.len(), patterns(&over)), (0, vec![("/*".into(), false)]));
}
