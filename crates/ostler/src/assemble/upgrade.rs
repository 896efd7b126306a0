//! `ostler upgrade`, the old process's part: start the new program, and tell how it went.

use super::notify;
use super::plan::{Mode, Plan};
use control::Declined;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::process::{Command, Stdio};
use tokio::sync::oneshot;

/// How much of what a failed new process wrote is shown.
const WORDS_BYTES_MAX: u64 = 16 * 1024;

/// Whether this process can be replaced by another one at all.
pub fn check_possible(plan: &Plan) -> Result<(), Declined> {
    if std::process::id() == 1 {
        return Err(Declined::Impossible(
            "Ostler is process 1 of a container, which ends with it: start a new container instead"
                .into(),
        ));
    }
    if plan.mode == Mode::Foreground && !notify::is_wanted() {
        return Err(Declined::Impossible(
            "Ostler runs in the foreground, and whoever started it waits for this process: an upgrade \
             needs `ostler start`, or systemd with Type=notify and NotifyAccess=all"
                .into(),
        ));
    }
    Ok(())
}

/// The new process, while it is not yet known whether it serves.
#[derive(Debug)]
pub struct Successor {
    /// Its process id.
    pub pid: u32,
    ended: oneshot::Receiver<String>,
}

impl Successor {
    /// Start it. Its output goes where this process's goes; `log` is the daemon's.
    pub fn start(plan: &Plan, log: Option<&Path>) -> io::Result<Self> {
        let mut extra = vec!["--takeover"];
        if plan.mode == Mode::Daemon {
            extra.push("--daemon");
        }
        let mut command = Command::new(&plan.program);
        command.args(plan.command_line(&extra)).stdin(Stdio::null());
        let log = log.map(Words::from_now).transpose()?;
        let pid = command.spawn()?.id();
        // Reaped by supervise, which reaps every child: so its end is watched by a pidfd.
        let raw = i32::try_from(pid).ok().and_then(Pid::from_raw).ok_or(io::ErrorKind::Other)?;
        let process = pidfd_open(raw, PidfdFlags::empty())?;
        let (tell, ended) = oneshot::channel();
        std::thread::Builder::new().name("successor".into()).spawn(move || {
            let _ = poll(&mut [PollFd::new(&process, PollFlags::IN)], None);
            let _ = tell.send(log.map(Words::read).unwrap_or_default());
        })?;
        Ok(Successor { pid, ended })
    }

    /// Wait for its end, and give what it wrote, which should say why.
    pub async fn failure(&mut self) -> String {
        let words = (&mut self.ended).await.unwrap_or_default();
        let words = words.trim_end();
        format!("the new Ostler ended before it served; this one goes on. It wrote:\n{words}")
    }
}

/// What is written to a log from some moment on.
#[derive(Debug)]
struct Words(File);

impl Words {
    fn from_now(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::End(0))?;
        Ok(Words(file))
    }

    fn read(self) -> String {
        let mut words = Vec::new();
        let _ = self.0.take(WORDS_BYTES_MAX).read_to_end(&mut words);
        String::from_utf8_lossy(&words).into_owned()
    }
}
