//! The table of TCP sockets, as `/proc/net/tcp` and `tcp6` have it. Pure.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// What a socket does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is connected, or its other side has closed already.
    Open,
    /// It waits for the other side's first answer.
    Connecting,
    /// It takes connections.
    Listening,
}

/// One socket that is of interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// This end.
    pub local: SocketAddr,
    /// The other end.
    pub remote: SocketAddr,
    /// What it does.
    pub state: State,
    /// The socket's number.
    pub inode: u64,
}

/// The rows of a table; those that end, and lines that are none, are left out.
pub fn rows(table: &str) -> impl Iterator<Item = Row> + '_ {
    table.lines().skip(1).filter_map(row)
}

fn row(line: &str) -> Option<Row> {
    let mut words = line.split_ascii_whitespace();
    let local = words.nth(1)?;
    let remote = words.next()?;
    let state = match words.next()? {
        "01" | "08" => State::Open,
        "02" => State::Connecting,
        "0A" => State::Listening,
        _ => return None,
    };
    let inode = words.nth(5)?.parse().ok()?;
    Some(Row { local: address(local)?, remote: address(remote)?, state, inode })
}

/// `0100007F:1F90`: words of the address in the byte order of the machine, the port in the usual one.
fn address(text: &str) -> Option<SocketAddr> {
    let (address, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let word = |at: usize| u32::from_str_radix(address.get(at * 8..at * 8 + 8)?, 16).ok();
    let address = match address.len() {
        8 => IpAddr::V4(Ipv4Addr::from(word(0)?.to_ne_bytes())),
        32 => {
            let mut bytes = [0; 16];
            for (at, part) in bytes.chunks_exact_mut(4).enumerate() {
                part.copy_from_slice(&word(at)?.to_ne_bytes());
            }
            IpAddr::V6(Ipv6Addr::from(bytes)).to_canonical()
        }
        _ => return None,
    };
    Some(SocketAddr::new(address, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_the_kernel() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
             \x20  0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 109 1 0 100 0 0 10 0\n\
             \x20  1: 0100007F:A758 0100007F:1538 01 00000000:00000000 00:00000000 00000000  1000        0 4711 3 0\n\
             \x20  2: 0100007F:A759 0100007F:1538 06 00000000:00000000 03:00000B83 00000000     0        0 0 3 0\n";
        let rows: Vec<Row> = rows(table).collect();
        let loopback = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let nobody = SocketAddr::from(([0, 0, 0, 0], 0));
        let listening =
            Row { local: loopback(8080), remote: nobody, state: State::Listening, inode: 109 };
        let open = Row {
            local: loopback(42_840),
            remote: loopback(5432),
            state: State::Open,
            inode: 4711,
        };
        assert_eq!(rows, [listening, open]);
    }

    #[test]
    fn six_and_four_in_six() {
        let line = "head\n0: 00000000000000000000000001000000:1F90 0000000000000000FFFF00000100007F:0050 02 a b c d e 7 1";
        let row = rows(line).next().unwrap();
        assert_eq!(row.local, "[::1]:8080".parse().unwrap());
        assert_eq!(row.remote, "127.0.0.1:80".parse().unwrap());
        assert_eq!(row.state, State::Connecting);
    }

    #[test]
    fn any_text_is_read() {
        let mut random = base::random::Random::new(3);
        for _ in 0..2_000 {
            let words = [
                "0100007F:1F90",
                "01",
                "é:0",
                ":",
                "0:",
                "\n",
                "FFFFFFFF:FFFFF",
                "7",
                "0A",
                "éééé:1",
            ];
            let text: String = (0..40)
                .map(|_| format!("{} ", words[random.below(words.len() as u64) as usize]))
                .collect();
            assert!(rows(&text).count() < 40);
        }
    }
}
