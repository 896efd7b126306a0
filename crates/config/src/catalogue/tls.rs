//! Catalogue: `[edge.tls]`.

use super::{Form, Key};

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "edge.tls",
        &[Form::Section],
        r#"{ cert = "tls/fullchain.pem", key = "tls/privkey.pem" }"#,
        "Speak TLS, 1.2 and 1.3, with the certificates that are named here, beside what \
         `edge.listen` serves without; with `listen = []` in `[edge]` there is only TLS. A reload \
         reads the files again: that is all that a renewed certificate needs.",
    )
    .also(&["ssl", "https"]),
    Key::new(
        "edge.tls.listen",
        &[
            Form::Text("an address such as \"0.0.0.0:8443\""),
            Form::Texts("addresses"),
            Form::Count { min: 0, max: 65_535 },
        ],
        r#"":443""#,
        "TCP addresses on which TLS is spoken: one, or an array, written as in `edge.listen`.",
    )
    .default(r#""0.0.0.0:8443""#)
    .restart()
    .also(&["port", "bind", "address", "addr", "host"]),
    Key::new(
        "edge.tls.cert",
        &[Form::Text("a path"), Form::Texts("paths")],
        r#""/etc/letsencrypt/live/example.org/fullchain.pem""#,
        "PEM file of the certificate, followed by those that lead to the authority; several in an \
         array. Which one a client gets depends on the name it asks for (SNI); the first is for \
         clients that ask for none. Relative to `ostler.toml`.",
    )
    .also(&[
        "certificate",
        "certificates",
        "certs",
        "cert_file",
        "crt",
        "pem",
        "ssl_certificate",
    ]),
    Key::new(
        "edge.tls.key",
        &[Form::Text("a path"), Form::Texts("paths")],
        r#""/etc/letsencrypt/live/example.org/privkey.pem""#,
        "PEM file of the private key, without a passphrase; an array where `cert` is one, in the \
         same order. Without it the key is in the file of the certificate. Relative to \
         `ostler.toml`.",
    )
    .also(&["private_key", "keys", "key_file", "ssl_certificate_key", "keyfile"]),
];
