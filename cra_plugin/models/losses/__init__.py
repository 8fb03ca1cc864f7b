"""Losses of our own; cross entropies are mmaction2's."""

from cra_plugin.models.losses.cma_loss import CMALoss

__all__ = ['CMALoss']
