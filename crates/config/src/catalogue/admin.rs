//! Catalogue: `[admin]`.

use super::{Form, Key};

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "admin",
        &[Form::Section],
        r#"{ listen = false }"#,
        "Where status is read and commands are taken. The unix socket that the command line uses \
         is always there; this section is about TCP beside it.",
    ),
    Key::new(
        "admin.listen",
        &[Form::Text("an address such as \"127.0.0.1:7700\""), Form::Off],
        r#""127.0.0.1:7701""#,
        "TCP address of the admin API and the dashboard. `false`: only the unix socket. An address \
         that other machines can reach needs a `token`.",
    )
    .default(r#""127.0.0.1:7700""#)
    .restart(),
    Key::new(
        "admin.token",
        &[Form::Text("a string of at least 16 characters")],
        r#""3f0c9a51d27b44f6""#,
        "What requests over TCP must carry, as `Authorization: Bearer TOKEN`, before they may \
         change anything. Without the key Ostler makes one at start and keeps it in its state \
         folder. `openssl rand -hex 32` makes a good one.",
    )
    .restart()
    .also(&["password", "secret"]),
];
