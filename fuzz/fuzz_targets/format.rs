//! See `polis_fuzz::properties::format`: what parses is laid out, and says the same.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    polis_fuzz::properties::format(bytes);
});
