//! outcrop against code that is not ours.
