"""Pure functions: arrays in, arrays out. No state, no registry, no files."""
