"""Frame features in files."""
