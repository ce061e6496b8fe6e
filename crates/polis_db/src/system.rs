//! Input and output.
