"""Pictures of what a model answers and where it looked."""
