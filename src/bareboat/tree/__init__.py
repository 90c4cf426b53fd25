"""Files to be, as values: path, entry, tree, deterministic tar, compression. No I/O."""
