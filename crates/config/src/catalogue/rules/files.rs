use crate::catalogue::{Form, Key};

const YEAR_MS: u64 = 366 * 24 * 3_600 * 1_000;

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "route.*.files",
        &[Form::Text("a folder"), Form::Section],
        r#""public""#,
        "A folder whose files are sent without any app: its path, or a table. `/assets/*` finds \
         `/assets/a.css` as `a.css` in it. What is not there is answered with 404, or by the `app` or \
         the `upstream` of the route, if it has one.",
    )
    .also(&["static", "root", "alias", "serve", "file_server", "public"]),
    Key::new(
        "route.*.files.folder",
        &[Form::Text("a folder")],
        r#""dist""#,
        "The folder, relative to `ostler.toml`. Nothing outside of it is ever sent: symbolic links \
         that lead out of it are not followed.",
    )
    .also(&["path", "root", "dir", "directory", "alias"]),
    Key::new(
        "route.*.files.strip",
        &[Form::Flag],
        "false",
        "Take the route's path off before a file is looked for, as Express's `app.use(\"/assets\", …)` \
         and nginx's `alias` do. `false`, as nginx's `root`: `/assets/a.css` is `assets/a.css` in the \
         folder.",
    )
    .default("true")
    .also(&["strip_prefix", "prefix"]),
    Key::new(
        "route.*.files.index",
        &[Form::Text("a file's name"), Form::Off],
        r#""home.html""#,
        "What is sent for a folder. A folder without one is not there, and its files are never listed.",
    )
    .default(r#""index.html""#),
    Key::new(
        "route.*.files.fallback",
        &[Form::Text("a file's name"), Form::Off],
        r#""index.html""#,
        "For apps that make their pages in the browser: this file is sent when a browser goes to a page \
         that is not there, that is, when it accepts HTML and the last name of the path has no dot. \
         Everything else that is not there stays so.",
    )
    .default("false")
    .also(&["spa", "try_files", "single", "history"]),
    Key::new(
        "route.*.files.max_age",
        &[Form::Time { min: 0, max: YEAR_MS }],
        r#""1h""#,
        "How long browsers and caches may keep a file without asking: `Cache-Control: public, max-age=…`. \
         `\"0s\"`: they ask each time (`no-cache`), and are told in a few bytes that it is the same.",
    )
    .default(r#""0s""#)
    .also(&["cache", "expires", "maxAge", "maxage", "cache_control"]),
    Key::new(
        "route.*.files.immutable",
        &[Form::Flag],
        "false",
        "Files with a hash of their content in their names, as Vite, webpack, esbuild and Next.js write \
         them (`main.3f9a1c2b.js`, `index-BxY12abc.js`, `/_next/static/…`), are kept for a year.",
    )
    .default("true"),
    Key::new(
        "route.*.files.precompressed",
        &[Form::Flag],
        "false",
        "Send `a.css.br`, `a.css.zst` or `a.css.gz`, if there is one that is not older than `a.css`, to \
         clients that accept it.",
    )
    .default("true")
    .also(&["gzip_static", "brotli_static", "zstd_static"]),
    Key::new(
        "route.*.files.dotfiles",
        &[Form::Flag],
        "true",
        "Send files and look into folders whose names start with a dot too. `.well-known` is always \
         looked into.",
    )
    .default("false")
    .also(&["hidden"]),
    Key::new(
        "route.*.files.types",
        &[Form::Variables],
        r#"{ glsl = "text/plain; charset=utf-8" }"#,
        "Content types by the ending of a name, beside those that Ostler knows.",
    )
    .default("{}")
    .also(&["mime", "mime_types", "content_types"]),
];
