use super::folder::Folder;
use super::segment::Segment;
use std::collections::VecDeque;
use std::path::Path;

/// What a process that has ended left.
#[derive(Debug)]
pub struct Adopted {
    folder: Folder,
    pub segments: VecDeque<Segment>,
}

impl Adopted {
    /// All that is left below `parent`; what holds nothing that waits is removed.
    pub fn all(parent: &Path) -> Vec<Adopted> {
        let mut all = Vec::new();
        for folder in Folder::left(parent) {
            let mut segments = VecDeque::new();
            let mut unreadable = false;
            for path in folder.segments() {
                match Segment::open(&path) {
                    Ok(Some(segment)) => segments.push_back(segment),
                    Ok(None) => {
                        let _ = std::fs::remove_file(&path);
                    }
                    Err(_) => unreadable = true,
                }
            }
            match segments.is_empty() {
                // What cannot be opened now may be when another process looks.
                true if unreadable => drop(folder),
                true => folder.remove(),
                false => all.push(Adopted { folder, segments }),
            }
        }
        all
    }

    /// Nothing in it waits any more.
    pub fn remove(self) {
        self.folder.remove();
    }
}
