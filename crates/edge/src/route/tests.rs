use super::Table;
use config::Route;
use model::AppName;

fn table(patterns: &[(&str, &str)]) -> Table<String> {
    let routes: Vec<Route> = patterns
        .iter()
        .map(|(pattern, _)| {
            let (host, path) = pattern.split_at(pattern.find('/').unwrap());
            let host = (!host.is_empty()).then(|| host.trim_start_matches('*').to_owned());
            Route {
                pattern: (*pattern).to_owned(),
                host,
                path: path.trim_end_matches('*').to_owned(),
                prefix: path.ends_with('*'),
                app: AppName::parse("web").ok(),
                rules: config::Rules::default(),
            }
        })
        .collect();
    let target = |route: &Route| {
        patterns.iter().find(|(pattern, _)| *pattern == route.pattern).unwrap().1.to_owned()
    };
    Table::new(routes.into_iter().map(|route| {
        let target = target(&route);
        (route, target)
    }))
}

fn check(table: &Table<String>, url: &str, want: Option<&str>) {
    let (host, path) = url.split_at(url.find('/').unwrap());
    let got = table.find(host.as_bytes(), path.as_bytes());
    assert_eq!(got.map(String::as_str), want, "{url}");
}

#[test]
fn the_most_specific_route_wins() {
    let table = table(&[
        ("/*", "rest"),
        ("/api/*", "api"),
        ("/api/v2/*", "v2"),
        ("/api/health", "health"),
        ("shop.example.org/*", "shop"),
        ("*.example.org/*", "sub"),
        ("*.eu.example.org/*", "eu"),
        ("shop.example.org/cart/*", "cart"),
    ]);
    check(&table, "/", Some("rest"));
    check(&table, "other.net/api", Some("api"));
    check(&table, "other.net/api/", Some("api"));
    check(&table, "other.net/apis", Some("rest"));
    check(&table, "other.net/api/v2/x", Some("v2"));
    check(&table, "other.net/api/health", Some("health"));
    check(&table, "other.net/api/health/", Some("api"));
    check(&table, "SHOP.example.org/", Some("shop"));
    check(&table, "shop.example.org./cart/7", Some("cart"));
    check(&table, "a.example.org/api/v2/x", Some("sub"));
    check(&table, "a.eu.example.org/", Some("eu"));
    check(&table, "example.org/", Some("rest"));
    check(&table, "notexample.org/", Some("rest"));
}

#[test]
fn without_a_route_there_is_no_target() {
    let table = table(&[("/api/*", "api"), ("a.org/only", "only")]);
    check(&table, "/", None);
    check(&table, "a.org/only", Some("only"));
    check(&table, "a.org/only/more", None);
    check(&table, "/apix", None);
}
