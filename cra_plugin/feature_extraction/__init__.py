"""Offline: frame features from videos, by any encoder."""
