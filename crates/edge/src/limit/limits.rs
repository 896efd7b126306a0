//! The limits of a route, asked in turn.

use super::hash::KeyHash;
use super::headers::{self, Told};
use super::limiter::{Entered, Limiter, Said, Standing};
use crate::forward::Failure;
use crate::handling::Look;
use base::clock;
use std::sync::Arc;
use std::time::Duration;

/// Every limit of one route.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// The route's pattern.
    route: String,
    all: Vec<Arc<Limiter>>,
}

/// What a request holds of limits until it is answered. Boxed, since few requests hold anything, and
/// every connection has room for one.
#[derive(Debug, Default)]
pub struct Held(
    #[expect(dead_code, reason = "what matters is when it is dropped")] Option<Box<Hold>>,
);

#[derive(Debug, Default)]
struct Hold {
    /// Its places in limits of what is answered at once.
    entered: Vec<Entered>,
}

/// A limit that counts a request.
struct Counting<'a> {
    limiter: &'a Arc<Limiter>,
    key: KeyHash,
    said: Said,
}

impl Limits {
    /// Those of the route with this pattern.
    pub fn new(route: &str, all: Vec<Arc<Limiter>>) -> Self {
        Limits { route: route.to_owned(), all }
    }

    /// Nothing is limited.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Replies tell of one of them.
    pub fn are_told(&self) -> bool {
        self.all.iter().any(|limiter| limiter.spec.headers.is_some())
    }

    /// Count a request, and append to `lines` what its reply tells of that.
    ///
    /// # Errors
    /// [`Failure::Limited`] if it is one too many for one of the limits: then it counts for none.
    pub fn pass(&self, look: &Look<'_, '_, '_>, lines: &mut Vec<u8>) -> Result<Held, Failure> {
        let now = look.now;
        let mut counting: Vec<Counting<'_>> = Vec::with_capacity(self.all.len());
        for limiter in &self.all {
            let Some(key) = limiter.key(&self.route, look) else { continue };
            let key = limiter.hash(&key);
            counting.push(Counting { limiter, key, said: Said::Pass(None) });
        }
        let mut hold = Hold::default();
        // Alone, a limit need not be asked before.
        let may_pass = counting.len() < 2 || {
            counting.iter_mut().for_each(|one| one.said = one.limiter.look(one.key, now));
            counting.iter().all(|one| matches!(one.said, Said::Pass(_)))
        };
        if may_pass {
            for one in &mut counting {
                let (said, entered) = one.limiter.take(one.key, now);
                one.said = said;
                hold.entered.extend(entered);
                if matches!(said, Said::Refuse(_)) {
                    // Another thread took the last place since.
                    break;
                }
            }
        }
        tell(&counting, lines);
        match counting.iter().filter_map(Counting::refused).max_by_key(|(wait, _)| *wait) {
            None => Ok(Held((!hold.entered.is_empty()).then(|| hold.into()))),
            Some((wait, limiter)) => {
                limiter.refused.add(1);
                let after_s = u32::try_from(headers::seconds(wait).max(1)).unwrap_or(u32::MAX);
                Err(Failure::Limited { status: limiter.spec.status, after_s })
            }
        }
    }
}

impl Counting<'_> {
    fn refused(&self) -> Option<(Duration, &Limiter)> {
        match self.said {
            Said::Refuse(standing) => Some((standing.reset, self.limiter)),
            Said::Pass(_) => None,
        }
    }

    fn standing(&self) -> Option<Standing> {
        match self.said {
            Said::Refuse(standing) | Said::Pass(Some(standing)) => Some(standing),
            Said::Pass(None) => None,
        }
    }
}

fn tell(counting: &[Counting<'_>], lines: &mut Vec<u8>) {
    let told = counting.iter().filter_map(|one| {
        let told = Told { limit: &one.limiter.spec, standing: one.standing()? };
        told.is_rate().then_some(told)
    });
    headers::write(&told.collect::<Vec<_>>(), clock::wall, lines);
}
