//! Every file of the corpus goes through its target again, on a stable compiler and without an engine; and what the files
//! of streams are said to be they are.

use std::fs;
use std::path::PathBuf;

use outcrop_fuzz::TARGETS;
use outcrop_fuzz::frames::{End, Found};

fn corpus(name: &str) -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let read = |entry: fs::DirEntry| {
        (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).expect("a file"))
    };
    fs::read_dir(folder)
        .expect("a folder of the corpus")
        .map(|entry| read(entry.expect("an entry")))
        .collect()
}

#[test]
fn the_corpus_passes() {
    for (name, _, run) in TARGETS {
        let files = corpus(name);
        assert!(!files.is_empty(), "no corpus of {name}");
        for (file, bytes) in files {
            println!("{name}/{file}");
            run(&bytes);
        }
    }
}

#[test]
fn the_index_has_each_file_once() {
    let index = include_str!("../corpus/index.txt");
    let mut listed: Vec<&str> =
        index.lines().filter_map(|line| line.split_once(": ")).map(|(file, _)| file).collect();
    assert_eq!(listed.len(), index.lines().count(), "a line without a reason");
    let mut there: Vec<String> = Vec::new();
    for (name, ..) in TARGETS {
        there.extend(corpus(name).into_iter().map(|(file, _)| format!("{name}/{file}")));
    }
    there.sort();
    listed.sort_unstable();
    assert_eq!(listed, there);
}

/// How each stream of the decoder's corpus ends: the file's first byte says how it is cut.
#[test]
fn the_streams_are_what_they_are_called() {
    let due = [
        ("checksum-of-the-frame-wrong", End::Wrong("MessageChecksumMismatch")),
        ("cut-after-prelude", End::Bytes(12)),
        ("cut-in-a-frame", End::Bytes(99)),
        ("frame-shorter-than-itself", End::Wrong("FrameTooShort")),
        ("frames-in-one-chunk", End::Bytes(0)),
        ("header-name-of-no-bytes", End::Wrong("EmptyHeaderName")),
        ("header-reaches-into-payload", End::Wrong("HeaderCutShort")),
        ("header-twice", End::Wrong("DuplicateHeader")),
        ("header-value-of-no-bytes", End::Bytes(0)),
        ("headers-above-the-limit", End::Wrong("InvalidHeadersLength")),
        ("lengths-overflow", End::Wrong("InvalidHeadersLength")),
        ("prelude-checksum-wrong", End::Wrong("PreludeChecksumMismatch")),
        ("two-gib-promised", End::Wrong("PayloadTooLong")),
        ("unknown-header-type", End::Wrong("UnknownHeaderType")),
    ];
    let files = corpus("decoder");
    let mut found = Found::default();
    for (name, end) in due {
        let (_, bytes) = files.iter().find(|(file, _)| file == name).expect(name);
        assert_eq!(found.read(&bytes[1..]), end, "{name}");
    }
}
