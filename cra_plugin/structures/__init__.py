"""What a question is and what a model says of it."""
