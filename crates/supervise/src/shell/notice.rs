//! What the agents say, for the core to know and for people to read.

use super::live::Shell;
use crate::core::Event;
use crate::worker::notice::Notice;
use model::{AppName, EventKind, WorkerId};

impl Shell {
    pub(super) fn notice(&mut self, name: &AppName, worker: WorkerId, notice: Notice) {
        let Some(app) = self.app_at(name) else { return };
        let Some(core) = app.core.worker(worker) else { return };
        let number = core.number;
        let many = core.app.workers.max > 1 || app.core.target() > 1;
        let unfit = |reason| Event::Unfit { worker, reason };
        let event = match notice {
            Notice::Listening { http2, .. } => {
                let process = app.processes.get_mut(&worker);
                process.into_iter().for_each(|process| process.http2 |= http2);
                Event::Listening { worker }
            }
            Notice::Ready => Event::SaidReady { worker },
            Notice::TlsServer { port } => unfit(tls(port)),
            Notice::CaptureFailed { code } => unfit(no_capture(&code)),
            Notice::OldNode { version } => {
                unfit(format!("it runs Node.js {version}: Ostler needs 20 or newer"))
            }
            Notice::SecondListener { port } if many => {
                return self.advise(name, number, format!(
                    "the app opens port {port} beside its first server: the port is left as it is, \
                     and only one worker can have it. Open it with port 0, or in one worker only \
                     (OSTLER_WORKER is 0)"
                ));
            }
            Notice::ListenFailed { port, code } if code == "EADDRINUSE" => {
                return self.advise(name, number, format!(
                    "the app opens a second, fixed port {port}, which only one worker can have and \
                     another one, or another program, has already. Open it with port 0, or in one \
                     worker only (OSTLER_WORKER is 0)"
                ));
            }
            Notice::ListenFailed { port, code } => {
                let text = format!("the app could not listen on port {port}: {code}");
                return self.advise(name, number, text);
            }
            Notice::SecondListener { .. } => return,
        };
        self.step(name, event);
    }

    /// Say it once for each app.
    fn advise(&mut self, name: &AppName, number: u32, text: String) {
        let fresh = self.app_at(name).is_some_and(|app| app.advised.insert(text.clone()));
        if fresh {
            self.journal.tell(name, EventKind::Advice { number, text });
        }
    }
}

fn tls(port: u16) -> String {
    format!(
        "its server on port {port} speaks TLS: Ostler ends TLS itself and speaks plain HTTP to \
         workers. Start the app with http.createServer"
    )
}

/// The agent could not put the app's server on the worker's socket.
fn no_capture(code: &str) -> String {
    let (why, cure) = match code {
        "UNKNOWN_NODE" => (
            "this build of Node.js listens in a way that Ostler does not know",
            "Install a released Node.js, 20 or newer, or run the app as `command`, which listens on \
             PORT itself",
        ),
        "ENAMETOOLONG" => (
            "the path of its socket is too long for a unix socket",
            "Set OSTLER_RUN to a shorter folder",
        ),
        // Node says EACCES for a folder that does not exist, too.
        "EACCES" | "EPERM" => (
            "the run folder is closed to it, or gone",
            "Start Ostler as the user that the app is to run as, instead of letting the app change \
             its user, and let nothing remove the folder",
        ),
        _ => (
            "its socket cannot be made in the run folder",
            "See that the folder is there and has room, or set OSTLER_RUN to another",
        ),
    };
    format!("{why} ({code}). {cure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_for_no_capture_says_what_to_do() {
        for (code, want) in [
            ("UNKNOWN_NODE", "Install a released Node.js"),
            ("ENAMETOOLONG", "Set OSTLER_RUN to a shorter folder"),
            ("EACCES", "(EACCES). Start Ostler as the user"),
            ("ENOSPC", "(ENOSPC). See that the folder is there and has room"),
        ] {
            let text = no_capture(code);
            assert!(text.contains(want), "{text}");
        }
    }
}
