//! What makes acknowledged writes survive: record frames, segments, snapshots, recovery.
