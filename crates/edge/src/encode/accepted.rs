//! `Accept-Encoding` (RFC 9110 section 12.5.3): what a client can decode, and how much it likes it.

use super::Coding;

/// A weight of 1, in thousandths.
const ONE: u16 = 1000;

/// What a client accepts. Weights are in thousandths; 0 refuses, None was not named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Accepted {
    /// In the order of [`Coding::ALL`].
    codings: [Option<u16>; Coding::ALL.len()],
    identity: Option<u16>,
    any: Option<u16>,
}

/// The coding of `offered` that the client likes best, by the values of its `Accept-Encoding`
/// lines; the earlier in `offered`, the better among equals. None: the content as it is.
pub fn negotiate<'a>(
    accept: impl IntoIterator<Item = &'a [u8]>,
    offered: &[Coding],
) -> Option<Coding> {
    Accepted::read(accept).choose(offered.iter().copied())
}

impl Accepted {
    /// Read the values of all `Accept-Encoding` lines. Without any the client accepts nothing but
    /// the content as it is: that is what clients which send none expect, whatever the RFC allows.
    ///
    /// An element that cannot be understood refuses its coding, and of two that name the same
    /// coding the lower weight counts: content as it is can be read by everybody.
    pub fn read<'a>(values: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut accepted = Accepted::default();
        for value in values {
            for element in value.split(|byte| *byte == b',') {
                accepted.take(element);
            }
        }
        accepted
    }

    /// The best of `offered`, of which an earlier one is better among equals. None: the content as
    /// it is, also if that was refused and nothing else is left, as the RFC advises.
    pub fn choose(&self, offered: impl IntoIterator<Item = Coding>) -> Option<Coding> {
        let mut best = None;
        // A coding must be named, or be meant by `*`; one that was named goes first among equals.
        let mut least = (self.identity.unwrap_or(0).max(1), false);
        for coding in offered {
            let (weight, named) = self.weight(coding);
            let better = match best {
                None => weight >= least.0,
                Some(_) => (weight, named) > least,
            };
            if better {
                (best, least) = (Some(coding), (weight, named));
            }
        }
        best
    }

    /// True if the client can decode `coding`.
    pub fn allows(&self, coding: Coding) -> bool {
        self.weight(coding).0 > 0
    }

    /// The weight of a coding, and whether it was named.
    fn weight(&self, coding: Coding) -> (u16, bool) {
        let named = self.codings.get(coding as usize).copied().flatten();
        (named.or(self.any).unwrap_or(0), named.is_some())
    }

    fn take(&mut self, element: &[u8]) {
        let mut parts = element.split(|byte| *byte == b';');
        let name = parts.next().unwrap_or_default().trim_ascii();
        let weight = match (parts.next(), parts.next()) {
            (None, _) => ONE,
            (Some(parameter), None) => weight(parameter.trim_ascii()).unwrap_or(0),
            (Some(_), Some(_)) => 0,
        };
        let place = match Coding::named(name) {
            Some(coding) => self.codings.get_mut(coding as usize),
            None if name.eq_ignore_ascii_case(b"identity") => Some(&mut self.identity),
            None if name == b"*" => Some(&mut self.any),
            None => None,
        };
        if let Some(place) = place {
            *place = Some(place.map_or(weight, |before| before.min(weight)));
        }
    }
}

/// `q=0.5` in thousandths (RFC 9110 section 12.4.2).
fn weight(parameter: &[u8]) -> Option<u16> {
    let (b'q' | b'Q', rest) = parameter.split_first()? else { return None };
    let (whole, decimals) = match rest {
        [b'=', whole @ (b'0' | b'1')] => (whole, [].as_slice()),
        [b'=', whole @ (b'0' | b'1'), b'.', decimals @ ..] => (whole, decimals),
        _ => return None,
    };
    if decimals.len() > 3 || !decimals.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digits = decimals.iter().chain(b"000").take(3);
    let part = digits.fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
    let weight = u16::from(whole - b'0') * ONE + part;
    (weight <= ONE).then_some(weight)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Coding::{Brotli, Gzip, Zstd};

    fn check(lines: &[&str], offered: &[Coding], want: Option<Coding>) {
        let got = negotiate(lines.iter().map(|line| line.as_bytes()), offered);
        assert_eq!(got, want, "{lines:?} of {offered:?}");
    }

    #[test]
    fn the_order_decides_among_equals() {
        let browser = ["gzip, deflate, br, zstd"];
        check(&browser, &[Zstd, Gzip, Brotli], Some(Zstd));
        check(&browser, &[Brotli, Zstd], Some(Brotli));
        check(&browser, &[Gzip], Some(Gzip));
        check(&browser, &[], None);
        check(&["GZip", "BR"], &[Zstd, Brotli, Gzip], Some(Brotli));
        check(&["x-gzip"], &[Gzip], Some(Gzip));
    }

    #[test]
    fn the_client_likes_one_better() {
        let all = [Zstd, Gzip, Brotli];
        check(&["zstd;q=0.5, gzip;q=0.8, br;q=0.7"], &all, Some(Gzip));
        check(&["gzip;q=0.001"], &all, Some(Gzip));
        check(&["br;q=1.0, gzip;q=0.8, *;q=0.1"], &all, Some(Brotli));
        check(&["br ; Q=1.000 ,, gzip\t;\tq=0.999 ,"], &all, Some(Brotli));
        check(&["*"], &all, Some(Zstd));
        check(&["gzip, *"], &all, Some(Gzip));
        check(&["gzip;q=0.5, *"], &all, Some(Zstd));
        check(&["zstd;q=0, *"], &all, Some(Gzip));
    }

    #[test]
    fn content_as_it_is() {
        let all = [Zstd, Gzip, Brotli];
        check(&[], &all, None);
        check(&[""], &all, None);
        check(&["identity"], &all, None);
        check(&["deflate, compress"], &all, None);
        check(&["gzip;q=0"], &all, None);
        check(&["gzip;q=0.0, br;q=0.000"], &all, None);
        check(&["*;q=0"], &all, None);
        check(&["gzip;q=0, *;q=0, identity"], &all, None);
        check(&["gzip;q=0.5, identity"], &all, None);
        check(&["gzip, identity;q=1"], &all, Some(Gzip));
        check(&["gzip;q=0.5, identity;q=0.4"], &all, Some(Gzip));
        check(&["identity;q=0"], &all, None);
        check(&["identity;q=0, *;q=0.1"], &all, Some(Zstd));
    }

    #[test]
    fn what_is_not_understood_refuses() {
        let wrong = ["q", "q=", "q=2", "q=1.001", "q=0.1234", "q=.5", "q=-0", "q=+1", "q =1"];
        for one in wrong.iter().chain(&["x=1", "q=1;x=1", "", "q=\u{663}", "q=0x1", "q=1e0"]) {
            check(&[&format!("gzip;{one}")], &[Gzip], None);
        }
        check(&["gzip, gzip;q=0"], &[Gzip], None);
        check(&["gzip;q=0", "gzip"], &[Gzip], None);
        check(&["gzip br"], &[Gzip, Brotli], None);
    }
}
