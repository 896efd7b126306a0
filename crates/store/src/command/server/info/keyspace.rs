//! The databases.

use super::page::Page;
use crate::command::Desk;
use crate::hub::Standing;

/// `# Cluster`
pub fn cluster(_: &Desk<'_>, _: &Standing, page: &mut Page) {
    page.section("Cluster");
    page.line("cluster_enabled", 0);
}

/// `# Keyspace`: databases that have keys.
pub fn keyspace(_: &Desk<'_>, standing: &Standing, page: &mut Page) {
    page.section("Keyspace");
    for (db, figures) in standing.databases.iter().enumerate().filter(|(_, all)| all.keys > 0) {
        let (keys, expires) = (figures.keys, figures.expiring);
        page.line(format_args!("db{db}"), format_args!("keys={keys},expires={expires},avg_ttl=0"));
    }
}
