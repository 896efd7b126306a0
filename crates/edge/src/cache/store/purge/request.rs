//! A purge as people ask for it.

use super::{Purge, What};
use crate::cache::Key;
use model::api::PurgeRequest;

impl Purge {
    /// What `request` asks for.
    ///
    /// # Errors
    /// In words, with what to write instead.
    pub fn of(request: &PurgeRequest) -> Result<Purge, String> {
        let PurgeRequest { url, prefix, tag, all, soft } = request;
        let mut wanted = Vec::new();
        if let Some(url) = url {
            wanted.push(What::Key(key(url)?));
        }
        if let Some(prefix) = prefix {
            wanted.push(What::Prefix(beginning(prefix)?));
        }
        if let Some(tag) = tag {
            wanted.push(What::Tag(one_tag(tag)?));
        }
        if *all {
            wanted.push(What::All);
        }
        match (wanted.pop(), wanted.is_empty()) {
            (Some(what), true) => Ok(Purge { what, soft: *soft }),
            _ => Err("Say what to purge, one of: a URL, a prefix, a tag, all.".into()),
        }
    }
}

fn key(url: &str) -> Result<Key, String> {
    Key::of_url(url.as_bytes()).ok_or_else(|| {
        format!(
            "{url:?} is no URL of a page: write all of it as clients ask for it, such as \
             \"https://example.org/blog/1\""
        )
    })
}

/// The canonical form of everything that begins with `url`, which has at least a whole host.
fn beginning(url: &str) -> Result<Box<[u8]>, String> {
    let key = key(url)?;
    // A fragment would be lost, and the prefix then be shorter than what was written.
    if url.contains('#') {
        return Err(format!("{url:?} has a fragment, which no request has: leave out the #"));
    }
    Ok(key.bytes().into())
}

fn one_tag(tag: &str) -> Result<Box<[u8]>, String> {
    let is_tag = |byte: u8| byte.is_ascii_graphic() && byte != b',';
    if tag.is_empty() || !tag.bytes().all(is_tag) {
        let text = "a tag is one word without commas, as in Cache-Tag or Surrogate-Key";
        return Err(format!("{tag:?} is no tag: {text}"));
    }
    Ok(tag.as_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Result<What, String> {
        Purge::of(&serde_json::from_str(json).unwrap()).map(|purge| purge.what)
    }

    #[test]
    fn what_people_write() {
        let key = |url: &str| Key::of_url(url.as_bytes()).unwrap();
        let check = |json: &str, want: What| assert_eq!(of(json), Ok(want), "{json}");
        check(r#"{"all":true}"#, What::All);
        check(r#"{"url":"http://A.example:80/x"}"#, What::Key(key("http://a.example/x")));
        check(r#"{"tag":"post-1"}"#, What::Tag((*b"post-1").into()));
        let prefix = |text: &str| What::Prefix(text.as_bytes().into());
        check(r#"{"prefix":"https://A.example:443/blog/"}"#, prefix("https://a.example/blog/"));
        check(r#"{"prefix":"https://a.example"}"#, prefix("https://a.example/"));
        check(r#"{"prefix":"http://a.example/x?y="}"#, prefix("http://a.example/x?y="));
    }

    #[test]
    fn what_is_refused() {
        for json in [
            "{}",
            r#"{"all":true,"tag":"x"}"#,
            r#"{"url":"/x"}"#,
            r#"{"prefix":"/x"}"#,
            r#"{"prefix":"http://a/x#y"}"#,
            r#"{"tag":"a,b"}"#,
            r#"{"tag":""}"#,
            r#"{"soft":true}"#,
        ] {
            assert!(of(json).is_err(), "{json}");
        }
    }
}
