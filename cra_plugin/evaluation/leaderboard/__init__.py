"""What others have published on the same questions."""
