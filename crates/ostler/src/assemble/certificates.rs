//! Certificates, looked at before anything is started or changed.

use super::news;
use crate::cli::{Exit, Failure};
use config::Config;

/// Read every certificate; tell of those that have expired or soon will.
pub fn look(config: &Config) -> Result<(), Failure> {
    let warnings =
        edge::tls::check(config.edge.tls.as_ref(), &config.upstreams, base::clock::wall())
            .map_err(|error| Failure::new(Exit::Config, error))?;
    warnings.iter().for_each(|warning| news::say(warning));
    Ok(())
}
