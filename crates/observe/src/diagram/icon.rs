//! The sign of each kind of node: lines in a square of 16 by 16.

use model::api::NodeKind;

const GLOBE: &str = "M8 1.5C11.6 1.5 14.5 4.4 14.5 8C14.5 11.6 11.6 14.5 8 14.5C4.4 14.5 1.5 11.6 1.5 8C1.5 4.4 \
                     4.4 1.5 8 1.5ZM1.5 8L14.5 8M8 1.5C4.3 5.5 4.3 10.5 8 14.5M8 1.5C11.7 5.5 11.7 10.5 8 14.5";
const DOOR: &str = "M1.5 8L10 8M7 5L10 8L7 11M8 2L14 2L14 14L8 14";
const FORK: &str = "M1.5 8L5 8C9 8 7 3.5 11 3.5L14.5 3.5M5 8C9 8 7 12.5 11 12.5L14.5 12.5";
const SHEET: &str = "M3.5 1.5L9.5 1.5L13 5L13 14.5L3.5 14.5ZM9.5 1.5L9.5 5L13 5";
const FLASH: &str = "M9 1.5L3.5 9L8 9L7 14.5L12.5 7L8 7Z";
const BOX: &str = "M8 1.5L14 4.8L14 11.2L8 14.5L2 11.2L2 4.8ZM2 4.8L8 8L14 4.8M8 8L8 14.5";
const RACK: &str = "M2 2.5L14 2.5L14 7L2 7ZM2 9L14 9L14 13.5L2 13.5ZM4.5 4.7L6 4.7M4.5 11.2L6 11.2";
const CHIP: &str = "M4 4L12 4L12 12L4 12ZM6.5 1.5L6.5 4M9.5 1.5L9.5 4M6.5 12L6.5 14.5M9.5 12L9.5 14.5M1.5 6.5L4 \
                    6.5M1.5 9.5L4 9.5M12 6.5L14.5 6.5M12 9.5L14.5 9.5";
const BLADE: &str = "M2 4L14 4L14 12L2 12ZM4.5 8L6 8M11 8L11.5 8";
const DRUM: &str = "M2.5 4C2.5 1.2 13.5 1.2 13.5 4C13.5 6.8 2.5 6.8 2.5 4L2.5 12C2.5 14.8 13.5 14.8 13.5 12L13.5 \
                    4M2.5 8C2.5 10.8 13.5 10.8 13.5 8";
const KEYS: &str = "M8 1.5L14.5 5L8 8.5L1.5 5ZM1.5 8L8 11.5L14.5 8M1.5 11L8 14.5L14.5 11";
const LINE: &str = "M2 3.5L14 3.5M2 8L14 8M2 12.5L9 12.5M12 10.5L14 12.5L12 14.5";
const CLOUD: &str =
    "M4.5 12.5C0.8 12.5 0.8 8 4 7.6C4 3.6 9.6 3 10.6 6.2C15 5.6 15.4 12.5 11.5 12.5Z";

/// The lines, as the `d` of an SVG path with nothing but M, L, C and Z.
pub fn icon(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Clients => GLOBE,
        NodeKind::Listener => DOOR,
        NodeKind::Route => FORK,
        NodeKind::Edge => SHEET,
        NodeKind::Cache => FLASH,
        NodeKind::App => BOX,
        NodeKind::Upstream => RACK,
        NodeKind::Worker => CHIP,
        NodeKind::Server => BLADE,
        NodeKind::Store => KEYS,
        NodeKind::Queue => LINE,
        NodeKind::Database => DRUM,
        NodeKind::Service => CLOUD,
    }
}
