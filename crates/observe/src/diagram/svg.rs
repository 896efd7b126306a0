//! The picture as an SVG document: no scripts, nothing from elsewhere, light or dark as its reader prefers.

use super::scene::{Anchor, Shape, Stroke, Theme, Tone, Weight, scene};
use model::api::Graph;
use std::fmt::Write;

const FONT: &str = "system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif";

/// `graph` as SVG. The text is safe to be shown in a page.
pub fn svg(graph: &Graph, theme: Theme) -> String {
    let (width, height) = (graph.width, graph.height);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\">\n<style>{}</style>\n",
        escape(&format!("Architecture of {}", graph.title)),
        style(theme)
    );
    let mut in_group = false;
    for shape in scene(graph) {
        if let Shape::Title(text) = &shape {
            if in_group {
                out.push_str("</g>\n");
            }
            in_group = !text.is_empty();
            if in_group {
                put(&mut out, format_args!("<g><title>{}</title>", escape(text)));
            }
            continue;
        }
        draw(&mut out, &shape);
    }
    if in_group {
        out.push_str("</g>\n");
    }
    out.push_str("</svg>\n");
    out
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}

fn style(theme: Theme) -> String {
    let mut css =
        format!("text{{font-family:{FONT}}}.l{{stroke-linecap:round;stroke-linejoin:round}}");
    css.push_str(
        ".b{font-weight:600}.h{paint-order:stroke;stroke-width:3.5px;stroke-linejoin:round}",
    );
    let rules = |css: &mut String, at: usize| {
        let ground = Tone::Ground.colours().get(at).copied().unwrap_or_default();
        put(css, format_args!(".h{{stroke:#{ground:06x}}}"));
        for tone in Tone::ALL {
            let colour = tone.colours().get(at).copied().unwrap_or_default();
            let class = class(tone);
            put(
                css,
                format_args!(".f{class}{{fill:#{colour:06x}}}.s{class}{{stroke:#{colour:06x}}}"),
            );
        }
    };
    match theme {
        Theme::Light => rules(&mut css, 0),
        Theme::Dark => rules(&mut css, 1),
        Theme::Reader => {
            rules(&mut css, 0);
            css.push_str("@media(prefers-color-scheme:dark){");
            rules(&mut css, 1);
            css.push('}');
        }
    }
    css
}

fn class(tone: Tone) -> usize {
    Tone::ALL.iter().position(|known| *known == tone).unwrap_or_default()
}

fn draw(out: &mut String, shape: &Shape) {
    match shape {
        Shape::Title(_) => {}
        Shape::Box { x, y, width, height, round, fill, rim } => {
            let fill = class(*fill);
            let rim = rim.map_or_else(String::new, |(tone, thickness)| {
                format!(" s{}\" stroke-width=\"{thickness}", class(tone))
            });
            let class = format!("class=\"f{fill}{rim}\"");
            let place = format!("x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"");
            put(out, format_args!("<rect {place} rx=\"{round}\" {class}/>"));
        }
        Shape::Line { d, x, y, tone, thickness, style } => {
            let style = match style {
                Stroke::Solid => "",
                Stroke::Dashed => " stroke-dasharray=\"4 4\"",
                Stroke::Glass => " stroke-opacity=\".72\"",
            };
            let moved = match (*x, *y) {
                (0.0, 0.0) => String::new(),
                (x, y) => format!(" transform=\"translate({x} {y})\""),
            };
            let (class, d) = (class(*tone), escape(d));
            let stroke = format!("fill=\"none\" stroke-width=\"{thickness}\"{style}{moved}");
            put(out, format_args!("<path class=\"l s{class}\" {stroke} d=\"{d}\"/>"));
        }
        Shape::Dot { x, y, radius, tone } => {
            let class = class(*tone);
            put(
                out,
                format_args!("<circle class=\"f{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>"),
            );
        }
        Shape::Text { x, y, size, weight, anchor, tone, text } => {
            let weight = match weight {
                Weight::Plain => "",
                Weight::Bold => " b",
                Weight::Label => " b h",
            };
            let anchor = match anchor {
                Anchor::Start => "",
                Anchor::End => " text-anchor=\"end\"",
            };
            let (class, text) = (class(*tone), escape(text));
            let place = format!("x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{anchor}");
            put(out, format_args!("<text class=\"f{class}{weight}\" {place}>{text}</text>\n"));
        }
    }
}

/// As text or an attribute of XML. Characters that XML does not have are replaced.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            c if c.is_control() => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}
