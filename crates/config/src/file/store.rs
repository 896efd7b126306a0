use super::check::Check;
use super::section::Section;
use super::store_url;
use crate::{Store, StoreAddress, StoreUrl};

/// `[store]`.
pub(super) fn store(root: &Section<'_>, check: &mut Check<'_>) -> Option<Store> {
    let table = root.child(check, "store");
    if !root.has("store") {
        return Some(Store::Off);
    }
    if !table.has("url") {
        let text = "[store] does not say where the store is";
        let cure = "write url = \"redis://HOST\"";
        check.missing(table.span.clone(), &table.path_of("url"), text, cure);
        return None;
    }
    Some(Store::Elsewhere(elsewhere(&table, check)?))
}

/// `url`, for clients of all kinds: they take `redis://` and `rediss://`.
fn elsewhere(table: &Section<'_>, check: &mut Check<'_>) -> Option<StoreUrl> {
    let (span, path) = (table.place("url"), table.path_of("url"));
    let text = table.text(check, "url")?;
    let text = text.trim();
    // What follows a question mark is between the client and the user.
    let bare = text.split_once('?').map_or(text, |(bare, _)| bare);
    let refused = match store_url::url(bare) {
        Ok(StoreUrl { at: StoreAddress::Unix(_), .. }) => {
            let cure = "write redis:// and a host";
            ("clients for Node take no path as their URL".into(), cure.into())
        }
        Ok(_) if text.starts_with("valkey") => {
            let cure = "write redis:// or rediss:// for a Valkey, too";
            ("clients for Node do not know this scheme".into(), cure.into())
        }
        Ok(url) => return Some(StoreUrl { text: text.into(), ..url }),
        Err(refused) => refused,
    };
    let (text, cure): (String, String) = refused;
    check.fault(span, &path, text, cure);
    None
}
