//! The interpreter: what follows from the program for one jurisdiction, and why.
