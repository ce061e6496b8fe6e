//! Meaning: item tree, names, types, units, kind checks, lowering to the program.
