//! `calls <executions> <seed>`: writes random calls of the wasm's surface and their native answers, for whoever makes them
//! on the wasm itself (wasm/drive.mjs): kind, length, input, length, answer; numbers of four bytes, little-endian.

use std::io::{BufWriter, Write};
use std::process::ExitCode;

use outcrop_fuzz::random::{Random, next_input};
use outcrop_fuzz::surface;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let (Some(Ok(executions)), Some(Ok(seed))) = (arguments.next(), arguments.next()) else {
        eprintln!("calls <executions> <seed>");
        return ExitCode::FAILURE;
    };
    let mut random = Random::new(seed);
    let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    let mut input = Vec::new();
    for _ in 0..executions {
        next_input(&mut input, &[], &mut random);
        let (kind, bytes, answer) = surface::told(&input);
        let mut write = |part: &[u8]| out.write_all(part).is_ok();
        let length = |part: &[u8]| (part.len() as u32).to_le_bytes();
        let good = write(&kind.to_le_bytes())
            && write(&length(&bytes))
            && write(&bytes)
            && write(&length(&answer))
            && write(&answer);
        if !good {
            return ExitCode::FAILURE;
        }
    }
    if out.flush().is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
