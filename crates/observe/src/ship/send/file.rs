use super::verdict::Verdict;
use crate::ship::queue::Batch;
use config::ExportFile;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Append one batch to the file. On a thread of its own: a disk may be as slow as a network.
pub async fn send(target: &ExportFile, batch: &Batch) -> Verdict {
    let (target, payload) = (target.clone(), batch.payload.clone());
    let shown = target.path.display().to_string();
    let written = tokio::task::spawn_blocking(move || append(&target, &payload)).await;
    match written {
        Ok(Ok(())) => Verdict::Sent(None),
        Ok(Err(error)) => Verdict::Later(format!("cannot write {shown}: {error}"), None),
        Err(_) => Verdict::Later(format!("cannot write {shown}"), None),
    }
}

/// The file is opened anew each time: others may put it aside as well.
fn append(target: &ExportFile, payload: &[u8]) -> io::Result<()> {
    if let Some(folder) = target.path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let size = std::fs::metadata(&target.path).map_or(0, |file| file.len());
    if size > 0 && size + payload.len() as u64 > target.rotate_bytes {
        put_aside(target)?;
    }
    let mut file = std::fs::File::options().create(true).append(true).open(&target.path)?;
    let before = file.metadata()?.len();
    file.write_all(payload).inspect_err(|_| {
        // Half a batch would be there twice when it is written again.
        let _ = file.set_len(before);
    })
}

/// `FILE` becomes `FILE.1`, that `FILE.2`, up to `keep`.
fn put_aside(target: &ExportFile) -> io::Result<()> {
    if target.keep == 0 {
        return std::fs::remove_file(&target.path);
    }
    for number in (1..target.keep).rev() {
        let older = numbered(&target.path, number);
        if older.exists() {
            std::fs::rename(&older, numbered(&target.path, number + 1))?;
        }
    }
    std::fs::rename(&target.path, numbered(&target.path, 1))
}

fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{number}"));
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_put_aside_and_the_oldest_go() {
        let folder = std::env::temp_dir().join(format!("ostler-ship-file-{}", std::process::id()));
        let target = ExportFile { path: folder.join("a.ndjson"), rotate_bytes: 10, keep: 2 };
        for text in
            ["one\n", "two\n", "three\n", "four\n", "five\n", "a line that is longer\n", "six\n"]
        {
            append(&target, text.as_bytes()).unwrap();
        }
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert_eq!(read("a.ndjson"), "six\n");
        assert_eq!(read("a.ndjson.1"), "a line that is longer\n");
        assert_eq!(read("a.ndjson.2"), "four\nfive\n");
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 3);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
