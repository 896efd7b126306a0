use crate::CacheStore;
use crate::file::check::Check;
use crate::file::section::Section;

/// `[edge.cache]`.
pub(super) fn cache(section: &Section<'_>, check: &mut Check<'_>) -> Option<CacheStore> {
    let table = section.child(check, "cache");
    Some(CacheStore { memory_bytes: table.size(check, "memory")? })
}
