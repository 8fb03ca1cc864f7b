"""Datasets, feature files and what a sample is drawn from."""

from cra_plugin.datasets import nextgqa, transforms

__all__ = ['nextgqa', 'transforms']
