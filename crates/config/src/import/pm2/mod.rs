//! PM2.
/// x
pub struct Imported {
    pub toml: String,
    pub notes: Vec<String>,
}
/// x
pub fn from_pm2(_v: &serde_json::Value, _r: &std::path::Path) -> Imported {
    Imported { toml: String::new(), notes: vec![] }
}
