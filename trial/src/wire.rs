//! A client of the Redis protocol that does nothing by itself: it does not connect again, and repeats nothing.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// A connection.
#[derive(Debug)]
pub struct Wire {
    stream: BufReader<TcpStream>,
}

impl Wire {
    /// Connect, and log in if the URL has a password, without encoding.
    pub fn open(url: &str) -> io::Result<Self> {
        let rest = url.strip_prefix("redis://").ok_or_else(|| io::Error::other("no redis://"))?;
        let (password, address) = rest.rsplit_once('@').map_or((None, rest), |(login, address)| {
            (Some(login.trim_start_matches(':')), address)
        });
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut wire = Wire { stream: BufReader::new(stream) };
        if let Some(password) = password {
            match wire.say(&["AUTH", password])?.as_str() {
                "OK" => {}
                refused => return Err(io::Error::other(refused.to_owned())),
            }
        }
        Ok(wire)
    }

    /// Send a command, and give its reply: an error with its `-`, an array in brackets.
    pub fn say(&mut self, words: &[&str]) -> io::Result<String> {
        self.send(words)?;
        self.reply()
    }

    /// Send a command.
    pub fn send(&mut self, words: &[&str]) -> io::Result<()> {
        let mut bytes = format!("*{}\r\n", words.len());
        for word in words {
            bytes += &format!("${}\r\n{word}\r\n", word.len());
        }
        self.stream.get_mut().write_all(bytes.as_bytes())
    }

    /// The next reply.
    pub fn reply(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_end();
        let (kind, rest) = line.split_at_checked(1).ok_or(io::ErrorKind::InvalidData)?;
        let length = || rest.parse::<i64>().map_err(|_| io::ErrorKind::InvalidData);
        match kind {
            "-" => Ok(line.to_owned()),
            "$" => match usize::try_from(length()?) {
                Ok(length) => {
                    let mut bytes = vec![0; length + 2];
                    self.stream.read_exact(&mut bytes)?;
                    bytes.truncate(length);
                    Ok(String::from_utf8_lossy(&bytes).into_owned())
                }
                Err(_) => Ok("nil".into()),
            },
            "*" => {
                let parts = (0..length()?).map(|_| self.reply()).collect::<Result<Vec<_>, _>>()?;
                Ok(format!("[{}]", parts.join(" ")))
            }
            _ => Ok(rest.to_owned()),
        }
    }
}
