use super::{Dress, Early};
use crate::http::head::{Peer, RequestHead};
use crate::meters::RouteMeters;
use crate::upstream::App;
use config::Rules;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

/// How the requests of one route are handled, ready for use by one thread.
#[derive(Debug)]
pub struct Handling {
    app: Option<Rc<App>>,
    /// The thread's counts of the route.
    pub meters: Arc<RouteMeters>,
    /// The largest body of a request, in bytes.
    pub body_bytes_max: u64,
}

/// A request as its route's rules see it.
#[derive(Debug)]
pub struct Look<'a, 'h, 'b> {
    /// Its head.
    pub head: &'a RequestHead<'h, 'b>,
    /// The client, as trusted proxies tell it.
    pub client: IpAddr,
    /// Who is at the other end of the connection.
    pub peer: Peer<'a>,
}

impl Handling {
    /// By the rules of a route that leads to `app`.
    pub fn new(rules: &Rules, app: Option<Rc<App>>, meters: Arc<RouteMeters>) -> Self {
        let body_bytes_max = match rules.body_bytes_max {
            0 => u64::MAX,
            max => max,
        };
        Handling { app, meters, body_bytes_max }
    }

    /// Who answers, unless the edge does.
    pub fn app(&self) -> Option<&Rc<App>> {
        self.app.as_ref()
    }

    /// Look at a request before anything is done with it. Some: that is the answer.
    pub fn consider(&self, _look: &Look<'_, '_, '_>, _dress: &mut Dress) -> Option<Early> {
        None
    }
}
