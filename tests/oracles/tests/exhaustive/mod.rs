//! What is small enough is tried whole, and what is not at every boundary and all around it: frames, times, retries,
//! encodings, each against code that is not ours or against a model written another way. `OUTCROP_EXHAUSTIVE=all`, which
//! `cargo xtask exhaustive` sets, tries what takes minutes too.

mod decide;
mod encoding;
mod frames;
mod headers;
mod time;

/// What the rows say of how to count the same.
const COMMAND: &str = "cargo xtask test rust";
/// The same where minutes are spent.
const COMMAND_FOR_ALL: &str = "cargo xtask exhaustive";

fn command() -> &'static str {
    if outcrop_oracles::tried::all() { COMMAND_FOR_ALL } else { COMMAND }
}

/// Every power of two that 32 bits hold, its neighbours, and the first numbers: where arithmetic goes wrong if it does.
fn numbers_of_32_bits() -> Vec<u32> {
    let powers = (0..32).map(|bit| 1_u32 << bit);
    let mut numbers: Vec<u32> =
        powers.flat_map(|power| [power.wrapping_sub(1), power, power.wrapping_add(1)]).collect();
    numbers.extend([u32::MAX, u32::MAX - 1]);
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}
