use crate::house::{Got, House, TOKEN};
use control::{Role, User, session};

const PASSWORD: &str = "correct horse battery";

/// A browser: what it was given, and where its page is from.
struct Browser<'h> {
    house: &'h House,
    cookie: String,
    csrf: String,
}

impl<'h> Browser<'h> {
    fn login(house: &'h House, given: &str) -> Result<Self, Got> {
        let got = house.tcp("POST /api/v1/login\nContent-Type: application/json", given);
        if got.status != 200 {
            return Err(got);
        }
        let line = got.head.lines().find(|line| line.starts_with("set-cookie: ")).unwrap();
        assert!(line.contains("httponly") && line.contains("samesite=strict"), "{line}");
        let cookie = line["set-cookie: ".len()..].split(';').next().unwrap().to_owned();
        let told: serde_json::Value = serde_json::from_str(&got.body).unwrap();
        Ok(Browser { house, cookie, csrf: told["csrf"].as_str().unwrap().into() })
    }

    fn get(&self, path: &str) -> Got {
        self.house.tcp(&format!("GET {path}\nCookie: a=b; {}", self.cookie), "")
    }

    /// As the page does.
    fn post(&self, path: &str, body: &str) -> Got {
        let csrf = format!("\nOrigin: http://{}\nX-Ostler-CSRF: {}", self.house.tcp, self.csrf);
        self.bare_post(path, &csrf, body)
    }

    fn bare_post(&self, path: &str, more: &str, body: &str) -> Got {
        let head = format!("POST {path}\nContent-Type: application/json\nCookie: {}", self.cookie);
        self.house.tcp(&format!("{head}{more}"), body)
    }
}

fn house_with(name: &str, role: Role) -> House {
    let house = House::new();
    let password = session::hash(PASSWORD, b"0123456789abcdef").unwrap();
    house.fake.users.lock().unwrap().push(User { name: name.into(), password, role });
    house
}

fn as_user(name: &str, password: &str) -> String {
    serde_json::json!({ "user": name, "password": password }).to_string()
}

fn with_token(token: &str) -> String {
    serde_json::json!({ "token": token }).to_string()
}

#[test]
fn the_token_logs_a_browser_in_and_out() {
    let house = House::new();
    let got = house.tcp("GET /api/v1/session", "");
    assert_eq!(got.body, "{\"user\":null,\"role\":null,\"csrf\":null,\"users\":false}\n");
    assert_eq!(Browser::login(&house, &with_token("wrong")).err().unwrap().status, 401);
    let browser = Browser::login(&house, &with_token(TOKEN)).ok().unwrap();
    assert!(browser.get("/api/v1/session").body.contains("\"user\":\"token\",\"role\":\"admin\""));
    assert_eq!(browser.get("/api/v1/config").status, 200);
    assert_eq!(browser.post("/api/v1/scale", "{\"app\":\"web\",\"workers\":2}").status, 200);
    assert_eq!(house.fake.done(), ["scale web 2"]);
    let got = browser.post("/api/v1/logout", "{}");
    assert!(got.status == 200 && got.head.contains("max-age=0"), "{got:?}");
    assert_eq!(browser.get("/api/v1/config").status, 401);
    assert_eq!(browser.post("/api/v1/stop", "{}").status, 401);
    assert_eq!(house.fake.done(), ["scale web 2"]);
}

#[test]
fn another_sites_page_cannot_use_the_cookie() {
    let house = House::new();
    let browser = Browser::login(&house, &with_token(TOKEN)).ok().unwrap();
    let own = format!("\nOrigin: http://{}", house.tcp);
    let csrf = format!("\nX-Ostler-CSRF: {}", browser.csrf);
    let wrong = "\nX-Ostler-CSRF: 0123";
    for more in
        ["", &own, &csrf, &format!("{own}{wrong}"), &format!("\nOrigin: http://evil.example{csrf}")]
    {
        assert_eq!(browser.bare_post("/api/v1/stop", more, "{}").status, 403, "{more}");
    }
    assert!(house.fake.done().is_empty());
    assert_eq!(browser.bare_post("/api/v1/stop", &format!("{own}{csrf}"), "{}").status, 200);
}

#[test]
fn a_viewer_is_kept_from_changes_by_the_server() {
    let house = house_with("ann", Role::Viewer);
    assert!(house.tcp("GET /api/v1/session", "").body.contains("\"users\":true"));
    for wrong in [as_user("ann", "wrong"), as_user("eve", PASSWORD), as_user("ann", "")] {
        assert_eq!(Browser::login(&house, &wrong).err().unwrap().status, 401, "{wrong}");
    }
    let browser = Browser::login(&house, &as_user("ann", PASSWORD)).ok().unwrap();
    for path in ["/api/v1/config", "/api/v1/logs", "/api/v1/audit"] {
        assert_eq!(browser.get(path).status, 200, "{path}");
    }
    for (path, body) in [
        ("reload", "{}"),
        ("scale", "{\"app\":\"web\",\"workers\":2}"),
        ("restart", "{\"app\":\"web\",\"number\":0}"),
        ("purge", "{\"tag\":\"a\"}"),
        ("stop", "{}"),
        ("upgrade", "{}"),
    ] {
        let got = browser.post(&format!("/api/v1/{path}"), body);
        assert!(got.status == 403 && got.body.contains("its role is viewer"), "{path}: {got:?}");
    }
    assert!(house.fake.done().is_empty());
}

#[test]
fn a_user_who_is_taken_out_of_the_config_is_out() {
    let house = house_with("ann", Role::Admin);
    let browser = Browser::login(&house, &as_user("ann", PASSWORD)).ok().unwrap();
    assert_eq!(browser.get("/api/v1/config").status, 200);
    house.fake.users.lock().unwrap()[0].role = Role::Viewer;
    assert_eq!(browser.post("/api/v1/reload", "{}").status, 403, "the role as it is now");
    house.fake.users.lock().unwrap().clear();
    assert_eq!(browser.get("/api/v1/config").status, 401);
}

#[test]
fn guessing_is_slowed_down() {
    let house = House::new();
    let statuses: Vec<u16> = (0..8)
        .map(|_| Browser::login(&house, &with_token("guess")).err().unwrap().status)
        .collect();
    assert_eq!(statuses, [401, 401, 401, 401, 401, 401, 429, 429]);
    let got = Browser::login(&house, &with_token(TOKEN)).err().unwrap();
    assert!(got.status == 429 && got.head.contains("retry-after: "), "even the right one: {got:?}");
    assert_eq!(house.trusted("GET /api/v1/config", "").status, 200, "programs are not kept out");
}

#[test]
fn logins_are_read_strictly() {
    let house = house_with("ann", Role::Admin);
    let long = as_user("ann", &"x".repeat(2_000));
    for body in [
        "{}",
        "{\"user\":\"ann\"}",
        "{\"token\":\"a\",\"user\":\"b\",\"password\":\"c\"}",
        "[",
        &long,
    ] {
        assert_eq!(Browser::login(&house, body).err().unwrap().status, 400, "{body}");
    }
    let got = house.tcp("POST /api/v1/login\nContent-Type: text/plain", &with_token(TOKEN));
    assert_eq!(got.status, 415, "what a form of another site can send");
}

#[test]
fn who_did_what_is_noted() {
    let house = house_with("ann", Role::Viewer);
    house.unix(
        "POST /api/v1/scale\nContent-Type: application/json",
        "{\"app\":\"web\",\"workers\":3}",
    );
    house.trusted("POST /api/v1/restart", "{\"app\":\"web\",\"number\":9}");
    drop(Browser::login(&house, &as_user("ann", "wrong")));
    let browser = Browser::login(&house, &as_user("ann", PASSWORD)).ok().unwrap();
    browser.post("/api/v1/purge", "{\"tag\":\"a\"}");
    let told: serde_json::Value = serde_json::from_str(&browser.get("/api/v1/audit").body).unwrap();
    let lines: Vec<String> = told
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|entry| {
            let text = |key: &str| entry[key].as_str().unwrap_or("-").to_owned();
            format!(
                "{} {} {} {}: {}",
                text("user"),
                text("role"),
                text("via"),
                text("action"),
                text("outcome")
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            "owner admin socket scale: ok",
            "token admin token restart: A reload is under way.",
            "ann - login login: wrong",
            "ann viewer login login: ok",
            "ann viewer session purge: ann may look, not change: its role is viewer. Log in as somebody whose role \
             is admin.",
        ]
    );
    assert_eq!(told[4]["detail"], serde_json::json!({ "app": "web", "workers": 3 }));
    let text = told.to_string();
    assert!(!text.contains(PASSWORD) && !text.contains(TOKEN) && !text.contains("wrong horse"));
    assert_eq!(house.tcp("GET /api/v1/audit", "").status, 401);
}
