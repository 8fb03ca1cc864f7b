"""Hooks of the training loop."""

from cra_plugin.hooks.confounder_dictionary_hook import (
    ConfounderDictionaryHook,
)
from cra_plugin.hooks.mean_loss_hook import MeanLossHook
from cra_plugin.hooks.nonfinite_loss_hook import NonfiniteLossHook
from cra_plugin.hooks.sample_seed_hook import SampleSeedHook

__all__ = [
    'ConfounderDictionaryHook', 'MeanLossHook', 'NonfiniteLossHook',
    'SampleSeedHook'
]
