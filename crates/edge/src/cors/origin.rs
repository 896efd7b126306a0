//! Whether an origin is one of those in the config.

use config::Origin;

/// True if `text`, the value of an `Origin` header, is `origin` or, if that stands for subdomains, one of
/// them. Browsers write scheme and host in small letters and leave out usual ports, and so does the config.
pub fn is(origin: &Origin, text: &[u8]) -> bool {
    let Some(host) = text.strip_prefix(origin.scheme.as_bytes()) else { return false };
    if !origin.under {
        return host == origin.host.as_bytes();
    }
    let name = host.strip_suffix(origin.host.as_bytes()).unwrap_or_default();
    let sign =
        |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(byte);
    let label = |label: &[u8]| !label.is_empty() && label.iter().all(sign);
    name.split(|byte| *byte == b'.').all(label)
}
