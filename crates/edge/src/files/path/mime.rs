//! Catalogue: content types by the ending of a file's name.

/// What a type's content is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// `Content-Type`.
    pub content_type: &'static str,
    /// Compression makes it smaller: it is no picture, film or archive.
    pub compressible: bool,
}

/// What is said of a file whose ending is not known: browsers store it.
pub const UNKNOWN: Kind = Kind { content_type: "application/octet-stream", compressible: false };

/// Small content and its type: text.
const fn text(content_type: &'static str) -> Kind {
    Kind { content_type, compressible: true }
}

/// Content that is compressed already.
const fn packed(content_type: &'static str) -> Kind {
    Kind { content_type, compressible: false }
}

/// Sorted by ending.
const KINDS: &[(&str, Kind)] = &[
    ("7z", packed("application/x-7z-compressed")),
    ("aac", packed("audio/aac")),
    ("apk", packed("application/vnd.android.package-archive")),
    ("apng", packed("image/apng")),
    ("atom", text("application/atom+xml; charset=utf-8")),
    ("avi", packed("video/x-msvideo")),
    ("avif", packed("image/avif")),
    ("bmp", text("image/bmp")),
    ("br", packed("application/octet-stream")),
    ("bz2", packed("application/x-bzip2")),
    ("cjs", text("text/javascript; charset=utf-8")),
    ("css", text("text/css; charset=utf-8")),
    ("csv", text("text/csv; charset=utf-8")),
    ("doc", packed("application/msword")),
    ("docx", packed("application/vnd.openxmlformats-officedocument.wordprocessingml.document")),
    ("eot", text("application/vnd.ms-fontobject")),
    ("epub", packed("application/epub+zip")),
    ("flac", packed("audio/flac")),
    ("geojson", text("application/geo+json")),
    ("gif", packed("image/gif")),
    ("glb", text("model/gltf-binary")),
    ("gltf", text("model/gltf+json")),
    ("gz", packed("application/gzip")),
    ("heic", packed("image/heic")),
    ("htm", text("text/html; charset=utf-8")),
    ("html", text("text/html; charset=utf-8")),
    ("ico", text("image/x-icon")),
    ("ics", text("text/calendar; charset=utf-8")),
    ("jar", packed("application/java-archive")),
    ("jpeg", packed("image/jpeg")),
    ("jpg", packed("image/jpeg")),
    ("js", text("text/javascript; charset=utf-8")),
    ("json", text("application/json")),
    ("jsonld", text("application/ld+json")),
    ("jxl", packed("image/jxl")),
    ("m3u8", text("application/vnd.apple.mpegurl")),
    ("m4a", packed("audio/mp4")),
    ("m4v", packed("video/mp4")),
    ("map", text("application/json")),
    ("md", text("text/markdown; charset=utf-8")),
    ("mid", text("audio/midi")),
    ("mjs", text("text/javascript; charset=utf-8")),
    ("mkv", packed("video/x-matroska")),
    ("mov", packed("video/quicktime")),
    ("mp3", packed("audio/mpeg")),
    ("mp4", packed("video/mp4")),
    ("mpd", text("application/dash+xml")),
    ("mpeg", packed("video/mpeg")),
    ("oga", packed("audio/ogg")),
    ("ogg", packed("audio/ogg")),
    ("ogv", packed("video/ogg")),
    ("opus", packed("audio/ogg")),
    ("otf", text("font/otf")),
    ("pdf", packed("application/pdf")),
    ("png", packed("image/png")),
    ("ppt", packed("application/vnd.ms-powerpoint")),
    ("pptx", packed("application/vnd.openxmlformats-officedocument.presentationml.presentation")),
    ("rar", packed("application/vnd.rar")),
    ("rss", text("application/rss+xml; charset=utf-8")),
    ("rtf", text("application/rtf")),
    ("svg", text("image/svg+xml")),
    ("svgz", packed("image/svg+xml")),
    ("tar", text("application/x-tar")),
    ("tgz", packed("application/gzip")),
    ("tif", text("image/tiff")),
    ("tiff", text("image/tiff")),
    ("toml", text("application/toml")),
    ("ts", packed("video/mp2t")),
    ("ttf", text("font/ttf")),
    ("txt", text("text/plain; charset=utf-8")),
    ("vtt", text("text/vtt; charset=utf-8")),
    ("wasm", text("application/wasm")),
    ("wav", text("audio/wav")),
    ("weba", packed("audio/webm")),
    ("webm", packed("video/webm")),
    ("webmanifest", text("application/manifest+json")),
    ("webp", packed("image/webp")),
    ("woff", packed("font/woff")),
    ("woff2", packed("font/woff2")),
    ("xhtml", text("application/xhtml+xml; charset=utf-8")),
    ("xls", packed("application/vnd.ms-excel")),
    ("xlsx", packed("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")),
    ("xml", text("application/xml")),
    ("xz", packed("application/x-xz")),
    ("yaml", text("application/yaml")),
    ("yml", text("application/yaml")),
    ("zip", packed("application/zip")),
    ("zst", packed("application/zstd")),
];

/// The kind of a file with this name.
pub fn kind(name: &str) -> Kind {
    let Some(ending) = ending(name) else { return UNKNOWN };
    let found = KINDS.binary_search_by(|(known, _)| (*known).cmp(ending.as_str()));
    found.ok().and_then(|at| KINDS.get(at)).map_or(UNKNOWN, |(_, kind)| *kind)
}

/// What stands after the last dot of a name, in lower case.
pub fn ending(name: &str) -> Option<String> {
    let name = name.rsplit('/').next().unwrap_or(name);
    // A dot at the start begins no ending.
    let (stem, ending) = name.rsplit_once('.')?;
    (!stem.is_empty()).then(|| ending.to_ascii_lowercase())
}
