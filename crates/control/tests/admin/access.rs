use crate::house::House;

const STOP: &str = "POST /api/v1/stop\nContent-Type: application/json";

#[test]
fn reading_is_free_on_this_machine_and_changing_is_not() {
    let house = House::new();
    for path in ["/", "/healthz", "/readyz", "/metrics", "/api/v1/status"] {
        assert_eq!(house.tcp(&format!("GET {path}"), "").status, 200, "{path}");
    }
    // Log lines, events and the config may hold secrets.
    for path in ["/api/v1/logs", "/api/v1/events", "/api/v1/config"] {
        let got = house.tcp(&format!("GET {path}"), "");
        assert_eq!(got.status, 401, "{path}");
        assert!(got.head.contains("www-authenticate: bearer"), "{}", got.head);
    }
    let got = house.tcp(STOP, "{}");
    assert_eq!(got.status, 401);
    assert!(got.body.contains("Authorization: Bearer TOKEN"), "{}", got.body);
    assert_eq!(house.tcp(&format!("{STOP}\nAuthorization: Bearer no"), "{}").status, 401);
    assert!(house.fake.done().is_empty());
    assert_eq!(house.trusted("POST /api/v1/stop", "{}").status, 200);
    assert_eq!(house.fake.done(), ["stop"]);
}

#[test]
fn the_unix_socket_needs_no_token() {
    let house = House::new();
    assert_eq!(house.unix("GET /api/v1/config", "").body, "{\"edge\":{\"threads\":2}}\n");
    assert_eq!(house.unix(STOP, "").status, 200, "an empty body stands for {{}}");
    assert_eq!(house.fake.done(), ["stop"]);
}

#[test]
fn web_pages_cannot_reach_in() {
    let house = House::new();
    let got = house.tcp("GET /api/v1/status\nHost: rebound.example:7700", "");
    assert_eq!(got.status, 403);
    assert!(got.body.contains("rebound.example"), "{}", got.body);
    let got = house.trusted("POST /api/v1/stop\nOrigin: http://evil.example", "{}");
    assert_eq!(got.status, 403);
    // What a form can send without asking first:
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let got = house.unix(&format!("POST /api/v1/stop\nContent-Type: {kind}"), "{}");
        assert_eq!(got.status, 415, "{kind}");
    }
    assert_eq!(house.unix("POST /api/v1/stop", "").status, 415);
    assert!(house.fake.done().is_empty());
}
