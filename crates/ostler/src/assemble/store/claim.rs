//! What a store needs: its sockets, its password, its folder.

use crate::assemble::news;
use crate::cli::{Exit, Failure};
use crate::handover::PassedStore;
use config::{Config, Store, StoreFolder, StoreHere, StorePassword};
use control::place::{Held, Place};
use std::fs::{self, Permissions};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// The unix socket that is always there, in the run folder.
const SOCKET: &str = "store.sock";
/// The file of the password that Ostler makes, in the state folder.
const PASSWORD: &str = "store-password";
/// The folder of the data, in the state folder.
const FOLDER: &str = "store";

/// What `REDIS_URL` of the workers leads to, with all that must be ours for it.
#[derive(Debug)]
pub enum Claimed {
    /// Nothing.
    Off,
    /// A server elsewhere, by its URL.
    Elsewhere(String),
    /// The store of this process.
    Here(Box<Here>),
}

/// What the store of this process needs.
#[derive(Debug)]
pub struct Here {
    /// `[store]`.
    pub settings: StoreHere,
    /// Listeners over TCP.
    pub tcp: Vec<TcpListener>,
    /// Unix sockets; the first is the private one.
    pub unix: Vec<UnixListener>,
    /// What clients must say.
    pub password: Option<String>,
    /// Where the data is; None: it is kept nowhere.
    pub folder: Option<PathBuf>,
    /// Where workers find it.
    pub url: String,
    /// Another process has it until it is told that this one is ready.
    pub is_passed: bool,
}

impl Claimed {
    /// Claim it, from `passed` if another process has it.
    pub fn claim(
        config: &Config,
        held: &Held,
        passed: Option<PassedStore>,
    ) -> Result<Self, Failure> {
        let settings = match &config.store {
            Store::Off => return Ok(Claimed::Off),
            Store::Elsewhere(url) => return Ok(Claimed::Elsewhere(url.text.clone())),
            Store::Here(settings) => settings,
        };
        let state = held.place().state_folder();
        let folder = match &settings.folder {
            StoreFolder::Usual => Some(state.join(FOLDER)),
            StoreFolder::Given(folder) => Some(folder.clone()),
            StoreFolder::Off => None,
        };
        let password = match &settings.password {
            StorePassword::Off => None,
            StorePassword::Given(password) => Some(password.clone()),
            StorePassword::Made => match held.secret(PASSWORD) {
                Ok(password) => Some(password),
                Err(error) if is_wanted(config, settings) => return Err(unsaved(error)),
                Err(error) => {
                    news::say(&format!("there is no store here, and no REDIS_URL: {error}"));
                    return Ok(Claimed::Off);
                }
            },
        };
        let is_passed = passed.is_some();
        let (tcp, unix) = match passed {
            Some(passed) => {
                same(settings, &passed, password.as_deref(), folder.as_deref())?;
                (passed.tcp, passed.unix)
            }
            None => (bind(settings)?, sockets(settings, held)?),
        };
        let url = url(&tcp, password.as_deref())?;
        let settings = settings.clone();
        Ok(Claimed::Here(Box::new(Here { settings, tcp, unix, password, folder, url, is_passed })))
    }

    /// Variables for workers whose environment does not have them.
    pub fn variables(&self) -> Vec<(String, String)> {
        let url = match self {
            Claimed::Off => return Vec::new(),
            Claimed::Elsewhere(url) => url,
            Claimed::Here(here) => &here.url,
        };
        vec![("REDIS_URL".into(), url.clone())]
    }
}

impl Here {
    /// Copies of the sockets, for a newer process.
    pub fn passed(&self) -> io::Result<PassedStore> {
        let tcp = self.tcp.iter().map(TcpListener::try_clone).collect::<Result<_, _>>()?;
        let unix = self.unix.iter().map(UnixListener::try_clone).collect::<Result<_, _>>()?;
        Ok(PassedStore { tcp, unix, url: self.url.clone(), folder: self.folder.clone() })
    }

    /// Where workers find it, without the password.
    pub fn shown(&self) -> String {
        match self.url.rsplit_once('@') {
            Some((_, host)) => format!("redis://{host}"),
            None => self.url.clone(),
        }
    }

    /// Where the unix sockets are.
    pub fn paths(&self) -> Vec<String> {
        let path = |socket: &UnixListener| {
            Some(socket.local_addr().ok()?.as_pathname()?.to_str()?.to_owned())
        };
        self.unix.iter().filter_map(path).collect()
    }

    /// Remove the files of the unix sockets: nobody listens there any more.
    pub fn remove_sockets(&self) {
        for socket in &self.unix {
            let address = socket.local_addr().ok();
            if let Some(path) = address.as_ref().and_then(|address| address.as_pathname()) {
                let _ = fs::remove_file(path);
            }
        }
    }
}

/// Whether somebody has said that there is to be one. Else an app that has no use for it runs without.
fn is_wanted(config: &Config, settings: &StoreHere) -> bool {
    *settings != StoreHere::default() || config.edge.limit_store.is_some()
}

fn unsaved(error: io::Error) -> Failure {
    let text = format!(
        "the store's password cannot be kept: {error}. Set OSTLER_STATE to a folder of your own, or write a \
         password into [store], or [store] enabled = false"
    );
    Failure::new(Exit::Unrunnable, text)
}

/// The TCP listeners; without an address a free port of this machine.
fn bind(settings: &StoreHere) -> Result<Vec<TcpListener>, Failure> {
    let any = vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))];
    let bind = |address: &SocketAddr| {
        TcpListener::bind(address).map_err(|error| {
            let text = match error.kind() {
                io::ErrorKind::AddrInUse => format!(
                    "the store's address {address} is in use, perhaps by a redis-server: give another to \
                     [store] listen, or write [store] url = \"redis://{address}\" to use that one"
                ),
                _ => format!("the store cannot listen on {address}: {error}"),
            };
            Failure::new(Exit::Address, text)
        })
    };
    settings.listen.as_ref().unwrap_or(&any).iter().map(bind).collect()
}

/// The unix sockets: the private one, which only this user can reach, and those that the config names.
fn sockets(settings: &StoreHere, held: &Held) -> Result<Vec<UnixListener>, Failure> {
    let own = held.place().run_folder().join(SOCKET);
    let all =
        std::iter::once((&own, 0o600)).chain(settings.sockets.iter().map(|path| (path, 0o660)));
    let listen = |(path, mode): (&PathBuf, u32)| {
        socket(path, mode).map_err(|error| {
            let text = format!("the store cannot listen on {}: {error}", path.display());
            Failure::new(Exit::Address, text)
        })
    };
    all.map(listen).collect()
}

/// Listen there. One that nobody listens on any more is replaced; whatever else lies there is not.
fn socket(path: &Path, mode: u32) -> io::Result<UnixListener> {
    match fs::symlink_metadata(path) {
        Ok(found) if !found.file_type().is_socket() => {
            return Err(io::Error::other("something else lies there, that is no socket"));
        }
        Ok(_) if UnixStream::connect(path).is_ok() => {
            return Err(io::Error::other("somebody listens there already"));
        }
        Ok(_) => fs::remove_file(path)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let listener = UnixListener::bind(path)?;
    fs::set_permissions(path, Permissions::from_mode(mode))?;
    Ok(listener)
}

/// See that what another process passes on is what the config asks for: until this one is ready, the workers of both
/// use the same store.
fn same(
    settings: &StoreHere,
    passed: &PassedStore,
    password: Option<&str>,
    folder: Option<&Path>,
) -> Result<(), Failure> {
    let addresses: Vec<SocketAddr> =
        passed.tcp.iter().map(TcpListener::local_addr).collect::<Result<_, _>>()?;
    let is_wanted = |(address, wanted): (&SocketAddr, &SocketAddr)| {
        address == wanted || (wanted.port() == 0 && wanted.ip() == address.ip())
    };
    let listens = match &settings.listen {
        None => matches!(addresses.as_slice(), [only] if only.ip() == Ipv4Addr::LOCALHOST),
        Some(wanted) => {
            wanted.len() == addresses.len() && addresses.iter().zip(wanted).all(is_wanted)
        }
    };
    let paths = passed.unix.iter().skip(1).map(|socket| {
        let path = socket.local_addr().ok()?.as_pathname()?.to_owned();
        settings.sockets.contains(&path).then_some(path)
    });
    let sockets = paths.flatten().count() == settings.sockets.len();
    let changed = [
        ("listen", listens && sockets && passed.unix.len() == settings.sockets.len() + 1),
        ("password", url(&passed.tcp, password)? == passed.url),
        ("folder", folder == passed.folder.as_deref()),
    ];
    let changed: Vec<&str> =
        changed.iter().filter(|(_, same)| !same).map(|(name, _)| *name).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let text = format!(
        "[store] {} changed: that needs `ostler stop` and a new start, since during an upgrade the old workers and \
         the new ones use the same store",
        changed.join(" and ")
    );
    Err(Failure::new(Exit::Config, text))
}

/// Where workers find it: over TCP, which every client takes; else, if the config leaves none, nowhere.
fn url(tcp: &[TcpListener], password: Option<&str>) -> Result<String, Failure> {
    let Some(first) = tcp.first() else { return Ok(String::new()) };
    let address = first.local_addr()?;
    let host = match address.ip() {
        ip if ip.is_unspecified() && ip.is_ipv4() => {
            SocketAddr::from((Ipv4Addr::LOCALHOST, address.port()))
        }
        ip if ip.is_unspecified() => {
            SocketAddr::from((std::net::Ipv6Addr::LOCALHOST, address.port()))
        }
        _ => address,
    };
    Ok(with_password(&format!("redis://{host}"), password))
}

/// `url`, which has none, with the password.
pub fn with_password(url: &str, password: Option<&str>) -> String {
    match (url.strip_prefix("redis://"), password) {
        (Some(host), Some(password)) => format!("redis://:{}@{host}", encoded(password)),
        _ => url.to_owned(),
    }
}

/// The password that Ostler made for the project at `place`.
pub fn password(place: &Place) -> io::Result<String> {
    let text = base::files::read_text(&place.state_folder().join(PASSWORD))?;
    Ok(text.trim().to_owned())
}

/// With %XX for what a URL gives a meaning to.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let byte = |byte: u8| match plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}
