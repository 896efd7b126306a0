use super::list::bytes;
use crate::{Compress, CompressBreach, CompressCoding};
use serde_json::{Value, json};

/// The value of `compress`.
pub(super) fn compress(compress: Option<&Compress>) -> Value {
    let Some(compress) = compress else { return json!(false) };
    let coding = |coding: &CompressCoding| match coding {
        CompressCoding::Gzip => "gzip",
        CompressCoding::Brotli => "br",
        CompressCoding::Zstd => "zstd",
    };
    json!({
        "order": compress.order.iter().map(coding).collect::<Vec<_>>(),
        "min": bytes(compress.min_bytes),
        "types": compress.types,
        "gzip": compress.gzip,
        "br": compress.brotli,
        "zstd": compress.zstd,
        "adapt": compress.adapt,
        "breach": match compress.breach {
            CompressBreach::CrossSite => "cross-site",
            CompressBreach::SameSite => "same-site",
            CompressBreach::Off => "off",
        },
    })
}
