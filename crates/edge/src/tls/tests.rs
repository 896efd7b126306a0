use super::{CertificateError, Certificates, check};
use config::{Certificate, Tls};
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::path::PathBuf;
use std::time::Duration;

/// A folder of PEM files, removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tls-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// A certificate for `names` and its key.
    fn pair(&self, names: &[&str]) -> Certificate {
        self.pair_with(names, |_| ())
    }

    fn pair_with(
        &self,
        names: &[&str],
        change: impl FnOnce(&mut CertificateParams),
    ) -> Certificate {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let file = names.concat().replace('*', "any");
        let mut params = CertificateParams::new(names).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let cert = params.self_signed(&key).unwrap();
        Certificate {
            cert: self.write(&format!("{file}.crt"), cert.pem()),
            key: self.write(&format!("{file}.key"), key.serialize_pem()),
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn refused(pair: Certificate) -> String {
    let error: CertificateError = Certificates::load(&[pair]).unwrap_err();
    error.to_string()
}

#[test]
fn the_name_decides() {
    let folder = Folder::new("names");
    let pairs = [
        folder.pair(&["example.org", "www.example.org"]),
        folder.pair(&["*.shop.example.org"]),
        folder.pair(&["a.shop.example.org"]),
    ];
    let all = Certificates::load(&pairs).unwrap();
    let which = |name: &str| {
        let found = all.find(name)?.end_entity_cert().unwrap();
        pairs.iter().position(|pair| {
            CertificateDer::from_pem_file(&pair.cert).is_ok_and(|known| known == *found)
        })
    };
    assert_eq!(which("example.org"), Some(0));
    assert_eq!(which("WWW.Example.org"), Some(0));
    assert_eq!(which("b.shop.example.org"), Some(1));
    assert_eq!(which("a.shop.example.org"), Some(2), "an exact name wins over a wildcard");
    assert_eq!(which("x.b.shop.example.org"), None, "a wildcard stands for one label");
    assert_eq!(which("shop.example.org"), None);
    assert_eq!(all.names().count(), 4);
}

#[test]
fn every_mistake_is_named_with_its_cure() {
    let folder = Folder::new("mistakes");
    let (one, other) = (folder.pair(&["one.example"]), folder.pair(&["other.example"]));
    let with = |cert: &PathBuf, key: &PathBuf| Certificate { cert: cert.clone(), key: key.clone() };
    let check = |pair: Certificate, part: &str| {
        let text = refused(pair);
        assert!(text.contains(part), "{part:?} is not in {text:?}");
    };
    check(with(&one.cert, &other.key), "does not belong to the certificate");
    check(with(&one.key, &one.key), "holds no certificate");
    check(with(&one.cert, &one.cert), "holds no private key");
    check(with(&folder.0.join("none.pem"), &one.key), "No such file");
    check(with(&folder.0, &one.key), "it is a folder");
    let encrypted =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n";
    check(with(&one.cert, &folder.write("enc.key", encrypted)), "openssl pkey -in");
    let garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    check(with(&folder.write("bad.crt", garbage), &one.key), "no X.509 certificate");
    check(with(&folder.write("der.crt", [0x30, 0x82, 1, 2]), &one.key), "openssl x509 -inform der");
}

#[test]
fn a_certificate_and_its_key_may_share_a_file() {
    let folder = Folder::new("shared");
    let pair = folder.pair(&["example.org"]);
    let both = [std::fs::read(&pair.cert).unwrap(), std::fs::read(&pair.key).unwrap()].concat();
    let both = folder.write("both.pem", both);
    Certificates::load(&[Certificate { cert: both.clone(), key: both }]).unwrap();
}

#[test]
fn an_expired_certificate_is_told_of_and_used() {
    let folder = Folder::new("expired");
    let pair = folder.pair_with(&["old.example"], |params| {
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2021, 1, 1);
    });
    let tls = Tls { listen: Vec::new(), certificates: vec![pair] };
    // 2021-01-11.
    let warnings = check(Some(&tls), &[], Duration::from_secs(1_610_323_200)).unwrap();
    assert!(warnings[0].contains("has expired 10 days ago"), "{warnings:?}");
}
