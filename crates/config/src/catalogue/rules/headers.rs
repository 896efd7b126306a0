//! Catalogue: `headers`, in `[edge]` for all routes and in `[route."…"]` for one.

use crate::catalogue::{Form, Key};

const YEAR_MS: u64 = 366 * 86_400_000;
const REFERRER: &[&str] = &[
    "no-referrer",
    "no-referrer-when-downgrade",
    "same-origin",
    "origin",
    "strict-origin",
    "origin-when-cross-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
];

/// The keys below `$section`.
macro_rules! headers_keys {
    ($section:literal, $text:literal) => {
        [
            Key::new(
                concat!($section, ".headers"),
                &[Form::Flag, Form::Word(&["helmet"]), Form::Section],
                r#"{ x_frame_options = "deny" }"#,
                concat!(
                    $text,
                    "`true` or `\"helmet\"`: what the package helmet sends by default. A table: the \
                     same, changed by the keys below, which are helmet's options. `false`: nothing. A \
                     header that the app sends itself is kept, unless `override` says otherwise. \
                     Replies of the edge itself have them too."
                ),
            )
            .also(&["helmet", "security_headers", "header", "add_header", "response_headers"]),
            Key::new(
                concat!($section, ".headers.helmet"),
                &[Form::Flag],
                "false",
                "Begin with what helmet sends by default. `false`: only what is written here is sent.",
            )
            .default("true"),
            Key::new(
                concat!($section, ".headers.content_security_policy"),
                &[Form::Flag, Form::Section],
                r#"{ directives = { script-src = ["'self'", "https://cdn.example.org"] } }"#,
                "`Content-Security-Policy`: from where a page may load what. `true`: helmet's policy; a \
                 table changes it; `false`: none.",
            )
            .default("true")
            .also(&["contentSecurityPolicy", "csp"]),
            Key::new(
                concat!($section, ".headers.content_security_policy.use_defaults"),
                &[Form::Flag],
                "false",
                "Directives that are not written are as in helmet's policy.",
            )
            .default("true")
            .also(&["useDefaults"]),
            Key::new(
                concat!($section, ".headers.content_security_policy.directives"),
                &[Form::Lists],
                r#"{ img-src = ["'self'", "data:"], upgrade-insecure-requests = false }"#,
                "Directives by name, each with its sources. `[]`: a directive without any; `false`: not \
                 that directive.",
            ),
            Key::new(
                concat!($section, ".headers.content_security_policy.report_only"),
                &[Form::Flag],
                "true",
                "Send it as `Content-Security-Policy-Report-Only`: browsers tell what they would stop.",
            )
            .default("false")
            .also(&["reportOnly"]),
            Key::new(
                concat!($section, ".headers.content_security_policy.nonce"),
                &[Form::Flag, Form::Texts("directives such as \"script-src\"")],
                r#"["script-src", "style-src"]"#,
                "Add a fresh nonce to `script-src`, or to these directives, in the policy of each HTML \
                 reply. The app finds it in the request header `X-Nonce`, and the policy in \
                 `Content-Security-Policy`, where Next.js looks. Such replies are not cached.",
            )
            .default("false"),
            Key::new(
                concat!($section, ".headers.cross_origin_embedder_policy"),
                &[Form::Flag, Form::Word(&["require-corp", "credentialless", "unsafe-none"])],
                r#""credentialless""#,
                "`Cross-Origin-Embedder-Policy`; `true`: `require-corp`.",
            )
            .default("false")
            .also(&["crossOriginEmbedderPolicy", "coep"]),
            Key::new(
                concat!($section, ".headers.cross_origin_opener_policy"),
                &[
                    Form::Flag,
                    Form::Word(&[
                        "same-origin",
                        "same-origin-allow-popups",
                        "noopener-allow-popups",
                        "unsafe-none",
                    ]),
                ],
                r#""same-origin-allow-popups""#,
                "`Cross-Origin-Opener-Policy`; `true`: `same-origin`.",
            )
            .default("true")
            .also(&["crossOriginOpenerPolicy", "coop"]),
            Key::new(
                concat!($section, ".headers.cross_origin_resource_policy"),
                &[Form::Flag, Form::Word(&["same-origin", "same-site", "cross-origin"])],
                r#""cross-origin""#,
                "`Cross-Origin-Resource-Policy`; `true`: `same-origin`.",
            )
            .default("true")
            .also(&["crossOriginResourcePolicy", "corp"]),
            Key::new(
                concat!($section, ".headers.origin_agent_cluster"),
                &[Form::Flag],
                "false",
                "`Origin-Agent-Cluster: ?1`.",
            )
            .default("true")
            .also(&["originAgentCluster"]),
            Key::new(
                concat!($section, ".headers.referrer_policy"),
                &[Form::Flag, Form::Word(REFERRER), Form::Texts("policies")],
                r#""strict-origin-when-cross-origin""#,
                "`Referrer-Policy`; `true`: `no-referrer`. Of several a browser takes the last that it \
                 knows.",
            )
            .default("true")
            .also(&["referrerPolicy"]),
            Key::new(
                concat!($section, ".headers.strict_transport_security"),
                &[Form::Flag, Form::Section],
                r#"{ max_age = "730d", preload = true }"#,
                "`Strict-Transport-Security` (HSTS): browsers use `https` only from then on. It is sent \
                 with replies over TLS only, as RFC 6797 asks for.",
            )
            .default("true")
            .also(&["strictTransportSecurity", "hsts"]),
            Key::new(
                concat!($section, ".headers.strict_transport_security.max_age"),
                &[
                    Form::Time { min: 0, max: 10 * YEAR_MS },
                    Form::Count { min: 0, max: 10 * YEAR_MS / 1_000 },
                ],
                r#""730d""#,
                "For how long. A number is in seconds, as in the header itself. 0: no longer.",
            )
            .default(r#""365d""#)
            .also(&["maxAge", "maxage"]),
            Key::new(
                concat!($section, ".headers.strict_transport_security.include_sub_domains"),
                &[Form::Flag],
                "false",
                "For every subdomain as well.",
            )
            .default("true")
            .also(&["includeSubDomains", "includeSubdomains", "include_subdomains"]),
            Key::new(
                concat!($section, ".headers.strict_transport_security.preload"),
                &[Form::Flag],
                "true",
                "The domain may be put on the list that browsers come with.",
            )
            .default("false"),
            Key::new(
                concat!($section, ".headers.x_content_type_options"),
                &[Form::Flag],
                "false",
                "`X-Content-Type-Options: nosniff`.",
            )
            .default("true")
            .also(&["xContentTypeOptions", "noSniff"]),
            Key::new(
                concat!($section, ".headers.x_dns_prefetch_control"),
                &[Form::Flag, Form::Word(&["off", "on"])],
                r#""on""#,
                "`X-DNS-Prefetch-Control`; `true`: `off`.",
            )
            .default("true")
            .also(&["xDnsPrefetchControl", "dnsPrefetchControl"]),
            Key::new(
                concat!($section, ".headers.x_download_options"),
                &[Form::Flag],
                "false",
                "`X-Download-Options: noopen`.",
            )
            .default("true")
            .also(&["xDownloadOptions", "ieNoOpen"]),
            Key::new(
                concat!($section, ".headers.x_frame_options"),
                &[Form::Flag, Form::Word(&["sameorigin", "deny"])],
                r#""deny""#,
                "`X-Frame-Options`; `true`: `SAMEORIGIN`.",
            )
            .default("true")
            .also(&["xFrameOptions", "frameguard"])
            .words_also(&[
                ("SAMEORIGIN", r#"x_frame_options = "sameorigin""#),
                ("same-origin", r#"x_frame_options = "sameorigin""#),
                ("DENY", r#"x_frame_options = "deny""#),
            ]),
            Key::new(
                concat!($section, ".headers.x_permitted_cross_domain_policies"),
                &[Form::Flag, Form::Word(&["none", "master-only", "by-content-type", "all"])],
                r#""master-only""#,
                "`X-Permitted-Cross-Domain-Policies`; `true`: `none`.",
            )
            .default("true")
            .also(&["xPermittedCrossDomainPolicies", "permittedCrossDomainPolicies"]),
            Key::new(
                concat!($section, ".headers.x_powered_by"),
                &[Form::Flag],
                "false",
                "Leave out `X-Powered-By`, which tells what the app is made of. As in helmet, `false` \
                 leaves it in.",
            )
            .default("true")
            .also(&["xPoweredBy", "hidePoweredBy"]),
            Key::new(
                concat!($section, ".headers.x_xss_protection"),
                &[Form::Flag],
                "false",
                "`X-XSS-Protection: 0`, which turns off a filter of old browsers that did harm.",
            )
            .default("true")
            .also(&["xXssProtection", "xssFilter"]),
            Key::new(
                concat!($section, ".headers.set"),
                &[Form::Lists],
                r#"{ Permissions-Policy = "camera=(), geolocation=()" }"#,
                "Headers of your own by name, each with its value, or an array for several lines.",
            )
            .also(&["add", "custom"]),
            Key::new(
                concat!($section, ".headers.remove"),
                &[Form::Texts("names of headers")],
                r#"["Server"]"#,
                "Headers of the app that are left out. One that is in `set` as well is replaced.",
            )
            .default("[]")
            .also(&["hide", "unset", "proxy_hide_header"]),
            Key::new(
                concat!($section, ".headers.override"),
                &[Form::Flag],
                "true",
                "Replace headers of these names that the app sends itself. Otherwise the app's are kept.",
            )
            .default("false")
            .also(&["overwrite", "force", "always"]),
        ]
    };
}

pub(super) const EDGE: &[Key] = &headers_keys!(
    "edge",
    "What replies of every route get of security headers and others, and what they lose; a route's own \
     `headers` stand in place of these. "
);
pub(super) const ROUTE: &[Key] = &headers_keys!(
    "route.*",
    "Security headers and others of this route's replies, in place of `edge.headers`. "
);
