//! Inputs of the incremental database: files, manifests, packages, and the System trait.
