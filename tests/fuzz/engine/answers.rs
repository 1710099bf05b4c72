//! libFuzzer's program of a target.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| outcrop_fuzz::answers::run(data));
