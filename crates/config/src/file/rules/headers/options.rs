//! Helmet's options but its largest, each of them one line.

use crate::file::check::Check;
use crate::file::section::Section;
use crate::file::value::Value;

/// An option that is on or off, or one of a few words.
struct Choice {
    key: &'static str,
    header: &'static str,
    /// What `true` sends.
    value: &'static str,
    /// Helmet sends it by default.
    usual: bool,
}

const fn choice(key: &'static str, header: &'static str, value: &'static str) -> Choice {
    Choice { key, header, value, usual: true }
}

const OPTIONS: &[Choice] = &[
    Choice {
        usual: false,
        ..choice("cross_origin_embedder_policy", "Cross-Origin-Embedder-Policy", "require-corp")
    },
    choice("cross_origin_opener_policy", "Cross-Origin-Opener-Policy", "same-origin"),
    choice("cross_origin_resource_policy", "Cross-Origin-Resource-Policy", "same-origin"),
    choice("origin_agent_cluster", "Origin-Agent-Cluster", "?1"),
    choice("referrer_policy", "Referrer-Policy", "no-referrer"),
    choice("x_content_type_options", "X-Content-Type-Options", "nosniff"),
    choice("x_dns_prefetch_control", "X-DNS-Prefetch-Control", "off"),
    choice("x_download_options", "X-Download-Options", "noopen"),
    choice("x_frame_options", "X-Frame-Options", "sameorigin"),
    choice("x_permitted_cross_domain_policies", "X-Permitted-Cross-Domain-Policies", "none"),
    choice("x_xss_protection", "X-XSS-Protection", "0"),
];

/// The words that `referrer_policy` takes.
fn referrer_words(section: &Section<'_>) -> &'static [&'static str] {
    let forms = section.field("referrer_policy").map_or(&[][..], |field| field.key.forms);
    let words = forms.iter().find_map(|form| match form {
        crate::catalogue::Form::Word(words) => Some(*words),
        _ => None,
    });
    words.unwrap_or_default()
}

/// The lines of a table of options. With `helmet` those that are not written are as in helmet, else
/// they are off.
pub(super) fn lines(
    section: &Section<'_>,
    helmet: bool,
    check: &mut Check<'_>,
) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    for option in OPTIONS {
        let value = match written(section, option.key, check) {
            None => (helmet && option.usual).then(|| option.value.into()),
            Some(Value::Flag(on)) => on.then(|| option.value.into()),
            Some(Value::Word(word)) => Some(word.into()),
            Some(Value::Texts(policies)) => referrer(section, policies, check),
            Some(_) => None,
        };
        let value = value.map(|value: String| match option.key {
            "x_frame_options" => value.to_ascii_uppercase(),
            _ => value,
        });
        lines.extend(value.map(|value| (option.header, value)));
    }
    lines.extend(
        transport(section, helmet, check).map(|value| ("Strict-Transport-Security", value)),
    );
    lines
}

/// `x_powered_by`: true leaves the line out.
pub(super) fn hides_powered_by(section: &Section<'_>, helmet: bool, check: &mut Check<'_>) -> bool {
    match written(section, "x_powered_by", check) {
        Some(Value::Flag(hides)) => hides,
        _ => helmet,
    }
}

fn written(section: &Section<'_>, key: &str, check: &mut Check<'_>) -> Option<Value> {
    section.has(key).then(|| section.read(check, key)).flatten()
}

fn referrer(
    section: &Section<'_>,
    policies: Vec<(String, std::ops::Range<usize>)>,
    check: &mut Check<'_>,
) -> Option<String> {
    let (path, words) = (section.path_of("referrer_policy"), referrer_words(section));
    if policies.is_empty() {
        let cure = "write referrer_policy = false to send none";
        check.fault(section.place("referrer_policy"), &path, "there is no policy", cure);
        return None;
    }
    for (at, (policy, span)) in policies.iter().enumerate() {
        if !words.contains(&policy.as_str()) {
            let cure = format!("the policies are {}", words.join(", "));
            check.fault(span.clone(), &path, format!("there is no policy {policy:?}"), cure);
        } else if policies.iter().take(at).any(|(other, _)| other == policy) {
            check.fault(span.clone(), &path, format!("{policy:?} is there twice"), "remove one");
        }
    }
    let policies: Vec<String> = policies.into_iter().map(|(policy, _)| policy).collect();
    Some(policies.join(","))
}

/// `strict_transport_security`.
fn transport(section: &Section<'_>, helmet: bool, check: &mut Check<'_>) -> Option<String> {
    let key = "strict_transport_security";
    let table = match written(section, key, check) {
        Some(Value::Section) => section.child(check, key),
        Some(Value::Flag(true)) => Section::absent(&format!("{}.{key}", section.pattern())),
        None if helmet => Section::absent(&format!("{}.{key}", section.pattern())),
        _ => return None,
    };
    let seconds = table.seconds(check, "max_age")?;
    let mut value = format!("max-age={seconds}");
    if table.flag(check, "include_sub_domains")? {
        value.push_str("; includeSubDomains");
    }
    if table.flag(check, "preload")? {
        value.push_str("; preload");
        preloadable(&table, seconds, &value, check);
    }
    Some(value)
}

/// What the list of domains that browsers come with asks for.
fn preloadable(table: &Section<'_>, seconds: u64, value: &str, check: &mut Check<'_>) {
    const LEAST: u64 = 365 * 86_400;
    if check.clean(&table.path) && (seconds < LEAST || !value.contains("includeSubDomains")) {
        let text = "`preload` is only taken with a max_age of a year and include_sub_domains";
        let cure = "write strict_transport_security = { max_age = \"365d\", preload = true }";
        check.fault(table.place("preload"), &table.path_of("preload"), text, cure);
    }
}
