//! Large files: memory stays flat, who is slow holds up nobody, and half a file is never a whole one.

use super::{get, run};
use std::fs::{File, OpenOptions};
use std::io::Read;
use std::net::SocketAddr;
use trial::{Connection, Project};

const GIB: u64 = 1 << 30;

/// A file without content that is so long.
fn sparse(project: &Project, name: &str, length: u64) -> File {
    project.write(name, "");
    let path = project.folder().join(name);
    let file = OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(length).unwrap();
    file
}

/// The most memory that a process ever held, in KiB.
fn peak_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse().unwrap()
}

/// Ask for a file and read only the head of the reply.
fn begin(address: SocketAddr, path: &str) -> Connection {
    let mut connection = Connection::open(address).unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nHost: a.test\r\n\r\n");
    connection.send(head.as_bytes()).unwrap();
    assert_eq!(connection.head().unwrap().status, 200, "{path}");
    connection
}

#[test]
fn a_gibibyte_costs_no_memory() {
    let project = Project::new();
    sparse(&project, "public/big.bin", GIB + 7);
    project.write("public/a.txt", "a");
    let running = run(&project, "[route.'/*']\nfiles = 'public'");
    let address = project.address();
    assert_eq!(get(address, "/a.txt").body, "a");
    let before = peak_kib(running.pid());
    let mut connection = begin(address, "/big.bin");
    let mut room = vec![0; 1 << 20];
    let (mut left, mut sum) = (GIB + 7, 0_u64);
    while left > 0 {
        let most = room.len().min(left as usize);
        connection.bytes_into(&mut room[..most]).unwrap();
        sum += room[..most].iter().map(|byte| u64::from(*byte)).sum::<u64>();
        left -= most as u64;
    }
    assert_eq!(sum, 0);
    // The connection goes on after it.
    assert_eq!(connection.request("GET", "/a.txt", "").unwrap().body, "a");
    let grown = peak_kib(running.pid()) - before;
    assert!(grown < 8 * 1_024, "{grown} KiB more");
}

#[test]
fn who_reads_slowly_holds_up_nobody() {
    let project = Project::new();
    sparse(&project, "public/big.bin", 256 << 20);
    project.write("public/a.txt", "a");
    let running = run(&project, "[route.'/*']\nfiles = 'public'");
    let address = project.address();
    let before = peak_kib(running.pid());
    let slow: Vec<Connection> = (0..50).map(|_| begin(address, "/big.bin")).collect();
    let begun = base::clock::now();
    for _ in 0..200 {
        assert_eq!(get(address, "/a.txt").body, "a");
    }
    let took = begun.elapsed();
    assert!(took.as_secs() < 10, "{took:?}");
    let grown = peak_kib(running.pid()) - before;
    assert!(grown < 24 * 1_024, "{grown} KiB more for {} connections", slow.len());
}

#[test]
fn a_file_that_shrinks_is_no_whole_reply() {
    let project = Project::new();
    let length = 64 << 20;
    let file = sparse(&project, "public/big.bin", length);
    let _running = run(&project, "[route.'/*']\nfiles = 'public'");
    let address = project.address();
    let connection = begin(address, "/big.bin");
    file.set_len(1_000).unwrap();
    let mut stream = connection.stream();
    let mut taken = 0;
    let mut room = vec![0; 1 << 20];
    let end = loop {
        match stream.read(&mut room) {
            Ok(0) => break Ok(()),
            Ok(count) => taken += count as u64,
            Err(error) => break Err(error.kind()),
        }
    };
    assert!(taken < length, "{taken}");
    assert_eq!(end, Err(std::io::ErrorKind::ConnectionReset), "a cut, not an end");
    // The next request sees the file as it is.
    assert_eq!(get(address, "/big.bin").body.len(), 1_000);
}

#[test]
fn a_file_that_grows_is_sent_as_long_as_was_said() {
    let project = Project::new();
    let length: u64 = 32 << 20;
    let file = sparse(&project, "public/big.bin", length);
    project.write("public/a.txt", "a");
    let _running = run(&project, "[route.'/*']\nfiles = 'public'");
    let mut connection = begin(project.address(), "/big.bin");
    file.set_len(2 * length).unwrap();
    let mut room = vec![0; length as usize];
    connection.bytes_into(&mut room).unwrap();
    assert_eq!(connection.request("GET", "/a.txt", "").unwrap().body, "a");
}
