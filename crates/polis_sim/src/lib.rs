//! Samples of jurisdictions and runs of the program over them.
