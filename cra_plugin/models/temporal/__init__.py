"""Temporal encoders: (B, T, D) frame features to (B, T, d) frame states."""

from cra_plugin.models.temporal.frame_transformer import FrameTransformer

__all__ = ['FrameTransformer']
