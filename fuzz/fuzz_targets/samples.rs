//! See `polis_fuzz::properties::samples`: any bytes are read as a sample.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    polis_fuzz::properties::samples(bytes);
});
