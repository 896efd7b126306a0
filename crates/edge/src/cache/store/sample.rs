//! Replies for tests.

use crate::cache::{Ask, Encodings, Key, Revalidate, Stored, Times, Validators};

/// What a test has to say of a reply.
#[derive(Debug, Clone)]
pub struct Sample {
    pub url: String,
    pub variant: u64,
    pub tags: Vec<String>,
    pub body: Vec<u8>,
    /// Bytes of header lines.
    pub bytes: usize,
}

impl Sample {
    pub fn of(url: &str) -> Self {
        Sample { url: url.into(), variant: 0, tags: Vec::new(), body: b"body".into(), bytes: 0 }
    }

    pub fn key(&self) -> Key {
        Key::of_url(self.url.as_bytes()).unwrap()
    }

    pub fn stored(&self) -> Stored {
        let ask = Ask {
            name: "accept-language".into(),
            value: Some(self.variant.to_string().into_bytes().into()),
        };
        Stored {
            status: 200,
            reason: (*b"OK").into(),
            lines: format!("X: {}\r\n", "x".repeat(self.bytes)).into(),
            body: self.body.clone().into(),
            times: Times { lifetime_ms: 3_600_000, ..Times::default() },
            revalidate: Revalidate::Stale,
            implicit: false,
            immutable: false,
            asks: [ask].into(),
            tags: self.tags.iter().map(|tag| tag.as_bytes().into()).collect(),
            validators: Validators::default(),
            encodings: Encodings::default(),
        }
    }
}

impl Sample {
    /// As it came a moment ago, good for an hour.
    pub fn lasting(&self) -> Stored {
        let mut stored = self.stored();
        stored.times.came_ms = base::clock::wall_ms();
        stored
    }
}

/// The variant that a sample was made with.
pub fn variant(stored: &Stored) -> u64 {
    let value = stored.asks[0].value.as_deref().unwrap();
    std::str::from_utf8(value).unwrap().parse().unwrap()
}
