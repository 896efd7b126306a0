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
    Key::new(
        "admin.user",
        &[Form::Section],
        r#"{ ann = { password = "$argon2id$v=19$m=7168,t=5,p=1$c2FsdHNhbHRzYWx0$Mx4QiqnMBcNHFZGpZbWmYQ", role = "viewer" } }"#,
        "People who log in at the dashboard with a password. Who has the token needs none.",
    )
    .also(&["users", "account", "accounts"]),
    Key::new(
        "admin.user.*",
        &[Form::Section],
        r#"{ password = "$argon2id$v=19$m=7168,t=5,p=1$c2FsdHNhbHRzYWx0$Mx4QiqnMBcNHFZGpZbWmYQ" }"#,
        "One of them. The name is of letters, digits and `.`, `-`, `_`, `@`; `token` and `owner` are taken.",
    ),
    Key::new(
        "admin.user.*.password",
        &[Form::Text("a hash that `ostler admin hash` prints")],
        r#""$argon2id$v=19$m=7168,t=5,p=1$c2FsdHNhbHRzYWx0$Mx4QiqnMBcNHFZGpZbWmYQ""#,
        "What `ostler admin hash` makes of the password: an Argon2 hash in the usual form, never the password \
         itself.",
    )
    .also(&["hash", "password_hash", "pass"]),
    Key::new(
        "admin.user.*.role",
        &[Form::Word(&["viewer", "admin"])],
        r#""admin""#,
        "`\"viewer\"` sees everything and changes nothing; `\"admin\"` may reload, scale, restart, purge and stop.",
    )
    .default(r#""viewer""#),
];
