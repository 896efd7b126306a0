//! A stop signal that any number of tasks can wait for.

use std::time::Duration;
use tokio::sync::watch;

/// Cloneable view of "should we stop?".
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>);

/// The one end that can say stop. Dropping it says stop too.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

/// A new pair: whoever holds the [`Stopper`] decides.
pub fn pair() -> (Stopper, Stop) {
    let (sender, receiver) = watch::channel(false);
    (Stopper(sender), Stop(receiver))
}

impl Stopper {
    /// Say stop. Saying it twice is the same as once.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Another view of this signal.
    pub fn view(&self) -> Stop {
        Stop(self.0.subscribe())
    }
}

impl Stop {
    /// True once stop was said, or when nobody is left who could say it.
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }

    /// Wait until stop is said.
    pub async fn stopped(&mut self) {
        let _ = self.0.wait_for(|stop| *stop).await;
    }

    /// Sleep for `period`; false if stop came first.
    pub async fn sleep(&mut self, period: Duration) -> bool {
        tokio::select! {
            () = tokio::time::sleep(period) => !self.is_stopped(),
            () = self.stopped() => false,
        }
    }
}
