//! PEM files, as far as people mix them up. What is in a certificate, and whether it belongs to
//! its key, is the edge's to see.

use std::io::Read;
use std::path::Path;

/// A larger file is no certificate with its chain: 1 MiB.
const BYTES_MAX: u64 = 1 << 20;

/// What a file should hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A certificate, or several.
    Certificate,
    /// A private key.
    Key,
    /// A certificate and its private key.
    Both,
    /// The certificates of authorities.
    Authorities,
}

/// Where programs that fetch certificates put them, by what they hold.
const USUAL_CERTS: &[&str] = &["fullchain.pem", "tls.crt", "fullchain.cer", "cert.pem"];
const USUAL_KEYS: &[&str] = &["privkey.pem", "tls.key", "key.pem"];

/// Look at the file. Err: what is wrong with it, and the cure.
pub(super) fn look(path: &Path, wanted: Wanted) -> Result<(), (String, String)> {
    let shown = path.display();
    if path.is_dir() {
        let usual = if wanted == Wanted::Key { USUAL_KEYS } else { USUAL_CERTS };
        let found = usual.iter().map(|name| path.join(name)).find(|file| file.is_file());
        let cure = match found {
            Some(file) => format!("write the file in it: {:?}", file),
            None => "write the PEM file in it".into(),
        };
        return Err((format!("{shown} is a folder"), cure));
    }
    let mut bytes = Vec::new();
    let read =
        std::fs::File::open(path).and_then(|file| file.take(BYTES_MAX + 1).read_to_end(&mut bytes));
    match read {
        Ok(_) => holds(&bytes, wanted).map_err(|(text, cure)| (format!("{shown} {text}"), cure)),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
            let cure = "write the path of a PEM file, relative to this file";
            Err((format!("there is no file {shown}"), cure.into()))
        }
        Err(cause) => {
            let cure = "let the user that runs Ostler read it";
            Err((format!("cannot read {shown}: {cause}"), cure.into()))
        }
    }
}

/// What kinds of PEM blocks a text begins.
struct Blocks {
    certificate: bool,
    key: bool,
    other_key: bool,
    encrypted: bool,
    request: bool,
    any: bool,
}

impl Blocks {
    fn of(text: &str) -> Self {
        let kinds = || {
            let lines = text.lines().filter_map(|line| line.trim().strip_prefix("-----BEGIN "));
            lines.filter_map(|rest| rest.strip_suffix("-----"))
        };
        // OpenSSH and DSA have keys of their own, which TLS does not use.
        let is_key = |kind| {
            matches!(
                kind,
                "PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY" | "ENCRYPTED PRIVATE KEY"
            )
        };
        Blocks {
            certificate: kinds().any(|kind| kind == "CERTIFICATE"),
            key: kinds().any(is_key),
            other_key: kinds().any(|kind| kind.ends_with("PRIVATE KEY") && !is_key(kind)),
            encrypted: kinds().any(|kind| kind == "ENCRYPTED PRIVATE KEY")
                || text.contains("Proc-Type: 4,ENCRYPTED"),
            request: kinds().any(|kind| kind.ends_with("CERTIFICATE REQUEST")),
            any: kinds().next().is_some(),
        }
    }
}

/// Whether the file of these bytes is what is wanted. Err: the rest of a sentence that begins with
/// its name, and the cure.
fn holds(bytes: &[u8], wanted: Wanted) -> Result<(), (String, String)> {
    let wrong = |text: &str, cure: &str| Err((text.to_owned(), cure.to_owned()));
    if bytes.len() as u64 > BYTES_MAX {
        return wrong("is larger than 1 MiB", "write the path of a PEM file");
    }
    let text = String::from_utf8_lossy(bytes);
    let blocks = Blocks::of(&text);
    if !blocks.any {
        let is_binary = bytes.contains(&0) || std::str::from_utf8(bytes).is_err();
        let cure = match wanted {
            _ if is_binary => {
                "convert it: `openssl x509 -inform der` for a certificate, `openssl pkcs12` for a \
                 .pfx or .p12 file"
            }
            Wanted::Key => "write a file that has -----BEGIN PRIVATE KEY----- or the like in it",
            _ => "write a file that has -----BEGIN CERTIFICATE----- in it",
        };
        return wrong("is no PEM file", cure);
    }
    let needs_key = matches!(wanted, Wanted::Key | Wanted::Both);
    match wanted {
        Wanted::Certificate | Wanted::Both | Wanted::Authorities if !blocks.certificate => {
            match (blocks.key, blocks.request) {
                (true, _) => wrong("holds a private key and no certificate", cure_of(wanted)),
                (_, true) => wrong(
                    "holds a request for a certificate, not the certificate",
                    "write the file that the authority gave for it",
                ),
                _ => wrong("holds no certificate", cure_of(wanted)),
            }
        }
        Wanted::Both if !blocks.key => wrong(
            "holds a certificate and no private key",
            "write the key's file: key = \"privkey.pem\"",
        ),
        Wanted::Key if !blocks.key => match blocks.certificate {
            true => wrong(
                "holds a certificate and no private key",
                "write the key's file; it begins with -----BEGIN PRIVATE KEY----- or the like",
            ),
            false if blocks.other_key => wrong(
                "holds a private key of a kind that TLS does not use",
                "write the key with which the certificate was requested",
            ),
            false => wrong("holds no private key", "write the key's file, such as privkey.pem"),
        },
        _ if needs_key && blocks.encrypted => wrong(
            "holds a private key that has a passphrase, which nobody can type at a restart",
            "remove the passphrase: `openssl pkey -in KEY -out NEW`; let only Ostler's user read it",
        ),
        _ => Ok(()),
    }
}

fn cure_of(wanted: Wanted) -> &'static str {
    match wanted {
        Wanted::Authorities => "write a file with the certificates of the authorities",
        _ => "write the certificate's file, such as fullchain.pem",
    }
}

#[cfg(test)]
mod tests {
    use super::{Wanted, holds};

    fn check(text: &str, wanted: Wanted, expected: &str) {
        let told = holds(text.as_bytes(), wanted).map_or_else(|(text, _)| text, |()| "good".into());
        assert_eq!(told, expected, "{text:?} as {wanted:?}");
    }

    #[test]
    fn what_a_file_holds() {
        let cert = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
        let key = "-----BEGIN EC PRIVATE KEY-----\nMIIB\n-----END EC PRIVATE KEY-----\n";
        let both = format!("Bag Attributes\r\n{}", format!("{cert}{key}").replace('\n', "\r\n"));
        let no_key = "holds a certificate and no private key";
        let no_cert = "holds a private key and no certificate";
        check(cert, Wanted::Certificate, "good");
        check(cert, Wanted::Authorities, "good");
        check(cert, Wanted::Key, no_key);
        check(cert, Wanted::Both, no_key);
        check(key, Wanted::Key, "good");
        check(key, Wanted::Certificate, no_cert);
        check(key, Wanted::Both, no_cert);
        check(key, Wanted::Authorities, no_cert);
        for wanted in [Wanted::Certificate, Wanted::Key, Wanted::Both] {
            check(&both, wanted, "good");
        }
        for text in ["", "\0\u{1}", "BEGIN CERTIFICATE", "-----BEGIN CERTIFICATE"] {
            check(text, Wanted::Both, "is no PEM file");
        }
        let request = cert.replace("CERTIFICATE", "NEW CERTIFICATE REQUEST");
        check(
            &request,
            Wanted::Certificate,
            "holds a request for a certificate, not the certificate",
        );
        check(&cert.replace("CERTIFICATE", "PUBLIC KEY"), Wanted::Key, "holds no private key");
        let foreign = "holds a private key of a kind that TLS does not use";
        check(&key.replace("EC", "OPENSSH"), Wanted::Key, foreign);
        let secret =
            "holds a private key that has a passphrase, which nobody can type at a restart";
        check(&key.replace("EC", "ENCRYPTED"), Wanted::Key, secret);
        check(&both.replace("MIIB", "Proc-Type: 4,ENCRYPTED"), Wanted::Both, secret);
    }
}
