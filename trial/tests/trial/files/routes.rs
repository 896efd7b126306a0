//! Which request gets which file, and who answers the rest.

use super::{ask, get, run};
use trial::{Project, until};

const APP: &str = "require('node:http').createServer((req, res) => \
    res.end(`app ${req.method} ${req.url}`)).listen(process.env.PORT)";

#[test]
fn a_folder_needs_no_app() {
    let project = Project::new();
    project.write("public/a.css", "body{}");
    project.write("public/docs/index.html", "docs");
    project.write("public/empty/x.txt", "x");
    project.write("public/deep/a b/grüße.txt", "deep");
    let running = run(&project, "[route.'/assets/*']\nfiles = 'public'");
    let address = project.address();

    let reply = get(address, "/assets/a.css");
    assert_eq!((reply.status, reply.body.as_str()), (200, "body{}"));
    assert_eq!(reply.header("content-type"), Some("text/css; charset=utf-8"));
    assert_eq!(reply.header("cache-control"), Some("no-cache"));
    assert_eq!(reply.header("accept-ranges"), Some("bytes"));
    assert!(reply.header("date").is_some() && reply.header("last-modified").is_some());
    assert_eq!(get(address, "/assets/a.css?v=1").body, "body{}");
    assert_eq!(get(address, "/assets/deep/a%20b/gr%C3%BC%C3%9fe.txt").body, "deep");

    let head = ask(address, "HEAD", "/assets/a.css", &[]);
    assert_eq!((head.status, head.header("content-length")), (200, Some("6")));
    let post = ask(address, "POST", "/assets/a.css", &["Content-Length: 0"]);
    assert_eq!((post.status, post.header("allow")), (405, Some("GET, HEAD")));

    assert_eq!(get(address, "/assets/docs/").body, "docs");
    let moved = get(address, "/assets/docs?a=//b");
    assert_eq!((moved.status, moved.header("location")), (301, Some("./docs/?a=//b")));
    for path in ["/assets/empty", "/assets/empty/", "/assets/", "/assets", "/assets/none", "/"] {
        let reply = get(address, path);
        assert_eq!(reply.status, 404, "{path}: {}", reply.body);
        assert!(!reply.body.contains("x.txt"), "{path}: {}", reply.body);
    }
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_redirect_never_leads_to_another_host() {
    let project = Project::new();
    project.write("public/evil.test/index.html", "x");
    project.write("public/a:b/index.html", "colon");
    let _running = run(&project, "[route.'/*']\nfiles = 'public'");
    let address = project.address();
    let location = |path: &str| {
        let reply = get(address, path);
        (reply.status, reply.header("location").map(str::to_owned))
    };
    assert_eq!(location("/evil.test"), (301, Some("./evil.test/".into())));
    assert_eq!(location("/a:b"), (301, Some("./a:b/".into())));
    for path in ["//evil.test", "///evil.test", "/%2fevil.test", "/\\evil.test", "//evil.test/.."] {
        assert_eq!(location(path), (404, None), "{path}");
    }
}

#[test]
fn what_is_no_file_is_left_to_the_app() {
    let project = Project::with_server(APP);
    project.write("public/a.css", "body{}");
    project.write("public/page/index.html", "page");
    let routes = "[app.web]\nrun = 'server.js'\nworkers = 1\n\
                  [route.'/*']\napp = 'web'\nfiles = 'public'";
    let _running = run(&project, routes);
    let address = project.address();
    let body = |path: &str| get(address, path).body;
    assert_eq!(body("/a.css"), "body{}");
    assert_eq!(body("/page/"), "page");
    assert_eq!(body("/b.css"), "app GET /b.css");
    assert_eq!(body("/"), "app GET /");
    // An app may give such paths a meaning; no file is found by them.
    assert_eq!(body("/a%2Fb"), "app GET /a%2Fb");
    assert_eq!(body("/.env"), "app GET /.env");
    assert_eq!(ask(address, "DELETE", "/a.css", &[]).body, "app DELETE /a.css");
    // A file that appears is found, one that goes is left to the app.
    project.write("public/b.css", "new");
    until("the new file is seen", || (body("/b.css") == "new").then_some(()));
    std::fs::remove_file(project.folder().join("public/b.css")).unwrap();
    until("it is gone", || (body("/b.css") == "app GET /b.css").then_some(()));
}

#[test]
fn pages_made_in_the_browser_fall_back() {
    let project = Project::new();
    project.write("dist/index.html", "the app");
    project.write("dist/main.3f9a1c2b.js", "js");
    let table = "files = { folder = 'dist', fallback = 'index.html', max_age = '1h' }";
    let _running = run(&project, &format!("[route.'/*']\n{table}"));
    let address = project.address();
    let page = |path: &str| ask(address, "GET", path, &["Accept: text/html,*/*;q=0.8"]);
    for path in ["/users/7", "/a%2Fb", "/a/b/"] {
        let reply = page(path);
        assert_eq!((reply.status, reply.body.as_str()), (200, "the app"), "{path}");
        assert_eq!(reply.header("cache-control"), Some("no-cache"), "{path}");
    }
    assert_eq!(page("/none.js").status, 404, "a script that is missing is missing");
    assert_eq!(get(address, "/users/7").status, 404, "no browser goes to a page");
    assert_eq!(
        ask(address, "POST", "/users/7", &["Accept: text/html", "Content-Length: 0"]).status,
        405
    );
    let index = page("/index.html");
    assert_eq!(index.header("cache-control"), Some("public, max-age=3600"));
    let hashed = get(address, "/main.3f9a1c2b.js");
    assert_eq!(hashed.header("cache-control"), Some("public, max-age=31536000, immutable"));
}

#[test]
fn a_route_says_where_its_names_begin() {
    let project = Project::new();
    project.write("public/assets/a.txt", "inner");
    project.write("public/a.txt", "outer");
    project.write("public/x.glsl", "void main");
    let routes = "[route.'/assets/*']\nfiles = { folder = 'public', strip = false }\n\
                  [route.'/b/*']\nfiles = { folder = 'public', index = 'a.txt', \
                  types = { glsl = 'text/x-shader' } }\n\
                  [route.'/a.txt']\nfiles = 'public'";
    let _running = run(&project, routes);
    let address = project.address();
    assert_eq!(get(address, "/assets/a.txt").body, "inner");
    assert_eq!(get(address, "/b/a.txt").body, "outer");
    assert_eq!(get(address, "/b/").body, "outer");
    assert_eq!(get(address, "/a.txt").body, "outer");
    assert_eq!(get(address, "/b/x.glsl").header("content-type"), Some("text/x-shader"));
}

#[test]
fn a_reload_changes_what_is_served_or_nothing() {
    let project = Project::new();
    project.write("one/a.txt", "one");
    project.write("two/a.txt", "two");
    let config = |folder: &str| {
        format!(
            "[edge]\nlisten = '127.0.0.1:0'\n[admin]\nlisten = false\n\
                 [route.'/*']\nfiles = '{folder}'\n"
        )
    };
    let _running = run(&project, "[route.'/*']\nfiles = 'one'");
    let address = project.address();
    assert_eq!(get(address, "/a.txt").body, "one");
    project.write("ostler.toml", &config("tow"));
    let refused = project.ostler(&["reload"]);
    assert_ne!(refused.code, Some(0));
    assert!(refused.stderr.contains("there is no folder"), "{}", refused.stderr);
    assert_eq!(get(address, "/a.txt").body, "one");
    project.write("ostler.toml", &config("two"));
    let reloaded = project.ostler(&["reload"]);
    assert_eq!(reloaded.code, Some(0), "{}", reloaded.stderr);
    assert_eq!(get(address, "/a.txt").body, "two");
}
