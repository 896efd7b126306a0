//! Values in the form of Redis's RDB files: what DUMP gives, RESTORE takes and snapshots keep.
