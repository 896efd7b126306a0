use crate::file::check::Check;
use crate::file::section::Section;
use crate::file::value::Value;
use crate::{CacheDisk, CacheStore};

/// `[edge.cache]`.
pub(super) fn cache(section: &Section<'_>, check: &mut Check<'_>) -> Option<CacheStore> {
    let table = section.child(check, "cache");
    let memory_bytes = table.size(check, "memory")?;
    let (span, path) = (table.place("folder"), table.path_of("folder"));
    let folder = table.text(check, "folder")?;
    let disk = match table.read(check, "disk")? {
        Value::Size(bytes) => {
            Some(CacheDisk { bytes, folder: check.place.path(check.place.root, &folder) })
        }
        _ => None,
    };
    if folder.trim().is_empty() {
        check.fault(span, &path, "the string is empty", "write the path of a folder");
    } else if disk.is_none() && table.has("folder") && check.clean(&table.path_of("disk")) {
        let text = "there is nothing to put into the folder, replies are kept in memory only";
        check.fault(span, &path, text, "write disk = \"1GB\" as well, or remove the folder");
    }
    Some(CacheStore { memory_bytes, disk })
}
