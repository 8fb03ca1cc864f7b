"""Datasets, feature files and what a sample is drawn from."""
