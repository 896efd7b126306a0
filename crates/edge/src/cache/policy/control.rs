//! Which directives of a reply are for this cache: those of the field that is aimed at it most
//! closely (RFC 9213 section 2.2).

use super::directives::{Argument, Directives, SECONDS_MAX, each, elements};
use super::fields::Fields;
use super::structured::{Item, dictionary};

/// Fields that are aimed at this cache, the closest first.
const TARGETED: [&str; 2] = ["ostler-cache-control", "cdn-cache-control"];

/// The older field of the same purpose.
const SURROGATE: &str = "surrogate-control";

/// As what `Surrogate-Control` may name this cache.
const SURROGATE_NAME: &[u8] = b"ostler";

/// The directives of a reply, and whether they stand in place of `Cache-Control` and `Expires`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Control {
    /// What they say.
    pub directives: Directives,
    /// `Expires` says nothing beside them.
    pub targeted: bool,
}

impl Control {
    /// Those of a reply.
    pub fn of_reply(fields: &(impl Fields + ?Sized)) -> Control {
        let mut directives = TARGETED.iter().filter_map(|name| targeted(fields, name));
        if let Some(directives) = directives.next().or_else(|| surrogate(fields)) {
            return Control { directives, targeted: true };
        }
        Control { directives: Directives::read(fields, "cache-control"), targeted: false }
    }
}

/// The directives of a targeted field; None if there is none, or it is empty or malformed.
fn targeted(fields: &(impl Fields + ?Sized), name: &str) -> Option<Directives> {
    let mut values = fields.values(name);
    let mut whole = values.next()?.to_vec();
    for value in values {
        whole.extend_from_slice(b", ");
        whole.extend_from_slice(value);
    }
    let members = dictionary(&whole).filter(|members| !members.is_empty())?;
    let mut directives = Directives::default();
    for (key, item) in &members {
        let digits;
        let argument = match item {
            Item::Boolean(true) => Argument::None,
            Item::Boolean(false) => continue,
            Item::Integer(number) => {
                let number = u64::try_from(*number).unwrap_or(0).min(SECONDS_MAX);
                digits = number.to_string();
                Argument::Token(digits.as_bytes())
            }
            Item::Text(text) if matches!(key.as_str(), "no-cache" | "private") => {
                Argument::Quoted(text.as_bytes())
            }
            // A directive of the wrong type allows nothing.
            Item::Text(_) | Item::Other => Argument::Wrong,
        };
        directives.add(key.as_bytes(), argument);
        directives.malformed = false;
    }
    Some(directives)
}

/// The directives of `Surrogate-Control`, each of which may name whom it is for. None if none is
/// for this cache.
fn surrogate(fields: &(impl Fields + ?Sized)) -> Option<Directives> {
    let mut directives = Directives::default();
    let mut any = false;
    for value in fields.values(SURROGATE) {
        for element in elements(value) {
            // A semicolon behind a quote may belong to what is quoted; only `content` has such.
            let mut parts = element.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
            let directive = parts.next().unwrap_or_default();
            let mine = |target: &[u8]| target.eq_ignore_ascii_case(SURROGATE_NAME);
            if element.contains(&b'"') || !parts.all(mine) {
                continue;
            }
            each(directive, |name, argument| {
                any = true;
                directives.add(name, argument);
            });
        }
    }
    any.then_some(directives)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(fields: &[(&str, &str)]) -> Control {
        Control::of_reply(fields)
    }

    #[test]
    fn the_closest_field_stands_in_place_of_the_others() {
        let all = [
            ("Cache-Control", "no-store"),
            ("Surrogate-Control", "max-age=1"),
            ("CDN-Cache-Control", "max-age=2"),
            ("Ostler-Cache-Control", "max-age=3"),
        ];
        for (taken, want) in [(4, Some(3)), (3, Some(2)), (2, Some(1)), (1, None)] {
            let control = of(&all[..taken]);
            assert_eq!(control.directives.max_age, want);
            assert_eq!((control.targeted, control.directives.no_store), (taken > 1, taken == 1));
        }
    }

    #[test]
    fn a_targeted_field_that_is_malformed_or_empty_is_none() {
        for value in ["", "max-age=60, &&&&", "MAX-AGE=60", "max-age =60"] {
            let control = of(&[("CDN-Cache-Control", value), ("Cache-Control", "no-store")]);
            assert!(control.directives.no_store && !control.targeted, "{value}");
        }
    }

    #[test]
    fn a_directive_of_the_wrong_type_allows_nothing() {
        let of = |value: &str| of(&[("CDN-Cache-Control", value)]).directives;
        assert_eq!(of("max-age=\"60\"").max_age, Some(0));
        assert_eq!(of("max-age=-1").max_age, Some(0));
        assert_eq!(of("max-age=60, public=tok").max_age, Some(60));
        assert!(!of("public=tok").public && of("public").public && !of("public=?0").public);
        assert!(
            of("no-store").no_store && of("no-store=5").no_store && !of("no-store=?0").no_store
        );
        assert_eq!(of("private=\"set-cookie\"").unstored, ["set-cookie"]);
        let lines = [("CDN-Cache-Control", "max-age=60"), ("cdn-cache-control", "private")];
        let joined = Control::of_reply(&lines[..]).directives;
        assert!(joined.private && joined.max_age == Some(60));
    }

    #[test]
    fn surrogate_control_may_name_whom_it_is_for() {
        let of = |value: &str| of(&[("Surrogate-Control", value), ("Cache-Control", "max-age=9")]);
        assert_eq!(of("max-age=60;ostler").directives.max_age, Some(60));
        assert_eq!(of("max-age=60;somebody").directives.max_age, Some(9));
        assert!(of("no-store, max-age=60;somebody").directives.no_store);
        assert_eq!(of("Max-Age=60, content=\"ESI/1.0\"").directives.max_age, Some(60));
    }
}
