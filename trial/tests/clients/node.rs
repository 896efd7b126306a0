//! Node's own HTTP/2 on either side, where the other side speaks HTTP/1.

use super::program::{check, start};
use trial::{Connection, Project};

const CLIENT: &str = "h2-client.mjs";

#[test]
fn nodes_client_reaches_an_express_app() {
    let project = Project::new();
    let running = start(&project, "app.cjs", 2, "");
    for what in ["requests", "trailers", "many", "early"] {
        check(CLIENT, what, project.address());
    }
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn large_bodies_pass_both_ways() {
    let project = Project::new();
    let _running = start(&project, "app.cjs", 1, "[edge.limits]\nbody_bytes = '100 MB'\n");
    check(CLIENT, "large", project.address());
}

#[test]
fn websockets_of_the_ws_package_come_by_extended_connect() {
    let project = Project::new();
    let running = start(&project, "app.cjs", 1, "");
    check(CLIENT, "websocket", project.address());
    assert_eq!(running.stop().code, Some(0));
}

#[test]
fn a_client_of_http_1_reaches_an_app_that_speaks_http_2_only() {
    let project = Project::new();
    let running = start(&project, "h2-app.cjs", 1, "");
    let mut connection = Connection::open(project.address()).unwrap();
    let get = connection.request("GET", "/push", "").unwrap();
    assert_eq!(get.status, 200);
    let cookies = get.headers.iter().filter(|(name, _)| name == "set-cookie").count();
    assert_eq!(cookies, 2);
    let told: serde_json::Value = serde_json::from_str(&get.body).unwrap();
    assert_eq!(told["method"], "GET");
    assert_eq!(told["authority"], project.address().to_string());
    let body = "b".repeat(3_000_000);
    let post = connection.request("POST", "/x?y=1", &body).unwrap();
    let told: serde_json::Value = serde_json::from_str(&post.body).unwrap();
    assert_eq!((&told["bytes"], &told["path"]), (&3_000_000.into(), &"/x?y=1".into()));
    assert_eq!(connection.request("HEAD", "/", "").unwrap().status, 200);
    assert_eq!(connection.request("GET", "/nothing", "").unwrap().status, 204);
    connection
        .send(b"GET /t HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nConnection: close, TE\r\n\r\n")
        .unwrap();
    let all = String::from_utf8(connection.rest().unwrap()).unwrap();
    assert!(all.contains("\r\n0\r\nx-sum: "), "{all}");
    assert_eq!(running.stop().code, Some(0));
}
