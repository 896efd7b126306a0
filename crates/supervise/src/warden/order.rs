//! What Ostler says to the warden.

use rustix::process::Pid;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// What Ostler says, one a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// The run folder, below which all worker folders lie.
    Folder(PathBuf),
    /// A process group that must not outlive Ostler.
    Began(Pid),
    /// It is gone.
    Ended(Pid),
}

impl Order {
    /// The line, with its end: a zero byte, since a path may hold anything else.
    pub fn to_line(&self) -> Vec<u8> {
        let mut line = match self {
            Order::Folder(path) => [b"folder ", path.as_os_str().as_bytes()].concat(),
            Order::Began(pid) => format!("began {}", pid.as_raw_nonzero()).into_bytes(),
            Order::Ended(pid) => format!("ended {}", pid.as_raw_nonzero()).into_bytes(),
        };
        line.push(0);
        line
    }

    /// The order on a line without its end.
    pub fn parse(line: &[u8]) -> Option<Order> {
        let space = line.iter().position(|byte| *byte == b' ')?;
        let (word, rest) = (line.get(..space)?, line.get(space + 1..)?);
        let pid =
            || Pid::from_raw(std::str::from_utf8(rest).ok()?.parse().ok().filter(|p| *p > 1)?);
        match word {
            b"folder" => Some(Order::Folder(PathBuf::from(OsStr::from_bytes(rest)))),
            b"began" => pid().map(Order::Began),
            b"ended" => pid().map(Order::Ended),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_survive_their_way() {
        let pid = Pid::from_raw(4711).unwrap();
        let odd = PathBuf::from(OsStr::from_bytes(b"/run/with space\nand \xff"));
        for order in [Order::Folder(odd), Order::Began(pid), Order::Ended(pid)] {
            let line = order.to_line();
            let (end, text) = line.split_last().unwrap();
            assert_eq!((*end, Order::parse(text)), (0, Some(order)));
        }
        for bad in ["", "began", "began ", "began 0", "began 1", "began -4", "hello 4", "ended x"] {
            assert_eq!(Order::parse(bad.as_bytes()), None, "{bad}");
        }
    }
}
