//! How wide text is, near enough for boxes to hold it in whatever sans-serif font it is shown.

/// The width of `text` at a font size of `size` pixels, rather too wide than too narrow.
pub fn width(text: &str, size: f64) -> f64 {
    text.chars().map(em).sum::<f64>() * size
}

/// `text` as far as it fits into `room` pixels, with an ellipsis where it ends early.
pub fn fit(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let room = room - em('…') * size;
    let mut used = 0.0;
    let fits = text.chars().take_while(|c| {
        used += em(*c) * size;
        used <= room
    });
    let mut cut: String = fits.collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

/// A character's width, in parts of the font's size: that of DejaVu Sans, which is wide.
fn em(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '\'' => 0.28,
        ' ' | '.' | ',' | ':' | ';' | 'I' | '|' | '!' | '·' => 0.33,
        '/' | '(' | ')' | '[' | ']' | '-' | 'f' | 't' | 'r' => 0.40,
        's' | 'c' | 'k' | 'x' | 'y' | 'v' | 'z' | '*' | '_' => 0.57,
        'm' | 'M' | 'W' | '%' | '@' | '…' | '—' => 0.97,
        'w' => 0.82,
        'A'..='Z' => 0.70,
        c if c.is_ascii() => 0.635,
        // Letters of Chinese, Japanese and Korean, and pictures.
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' => 1.05,
        '\u{ff00}'..='\u{ffef}' | '\u{1f000}'.. => 1.2,
        _ => 0.68,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_cut() {
        assert_eq!(fit("/api/*", 13.0, 100.0), "/api/*");
        let cut = fit("/a/very/long/pattern/that/nobody/reads/*", 13.0, 100.0);
        assert!(cut.ends_with('…') && width(&cut, 13.0) <= 100.0, "{cut}");
        assert_eq!(fit("日本語の名前", 10.0, 30.0), "日…");
        assert_eq!(fit("abc", 10.0, 0.0), "…");
    }
}
