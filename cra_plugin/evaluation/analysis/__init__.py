"""Where predictions err, and what they may rest on instead of evidence."""
