//! Random numbers that come again with the same seed, and inputs made of them.

/// Bytes of the longest input, as many as libFuzzer is told.
const MOST: usize = 512;

/// SplitMix64 (Steele, Lea, Flood 2014).
pub struct Random(u64);

impl Random {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is above 0.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.number() % bound as u64) as usize
    }

    /// Fills `out` with so many bytes.
    pub fn fill(&mut self, out: &mut Vec<u8>, length: usize) {
        out.clear();
        while out.len() < length {
            out.extend_from_slice(&self.number().to_le_bytes());
        }
        out.truncate(length);
    }
}

/// The next input: random bytes of any length, or one of the corpus or the one before, changed.
pub fn next_input(input: &mut Vec<u8>, corpus: &[Vec<u8>], random: &mut Random) {
    let choice = random.number();
    match choice & 7 {
        kind if kind < 4 || input.is_empty() => {
            // Short ones more often; and often small numbers, which most choices are.
            let length = random.below(1 << (3 + (choice >> 8) % 7));
            random.fill(input, length);
            if choice & 0x80 != 0 {
                let mask = 1 << (choice >> 16 & 7);
                input.iter_mut().step_by(2).for_each(|byte| *byte %= mask);
            }
            return;
        }
        4 | 5 if !corpus.is_empty() => {
            input.clear();
            input.extend_from_slice(&corpus[random.below(corpus.len())]);
        }
        _ => {}
    }
    for _ in 0..=(choice >> 2 & 3) {
        let what = random.number();
        let at = if input.is_empty() { 0 } else { (what >> 16) as usize % input.len() };
        match what & 7 {
            0 | 1 if !input.is_empty() => input[at] = (what >> 8) as u8,
            2 if !input.is_empty() => input[at] ^= 1 << (what >> 8 & 7),
            3 => input.insert(at, (what >> 8) as u8),
            4 if !input.is_empty() => _ = input.remove(at),
            5 if what >> 61 == 0 => input.truncate(at),
            6 if !corpus.is_empty() => {
                // Another's end.
                let other = &corpus[random.below(corpus.len())];
                let from = (what >> 40) as usize % (other.len() + 1);
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
            // A part of its own, again.
            _ => input.extend_from_within(at..input.len().min(at + (what >> 40 & 31) as usize)),
        }
    }
    input.truncate(MOST);
}
