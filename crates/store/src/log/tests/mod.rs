//! The log whole: over faulty disks, through crashes, with its threads.

pub(crate) mod faulty;
mod frames;
mod model;
mod simulation;
mod threads;
