//! The command line of Polis.
fn main() {}
