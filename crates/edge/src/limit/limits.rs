//! The limits of a route, asked in turn.

use super::hash::KeyHash;
use super::headers::{self, Told};
use super::limiter::{Entered, Limiter, Said, Standing};
use super::redis::Client;
use crate::forward::Failure;
use crate::handling::Look;
use base::clock;
use std::sync::Arc;
use std::time::{Duration, Instant};

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
pub struct Held(Option<Box<Hold>>);

#[derive(Debug, Default)]
struct Hold {
    /// Its places in limits of what is answered at once.
    entered: Vec<Entered>,
    /// The limits that counted it, while the store is still to be asked about some of them.
    asking: Vec<Counting>,
    /// When it came.
    came: Option<Instant>,
}

/// A limit that counts a request.
#[derive(Debug)]
struct Counting {
    limiter: Arc<Limiter>,
    key: KeyHash,
    /// The key in the store; None: the limit is this machine's alone.
    name: Option<Vec<u8>>,
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

    /// Count a request, and append to `lines` what its reply tells of that; unless the store is to be
    /// asked first ([`Held::ask`]).
    ///
    /// # Errors
    /// [`Failure::Limited`] if it is one too many for one of the limits: then it counts for none.
    pub fn pass(&self, look: &Look<'_, '_, '_>, lines: &mut Vec<u8>) -> Result<Held, Failure> {
        let now = look.now;
        let mut counting: Vec<Counting> = Vec::with_capacity(self.all.len());
        for limiter in &self.all {
            let Some(key) = limiter.key(&self.route, look) else { continue };
            let (name, key) = (limiter.name(&key), limiter.hash(&key));
            let said = Said::Pass(None);
            counting.push(Counting { limiter: limiter.clone(), key, name, said });
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
            let asks = counting.iter().any(|one| one.name.is_some());
            if asks && refused(&counting).is_none() {
                (hold.asking, hold.came) = (counting, Some(now));
                return Ok(Held(Some(hold.into())));
            }
        }
        decide(&counting, lines)?;
        Ok(Held((!hold.entered.is_empty()).then(|| hold.into())))
    }
}

impl Held {
    /// The store is to be asked.
    pub fn asks(&self) -> bool {
        self.0.as_ref().is_some_and(|hold| !hold.asking.is_empty())
    }

    /// Ask the store, and append to `lines` what the reply tells of the limits.
    ///
    /// # Errors
    /// [`Failure::Limited`], or [`Failure::LimitStore`] if it cannot be asked and must be.
    pub async fn ask(
        &mut self,
        store: Option<&Client>,
        lines: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        let Some(hold) = &mut self.0 else { return Ok(()) };
        let mut counting = std::mem::take(&mut hold.asking);
        for one in &mut counting {
            let (Some(name), Some(check), Some(store)) = (&one.name, &one.limiter.check, store)
            else {
                continue;
            };
            match store.check(check, name).await {
                Ok(answer) => {
                    let standing = Standing { remaining: answer.remaining, reset: answer.reset };
                    if answer.passes {
                        one.said = Said::Pass(Some(standing));
                        continue;
                    }
                    // Until then nobody need ask again.
                    if let Some(came) = hold.came {
                        one.limiter.block(one.key, came, answer.reset);
                    }
                    one.said = Said::Refuse(standing);
                    break;
                }
                // What this machine says holds.
                Err(_) if store.shared().settings.open => {}
                Err(_) => return Err(Failure::LimitStore),
            }
        }
        decide(&counting, lines)
    }
}

impl Counting {
    fn standing(&self) -> Option<Standing> {
        match self.said {
            Said::Refuse(standing) | Said::Pass(Some(standing)) => Some(standing),
            Said::Pass(None) => None,
        }
    }
}

/// The limit that refuses for the longest, and how long.
fn refused(counting: &[Counting]) -> Option<(Duration, &Limiter)> {
    let refused = counting.iter().filter_map(|one| match one.said {
        Said::Refuse(standing) => Some((standing.reset, &*one.limiter)),
        Said::Pass(_) => None,
    });
    refused.max_by_key(|(wait, _)| *wait)
}

/// Tell of the limits, and refuse if one does.
fn decide(counting: &[Counting], lines: &mut Vec<u8>) -> Result<(), Failure> {
    let told = counting.iter().filter_map(|one| {
        let told = Told { limit: &one.limiter.spec, standing: one.standing()? };
        told.is_rate().then_some(told)
    });
    headers::write(&told.collect::<Vec<_>>(), clock::wall, lines);
    let Some((wait, limiter)) = refused(counting) else { return Ok(()) };
    limiter.refused.add(1);
    let after_s = u32::try_from(headers::seconds(wait).max(1)).unwrap_or(u32::MAX);
    Err(Failure::Limited { status: limiter.spec.status, after_s })
}
