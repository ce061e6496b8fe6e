//! See `polis_fuzz::properties::manifest`: any text is read as a manifest.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    polis_fuzz::properties::manifest(bytes);
});
