//! Random numbers that come again with the same seed; not for secrets.

/// SplitMix64 (Steele, Lea, Flood 2014).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// From the environment's OUTCROP_SEED, or else from the clock. Prints it, so that a failure can be run again.
    pub fn from_environment(of: &str) -> Self {
        let seed = match std::env::var("OUTCROP_SEED") {
            Ok(text) => text.parse().expect("OUTCROP_SEED is a number below 2^64"),
            Err(_) => {
                let now =
                    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
                now.as_nanos() as u64
            }
        };
        println!("{of}: OUTCROP_SEED={seed}");
        Self(seed)
    }

    /// What begins again from here.
    pub fn state(&self) -> u64 {
        self.0
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

    /// True once in `times`.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of them.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// So many bytes.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.number() as u8).collect()
    }

    /// A text of so many of these characters.
    pub fn text(&mut self, length: usize, of: &[char]) -> String {
        (0..length).map(|_| *self.pick(of)).collect()
    }
}
