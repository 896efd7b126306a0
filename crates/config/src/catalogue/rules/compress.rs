//! Catalogue: `compress`, in `[edge]` for all routes and in `[route."…"]` for one.

use crate::catalogue::{Form, Key};

/// The keys below `$section`.
macro_rules! compress_keys {
    ($section:literal, $text:literal) => {
        [
            Key::new(
                concat!($section, ".compress"),
                &[Form::Flag, Form::Section],
                r#"{ order = ["zstd", "gzip"], min = "2KB" }"#,
                concat!(
                    $text,
                    "The app gets no `Accept-Encoding`, so it leaves the work to the edge. A table: the \
                     same, changed by the keys below."
                ),
            )
            .also(&["compression", "gzip", "encode", "brotli", "deflate", "zstd"]),
            Key::new(
                concat!($section, ".compress.order"),
                &[Form::Texts("codings: \"zstd\", \"gzip\", \"br\"")],
                r#"["br", "gzip"]"#,
                "The codings that are offered. A client gets the one that it likes best, and the first \
                 of these among equals. An event stream gets gzip if its client takes that, since it \
                 holds the least memory.",
            )
            .default(r#"["zstd", "gzip", "br"]"#)
            .also(&["codings", "encodings", "algorithms", "formats", "prefer"]),
            Key::new(
                concat!($section, ".compress.min"),
                &[Form::Size { min: 0, max: 1 << 26 }],
                r#""2KB""#,
                "Smaller replies are left as they are.",
            )
            .default(r#""1KB""#)
            .also(&["threshold", "min_length", "min_size", "min_bytes", "minimum_length"]),
            Key::new(
                concat!($section, ".compress.types"),
                &[Form::Texts("types such as \"text/*\"")],
                r#"["text/html", "application/json"]"#,
                "Types of content that are compressed: `text/html`, `text/*` for all that begin so, \
                 `*+json` for all that end so. A reply without a type is left as it is.",
            )
            .default(
                r#"["text/*", "*+json", "*+xml", "*+text", "application/json", "application/javascript", "application/x-javascript", "application/xml", "application/x-ndjson", "application/jsonl", "application/graphql", "application/wasm", "application/vnd.ms-fontobject", "font/ttf", "font/otf", "image/bmp", "image/x-icon", "image/vnd.microsoft.icon"]"#,
            )
            .also(&["mime_types", "type", "gzip_types", "content_types", "filter"]),
            Key::new(
                concat!($section, ".compress.gzip"),
                &[Form::Count { min: 1, max: 9 }],
                "6",
                "The level of gzip. 6 takes up to twice the time of 5 for content that is 1 to 5 % \
                 smaller.",
            )
            .default("5")
            .also(&["gzip_level", "level", "gzip_comp_level"]),
            Key::new(
                concat!($section, ".compress.br"),
                &[Form::Count { min: 0, max: 5 }],
                "4",
                "The quality of brotli for replies that are there as a whole; while one flows it is at \
                 most 3, since more takes 1 MB and more for each.",
            )
            .default("5")
            .also(&["brotli", "br_level", "brotli_level", "quality"]),
            Key::new(
                concat!($section, ".compress.zstd"),
                &[Form::Count { min: 1, max: 9 }],
                "1",
                "The level of zstd.",
            )
            .default("3")
            .also(&["zstd_level"]),
            Key::new(
                concat!($section, ".compress.adapt"),
                &[Form::Flag],
                "false",
                "Levels drop while an edge thread has no time to spare and compression takes a good \
                 part of it, at worst to none at all, and rise again afterwards.",
            )
            .default("true")
            .also(&["adaptive", "dynamic"]),
            Key::new(
                concat!($section, ".compress.breach"),
                &[Form::Word(&["cross-site", "same-site", "off"])],
                r#""same-site""#,
                "Guard against BREACH: replies to requests with cookies, or with credentials that a \
                 browser sends by itself, are not compressed if they come from another site \
                 (`\"cross-site\"`), or also from another origin of the same site (`\"same-site\"`). \
                 `\"off\"`: all are.",
            )
            .default(r#""cross-site""#)
            .also(&["crime", "guard"]),
        ]
    };
}

pub(super) const EDGE: &[Key] = &compress_keys!(
    "edge",
    "Compress replies with zstd, gzip or brotli, as their clients can. Without it nothing is \
     compressed. A route's own `compress` stands in place of this. "
);
pub(super) const ROUTE: &[Key] = &compress_keys!(
    "route.*",
    "Compress this route's replies, in place of `edge.compress`. `true`: as `edge.compress` says if that \
     is a table. `false`: not. "
);
