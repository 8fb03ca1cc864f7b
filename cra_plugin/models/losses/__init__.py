"""Losses of our own; cross entropies are mmaction2's."""

from cra_plugin.models.losses.balanced_bce_loss import BalancedBCELoss
from cra_plugin.models.losses.cma_loss import CMALoss
from cra_plugin.models.losses.masked_word_loss import MaskedWordLoss
from cra_plugin.models.losses.mil_nce_loss import MILNCELoss

__all__ = ['BalancedBCELoss', 'CMALoss', 'MILNCELoss',
           'MaskedWordLoss']
