//! Nothing outside of the folder, whatever the spelling.

use super::{get, run};
use std::os::unix::fs::symlink;
use trial::Project;

const SECRET: &str = "the secret";

/// Ways of writing `..`, and of what may stand between two names.
const UPS: &[&str] = &[
    "..",
    "%2e%2e",
    "%2E.",
    ".%2e",
    "%252e%252e",
    "..;",
    "%c0%ae%c0%ae",
    "%e0%80%ae%e0%80%ae",
    "..%00",
    "%uff0e%uff0e",
    "..%20",
    "...",
    ". .",
    "%2e%2e%3b",
    "..%0a",
    "%00..",
    "%ef%bc%8e%ef%bc%8e",
    "..%09",
];
const BETWEEN: &[&str] = &[
    "/",
    "%2f",
    "%2F",
    "\\",
    "%5c",
    "//",
    "/./",
    "%252f",
    "%c0%af",
    "%e0%80%af",
    "/%2f",
    "%ef%bc%8f",
    "/.//",
];

#[test]
fn no_path_leads_out_of_the_folder() {
    let project = Project::new();
    project.write("secret.txt", SECRET);
    project.write("public/sub/a.txt", "a");
    project.write("public/.env", SECRET);
    project.write("public/.git/config", SECRET);
    project.write("public/sub/.htpasswd", SECRET);
    project.write("public/.well-known/security.txt", "contact");
    let public = project.folder().join("public");
    symlink("../secret.txt", public.join("up")).unwrap();
    symlink(project.folder().join("secret.txt"), public.join("away")).unwrap();
    symlink(project.folder(), public.join("base")).unwrap();
    symlink("sub/a.txt", public.join("inside")).unwrap();
    symlink("/proc/self/environ", public.join("environ")).unwrap();
    let routes = "[route.'/assets/*']\nfiles = 'public'\n[route.'/*']\nfiles = 'public'";
    let running = run(&project, routes);
    let address = project.address();
    let mut tried = 0;
    let mut refused = |path: &str| {
        let reply = get(address, path);
        assert!(matches!(reply.status, 400 | 404), "{path}: {} {}", reply.status, reply.body);
        assert!(!reply.body.contains(SECRET), "{path}: {}", reply.body);
        tried += 1;
    };
    for prefix in ["/", "/assets/", "/assets/sub/", "/assets/none/"] {
        for up in UPS {
            for between in BETWEEN {
                for depth in 1..=3 {
                    let ups = format!("{up}{between}").repeat(depth);
                    refused(&format!("{prefix}{ups}secret.txt"));
                }
            }
        }
    }
    for path in [
        "/.env",
        "/%2eenv",
        "/assets/.env",
        "/.git/config",
        "/.git/",
        "/sub/.htpasswd",
        "/./.env",
        "/up",
        "/away",
        "/base/secret.txt",
        "/base",
        "/base/",
        "/environ",
        "/assets/up",
        "/proc/self/environ",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
        "/file:///etc/passwd",
        "/C:/secret.txt",
        "/secret.txt%00.css",
        "/sub/a.txt%00",
        "/sub/a.txt/",
        "/sub/a.txt/..",
        "/sub//a.txt",
        "/.well-known/../.env",
        "/.well-known/.%2e/.env",
    ] {
        refused(path);
    }
    assert!(tried > 2_000, "{tried}");
    assert_eq!(get(address, "/sub/a.txt").body, "a");
    assert_eq!(get(address, "/inside").body, "a");
    assert_eq!(get(address, "/%73ub/a%2etxt").body, "a");
    assert_eq!(get(address, "/.well-known/security.txt").body, "contact");
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_folder_or_file_that_is_not_there_is_told_with_its_line() {
    let project = Project::new();
    project.write("ostler.toml", "[route.'/*']\nfiles = 'dist'\n");
    let checked = project.ostler(&["check"]);
    assert_ne!(checked.code, Some(0));
    let told = format!("{}{}", checked.stdout, checked.stderr);
    for part in ["there is no folder", "ostler.toml:2:9", "perhaps the build has not run yet"] {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[test]
fn pipes_and_devices_are_not_opened() {
    let project = Project::new();
    project.write("public/a.txt", "a");
    let pipe = project.folder().join("public/pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let _socket =
        std::os::unix::net::UnixListener::bind(project.folder().join("public/s")).unwrap();
    let _running = run(&project, "[route.'/*']\nfiles = 'public'");
    let address = project.address();
    for path in ["/pipe", "/s"] {
        assert_eq!(get(address, path).status, 404, "{path}");
    }
    assert_eq!(get(address, "/a.txt").body, "a");
}
