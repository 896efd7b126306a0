//! Catalogue: `priority` of a route.

use crate::catalogue::{Form, Key};

pub(super) const KEYS: &[Key] = &[Key::new(
    "route.*.priority",
    &[Form::Word(&["high", "normal", "low"])],
    r#""low""#,
    "How important requests of this route are when their app has more to do than it can (`app.NAME.shed`): \
     those of `\"high\"` routes are served before others and refused last, those of `\"low\"` ones take what \
     others leave.",
)
.default(r#""normal""#)
.also(&["importance", "criticality", "weight"])];
