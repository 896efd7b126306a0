//! Puts the domains together: everything is claimed, then started, then run to its end.

mod access;
mod certificates;
mod claim;
mod life;
mod news;
mod notify;
mod observe;
mod open_files;
mod operator;
mod output;
mod plan;
mod reload;
mod routes;
mod run;
mod store;
mod upgrade;

pub use certificates::look as look_at_certificates;
pub use news::say;
pub use observe::{log_entry, log_query};
pub use plan::Plan;
pub use run::run;
pub use store::{password as store_password, with_password as store_url};
