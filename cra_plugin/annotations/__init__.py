"""Readers of annotation files: numpy only, every fault named."""
