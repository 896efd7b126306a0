//! What the app made of a request.

/// The app: it answers with what it sees, a line each, and counts requests. A request with `x-wait`
/// is not answered.
pub const APP: &str = r#"
const http = require('node:http');
let seen = 0;
http.createServer((req, res) => {
  if (req.url === '/seen') return res.end(String(seen));
  if (req.url === '/live') return res.end('alive');
  seen++;
  if (req.headers['x-wait']) return;
  const pairs = (raw, mark) => raw.flatMap((name, at) => at % 2 ? [] : [`${mark}${name.toLowerCase()}: ${raw[at + 1]}`]);
  let body = '';
  req.setEncoding('latin1').on('data', (part) => { body += part; }).on('end', () => {
    const shown = body.length > 100 ? `${body.length} bytes` : body;
    const lines = [`${req.method} ${req.url}`, ...pairs(req.rawHeaders, ''), ...pairs(req.rawTrailers, 'trailer '), `body: ${shown}`];
    res.end(req.method === 'HEAD' ? undefined : lines.join('\n'));
  });
}).listen(3000);
"#;

/// Compare the app's lines with what a case expects of them: parts set off by ` | `, of which the
/// first is the first line, `!name` says that no line has this name, and the others are all lines of
/// their names.
pub fn compare(lines: &str, expected: &str) -> Result<(), String> {
    let parts: Vec<&str> = expected.split(" | ").collect();
    let lines: Vec<&str> = lines.split('\n').map(str::trim_end).collect();
    if lines.first() != parts.first() {
        return Err(format!("{:?} is not the first of {lines:?}", parts[0]));
    }
    for part in &parts[1..] {
        let absent = part.strip_prefix('!');
        let name = absent.unwrap_or_else(|| part.split(": ").next().unwrap().trim_end_matches(':'));
        let named =
            |line: &&&str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(':'));
        let found: Vec<&str> = lines.iter().filter(named).copied().collect();
        let wanted: Vec<&str> = parts[1..].iter().filter(named).copied().collect();
        if found != wanted {
            return Err(format!("{part:?}: found {found:?} in {lines:?}"));
        }
    }
    Ok(())
}

#[test]
fn views_are_compared() {
    let lines = "GET /x\nhost: a\nx-a: \nbody: one";
    assert_eq!(compare(lines, "GET /x | host: a | x-a: | !te | body: one"), Ok(()));
    assert!(compare(lines, "GET /y").is_err());
    assert!(compare(lines, "GET /x | !host").is_err());
    assert!(compare(lines, "GET /x | body: two").is_err());
    assert!(compare(&format!("{lines}\nhost: b"), "GET /x | host: a").is_err());
}
