//! See `polis_fuzz::properties::check`: any file is checked.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    polis_fuzz::properties::check(bytes);
});
