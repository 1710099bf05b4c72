//! The chunked decoder: a stream cut anyhow says what the whole says, what it says it needs it needs, an error comes
//! again, and it never holds more than has come.

use std::cell::RefCell;

use outcrop::event_stream::{Decoder, Frame};

use crate::frames::{self, End, Found};
use crate::held;
use crate::input::Input;

thread_local! {
    /// The stream, one frame's headers, and what the second reader found: kept for their memory.
    static MADE: RefCell<(Vec<u8>, Vec<u8>, Found)> = RefCell::default();
}

/// How a stream comes.
#[derive(Clone, Copy)]
enum Cuts {
    Whole,
    Single,
    Every(usize),
    InTwo(usize),
    /// As many bytes as the decoder says it needs.
    Needed,
    /// Of sizes that follow from a number.
    Random(u32),
}

/// One input: how the stream is cut, then what it is made of.
pub fn run(data: &[u8]) {
    MADE.with_borrow_mut(|(stream, headers, found)| {
        let mut input = Input::new(data);
        let kind = input.byte();
        let cuts = match kind & 7 {
            0 => Cuts::Whole,
            1 => Cuts::Single,
            2 => Cuts::Every(1 + input.below(40)),
            3 => Cuts::InTwo(usize::from(input.short())),
            4 => Cuts::Needed,
            _ => Cuts::Random(input.word()),
        };
        stream.clear();
        headers.clear();
        match kind >> 3 & 7 {
            0 => stream.extend_from_slice(input.rest()),
            1 => {
                stream.extend_from_slice(input.rest());
                frames::mend(stream);
            }
            _ => frames::push_stream(stream, headers, &mut input),
        }
        let end = found.read(stream);
        whole(stream, found, end);
        chunked(stream, cuts, found, end);
    });
}

/// How many bytes are missing where those of a frame have come.
fn missing(come: &[u8]) -> usize {
    if come.len() < 12 { 12 - come.len() } else { frames::word(come, 0) - come.len() }
}

/// `Frame::read` over all of it against the second reader.
fn whole(stream: &[u8], found: &Found, end: End) {
    let mut rest = stream;
    for (place, (ends, ..)) in found.frames.iter().enumerate() {
        match Frame::read(&mut rest) {
            Ok(Ok(frame)) => found.same(place, stream, &frame),
            other => panic!("{other:?} where a frame is due"),
        }
        assert_eq!(stream.len() - rest.len(), *ends);
    }
    let length = rest.len();
    match (Frame::read(&mut rest), end) {
        (Ok(Err(told)), End::Bytes(held)) => assert_eq!((told, length), (missing(rest), held)),
        (Err(error), End::Wrong(due)) => assert_eq!(error.name(), due),
        (ours, due) => panic!("{ours:?} where {due:?} is due"),
    }
    assert_eq!(rest.len(), length, "what is no frame was read");
}

/// The decoder, chunk by chunk, against the second reader over the whole.
fn chunked(stream: &[u8], cuts: Cuts, found: &Found, end: End) {
    let mut decoder = Decoder::new();
    // Where the frame that is being read begins, its number, and how much of the stream has been handed in.
    let (mut start, mut place, mut given) = (0, 0, 0);
    let mut random = if let Cuts::Random(seed) = cuts { seed | 1 } else { 1 };
    let mut first = true;
    while given < stream.len() {
        let size = match cuts {
            Cuts::Whole => stream.len(),
            // Above 256 bytes it would be most of the work, and would show nothing more.
            Cuts::Single => 1 + stream.len() / 256,
            Cuts::Every(size) => size,
            Cuts::InTwo(at) if first => 1 + at % stream.len(),
            Cuts::InTwo(_) => stream.len(),
            Cuts::Needed => decoder.need(),
            Cuts::Random(_) => {
                // xorshift32 (Marsaglia 2003); sizes of all magnitudes.
                random ^= random << 13;
                random ^= random >> 17;
                random ^= random << 5;
                1 + (random & 0xFF) as usize % (1 << (random >> 29))
            }
        };
        first = false;
        assert!(size > 0, "it needs nothing and has no frame");
        let until = stream.len().min(given + size);
        let mut chunk = &stream[given..until];
        loop {
            let there = chunk.len();
            let (told, held) = held::most(|| decoder.decode(&mut chunk));
            // A vector's growth may double it, and begins with a few bytes; where there are more headers than a few,
            // their names are sorted, 16 bytes each, and the shortest header has 2.
            let come = until - start;
            assert!(held <= 2 * come + 64 + 16 * come, "{held} bytes for {come}");
            match told {
                Ok(Some(frame)) => {
                    assert!(place < found.frames.len(), "a frame where {end:?} is due");
                    found.same(place, stream, &frame);
                    start = found.frames[place].0;
                    place += 1;
                    given += there - chunk.len();
                    assert_eq!(given, start, "it has read beyond its frame");
                    assert_eq!(decoder.pending(), 0);
                }
                Ok(None) => {
                    given += there - chunk.len();
                    assert!(chunk.is_empty() && given == until, "bytes are left");
                    break;
                }
                Err(error) => {
                    assert_eq!(End::Wrong(error.name()), end);
                    assert_eq!(place, found.frames.len(), "an error where a frame is due");
                    // The same again, whatever comes, and nothing of it is read.
                    for more in [&stream[given..], b"", b"\0\0\0\x10\0\0\0\0\x05\xc2\x48\xeb\x7d\x98\xc8\xff"]
                    {
                        let mut rest = more;
                        assert_eq!(decoder.decode(&mut rest).map(|_| ()), Err(error));
                        assert_eq!(rest.len(), more.len());
                    }
                    assert!(decoder.need() > 0);
                    assert!(decoder.finish().is_err(), "after an error it ended well");
                    return;
                }
            }
        }
        // It waits: no frame may be there whole, and no wrong one that could be seen already.
        let come = &stream[start..given];
        assert_eq!((decoder.need(), decoder.pending()), (missing(come), come.len()));
    }
    assert_eq!(place, found.frames.len());
    let End::Bytes(held) = end else { panic!("no error where {end:?} is due") };
    assert_eq!(decoder.finish().map_err(|cut| cut.pending), if held == 0 { Ok(()) } else { Err(held) });
}
