//! The table that build.rs makes of `dashboard/dist`.

use super::File;

include!(concat!(env!("OUT_DIR"), "/dashboard.rs"));
