"""Span decoders: frame weights (B, T) to spans in seconds (B, 2), in NumPy."""

from cra_plugin.models.span_decoders.adaptive_span import AdaptiveSpan
from cra_plugin.models.span_decoders.merged_span import MergedSpan
from cra_plugin.models.span_decoders.window_span import WindowSpan

__all__ = ['AdaptiveSpan', 'MergedSpan', 'WindowSpan']
