"""Spans of time as NumPy arrays: geometry, decoding, presets, extents."""
