use crate::file::check::Check;
use crate::file::pem;
use crate::file::section::Section;
use crate::file::store_url;
use crate::{LimitStore, Store, StoreAddress, StoreUrl};
use std::path::PathBuf;

/// `[edge.limit_store]`.
/// Without a `url` it is where `store` is.
pub(super) fn limit_store(
    edge: &Section<'_>,
    store: Option<&Store>,
    check: &mut Check<'_>,
) -> Option<LimitStore> {
    let table = edge.child(check, "limit_store");
    if !edge.has("limit_store") {
        return None;
    }
    let open = table.word(check, "failure")? == "open";
    let timeout = table.time(check, "timeout")?;
    let prefix = table.text(check, "prefix")?;
    let ca = ca(&table, check);
    let (span, path) = (table.place("url"), table.path_of("url"));
    let url = match (table.text(check, "url"), store) {
        (Some(text), _) => {
            let url = store_url::url(text.trim());
            url.map_err(|(text, cure)| check.fault(span, &path, text, cure)).ok()?
        }
        (None, _) if table.has("url") => return None,
        (None, Some(Store::Elsewhere(url))) => url.clone(),
        (None, Some(Store::Here(_))) => {
            let at = StoreAddress::Here;
            StoreUrl { text: String::new(), at, user: None, password: None, database: 0 }
        }
        (None, Some(Store::Off)) => {
            let text = "[edge.limit_store] does not say where the store is, and there is none here";
            check.missing(table.span.clone(), &path, text, "write url = \"redis://HOST\"");
            return None;
        }
        (None, None) => return None,
    };
    let StoreUrl { at, user, password, database, .. } = url;
    let by_tls = matches!(at, StoreAddress::Host { tls: true, .. });
    if ca.is_some() && !by_tls {
        let text = "`ca` has no effect without TLS";
        let cure = "write rediss:// in the url, or remove ca";
        check.fault(table.place("ca"), &table.path_of("ca"), text, cure);
    }
    Some(LimitStore { at, user, password, database, open, timeout, prefix, ca })
}

fn ca(table: &Section<'_>, check: &mut Check<'_>) -> Option<PathBuf> {
    let text = table.text(check, "ca")?;
    let file = check.place.path(check.place.root, &text);
    if check.place.look
        && let Err((text, cure)) = pem::look(&file, pem::Wanted::Authorities)
    {
        check.fault(table.place("ca"), &table.path_of("ca"), text, cure);
    }
    Some(file)
}
