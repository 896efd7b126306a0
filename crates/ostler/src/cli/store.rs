//! `ostler store`: where the store is, for `redis-cli -u` and programs that Ostler does not start.

use super::connect::Project;
use super::{Exit, Failure, print};
use crate::assemble;
use config::{Store, StorePassword};

/// Print its URL, with the password.
pub fn store(project: &Project) -> Result<(), Failure> {
    let config = project.config_file().map(|_| project.config()).transpose()?;
    let password = match config.map(|config| config.store) {
        Some(Store::Elsewhere(url)) => return print::out(&format!("{}\n", url.text)),
        Some(Store::Off) => return Err(none()),
        Some(Store::Here(here)) => here.password,
        None => StorePassword::Made,
    };
    let status = project.ask(async |client| client.status().await)?;
    let url = status.store.ok_or_else(none)?.url;
    let password = match password {
        StorePassword::Off => None,
        StorePassword::Given(password) => Some(password),
        StorePassword::Made => Some(assemble::store_password(&project.place()?)?),
    };
    print::out(&format!("{}\n", assemble::store_url(&url, password.as_deref())))
}

fn none() -> Failure {
    Failure::new(
        Exit::Refused,
        "this project has no store: [store] enabled is false, or it could not be made",
    )
}
