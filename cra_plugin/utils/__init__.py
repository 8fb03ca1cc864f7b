"""Files, JSON and checks."""
