//! When a certificate is valid. Pure.

use std::time::Duration;
use x509_cert::Certificate;

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// A certificate that has less than this left is warned of: renewal usually happens 30 days before.
const SOON: Duration = Duration::from_secs(14 * 24 * 3_600);

/// The bounds of a certificate's validity, as time since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiry {
    pub from: Duration,
    pub until: Duration,
}

/// The validity of a certificate.
pub fn of(certificate: &Certificate) -> Expiry {
    let validity = &certificate.tbs_certificate.validity;
    Expiry {
        from: validity.not_before.to_unix_duration(),
        until: validity.not_after.to_unix_duration(),
    }
}

impl Expiry {
    /// What is to be said of it at `now`, as the end of a sentence.
    pub fn warning(&self, now: Duration) -> Option<String> {
        let days = |time: Duration| time.as_secs() / DAY.as_secs();
        if now > self.until {
            let ago = days(now - self.until);
            return Some(format!(
                "has expired {ago} days ago: browsers refuse it. Renew it and reload"
            ));
        }
        if now < self.from {
            let left = days(self.from - now) + 1;
            return Some(format!(
                "is not valid for another {left} days; is this machine's clock right?"
            ));
        }
        let left = self.until - now;
        (left < SOON).then(|| format!("expires in {} days: renew it and reload", days(left)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_matters_is_told() {
        let expiry = Expiry { from: DAY * 10, until: DAY * 100 };
        let said = |day: u32| expiry.warning(DAY * day).unwrap_or_default();
        assert_eq!(said(50), "");
        assert_eq!(said(86), "");
        assert!(said(87).starts_with("expires in 13 days"), "{}", said(87));
        assert!(said(103).starts_with("has expired 3 days ago"), "{}", said(103));
        assert!(said(5).starts_with("is not valid for another 6 days"), "{}", said(5));
    }
}
