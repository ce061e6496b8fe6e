//! See `polis_fuzz::properties::parse`: any text is parsed.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    polis_fuzz::properties::parse(bytes);
});
