use super::Mistake;

const LINE_CHARS_MAX: usize = 120;

/// A mistake for people: what is wrong, the line quoted with carets below it, the cure.
///
/// ```text
/// unknown key `worker` in [app.web]
///   --> ostler.toml:3:1
///    |
///  3 | worker = 4
///    | ^^^^^^
///    = write `workers`
/// ```
pub fn render(mistake: &Mistake) -> String {
    let Mistake { file, line, column, key, text, cure, .. } = mistake;
    let number = line.to_string();
    let gap = " ".repeat(number.len());
    let (quoted, caret_at, carets) = window(mistake);
    let place = if key.is_empty() { String::new() } else { format!(" ({key})") };
    format!(
        "{text}\n{gap} --> {file}:{line}:{column}{place}\n{gap}  |\n {number} | {quoted}\n\
         {gap}  | {}{}\n{gap}  = {cure}\n",
        " ".repeat(caret_at),
        "^".repeat(carets),
    )
}

/// The part of the line around the mistake that fits, where in it the carets start, how many.
fn window(mistake: &Mistake) -> (String, usize, usize) {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let line: Vec<char> = mistake.quoted.chars().map(clean).collect();
    let column = (mistake.column.saturating_sub(1) as usize).min(line.len());
    let start = if line.len() <= LINE_CHARS_MAX { 0 } else { column.saturating_sub(40) };
    let end = line.len().min(start + LINE_CHARS_MAX);
    let shown: String = line.get(start..end).unwrap_or_default().iter().collect();
    let room = (end + 1).saturating_sub(column).max(1);
    (shown, column - start, (mistake.width as usize).clamp(1, room))
}
