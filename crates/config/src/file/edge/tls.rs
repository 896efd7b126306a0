use crate::checked::overlap;
use crate::file::address;
use crate::file::check::Check;
use crate::file::pem::{self, Wanted};
use crate::file::section::Section;
use crate::file::value::Value;
use crate::{Certificate, Tls};
use std::net::SocketAddr;
use std::ops::Range;
use std::path::PathBuf;

/// `[edge.tls]`; None without it. Not on an address of `plain`, where TLS is not spoken.
pub(super) fn tls(
    section: &Section<'_>,
    plain: &[SocketAddr],
    check: &mut Check<'_>,
) -> Option<Tls> {
    let table = section.child(check, "tls");
    if !section.has("tls") {
        return None;
    }
    let listen = listen(&table, plain, check);
    let certificates = certificates(&table, check);
    Some(Tls { listen: listen?, certificates: certificates? })
}

fn listen(
    table: &Section<'_>,
    plain: &[SocketAddr],
    check: &mut Check<'_>,
) -> Option<Vec<SocketAddr>> {
    let listen = address::listen(table, check)?;
    let (span, path) = (table.place("listen"), table.path_of("listen"));
    if listen.is_empty() && check.clean(&path) {
        let cure = "write an address, or remove the key for \"0.0.0.0:8443\"";
        check.fault(span.clone(), &path, "there is no address to listen on", cure);
    }
    for address in &listen {
        if let Some(taken) = plain.iter().find(|plain| overlap(**plain, *address)) {
            let text =
                format!("{address} is taken by edge.listen ({taken}), where no TLS is spoken");
            let cure = match plain.len() {
                1 => "give one of the two another port, or write [edge] listen = []",
                _ => "give one of the two another port",
            };
            check.fault(span.clone(), &path, text, cure);
        }
    }
    Some(listen)
}

/// A path as written, and where.
type Written = (String, Range<usize>);

/// Each certificate with its key.
fn certificates(table: &Section<'_>, check: &mut Check<'_>) -> Option<Vec<Certificate>> {
    if !table.has("cert") && check.clean(&table.path) {
        let text = "[edge.tls] does not say which certificate to show";
        let cure = "write cert = \"fullchain.pem\" and key = \"privkey.pem\"";
        check.missing(table.span.clone(), &table.path_of("cert"), text, cure);
    }
    let certs = written(table, "cert", check)?;
    let keys = if table.has("key") { Some(written(table, "key", check)?) } else { None };
    let Some(keys) = keys else {
        let both = |(path, span)| {
            let cert = look(table, "cert", &(path, span), Wanted::Both, check);
            Certificate { key: cert.clone(), cert }
        };
        return Some(certs.into_iter().map(both).collect());
    };
    if keys.len() != certs.len() {
        let count = |count: usize, what: &str| match count {
            1 => format!("one {what}"),
            many => format!("{many} {what}s"),
        };
        let text =
            format!("{} for {}", count(keys.len(), "key"), count(certs.len(), "certificate"));
        let cure =
            "write a key for each certificate, in the same order; the same file may be there twice";
        check.fault(table.place("key"), &table.path_of("key"), text, cure);
        return None;
    }
    let pairs = certs.iter().zip(&keys).map(|(cert, key)| Certificate {
        cert: look(table, "cert", cert, Wanted::Certificate, check),
        key: look(table, "key", key, Wanted::Key, check),
    });
    Some(pairs.collect())
}

/// The paths of `name`, at least one.
fn written(table: &Section<'_>, name: &str, check: &mut Check<'_>) -> Option<Vec<Written>> {
    let (span, path) = (table.place(name), table.path_of(name));
    let texts = match table.read(check, name)? {
        Value::Text(text) => vec![(text, span.clone())],
        Value::Texts(texts) => texts,
        _ => return None,
    };
    if texts.is_empty() {
        check.fault(span, &path, "there is no path", "write the path of a PEM file");
        return None;
    }
    if let Some((_, span)) = texts.iter().find(|(text, _)| text.trim().is_empty()) {
        check.fault(span.clone(), &path, "the string is empty", "write the path of a PEM file");
        return None;
    }
    let mut seen = Vec::new();
    for (text, span) in texts.iter().filter(|_| name == "cert") {
        if seen.contains(&text) {
            check.fault(span.clone(), &path, format!("{text:?} is there twice"), "remove one");
        }
        seen.push(text);
    }
    Some(texts)
}

/// The absolute path. What can be seen to be wrong with the file is noted.
fn look(
    table: &Section<'_>,
    name: &str,
    (text, span): &Written,
    wanted: Wanted,
    check: &mut Check<'_>,
) -> PathBuf {
    let path = check.place.path(check.place.root, text);
    if check.place.look
        && let Err((text, cure)) = pem::look(&path, wanted)
    {
        check.fault(span.clone(), &table.path_of(name), text, cure);
    }
    path
}
