"""Scene gradient reversal: the grounded feature forgets its scene."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from mmengine.model import BaseModule
from torch import Tensor, nn

from cra_plugin.errors import InputError, describe
from cra_plugin.functional.gradient_reversal import reverse_gradient
from cra_plugin.functional.masking import weighted_sum
from cra_plugin.models.causal.confounder_dictionary import ConfounderDictionary
from cra_plugin.models.causal.hidden_width import hidden_width
from cra_plugin.registry import MODELS
from cra_plugin.utils.setting_ranges import is_number


@torch.no_grad()
def scene_shares(features: Tensor, centers: Tensor,
                 weights: Tensor) -> Tensor:
    """Tell which scenes the weighed frames show.

    Args:
        features (Tensor): (B, T, D), frame features before the model.
        centers (Tensor): (K, D), one per scene.
        weights (Tensor): (B, T), distributions over the frames.

    Returns:
        Tensor: (B, K), ``sum_t w_t onehot(nearest center)``, in float32 and
        without gradient.
    """
    nearest = torch.cdist(features.float(), centers.float()).argmin(dim=-1)
    return weighted_sum(F.one_hot(nearest, len(centers)).float(), weights)


@MODELS.register_module()
class SceneReversal(BaseModule):
    """Train the grounded feature not to tell the scene of its frames.

    A small network tells from the grounded feature v of the true candidate
    which of K scenes its frames show; it learns by ``CE(MLP(v), z)``, and v
    by minus ``strength`` times that gradient. At test time nothing changes.

    Args:
        d_model (int): Width of the grounded feature.
        feature_dim (int): Width of the frame features before the model.
        strength (float): lambda; 0 trains the small network alone, which
            then measures how much v tells. Defaults to 0.3.
        num_clusters (int): Number of scenes K. Defaults to 512.
        dictionary (str, optional): File of their centers, as the front-door
            intervention takes it. Defaults to None: they are clustered from
            the training features at the start.
        hidden_dim (int, optional): Width of the network's hidden layer.
            Defaults to None, ``d_model``.
        init_cfg (dict, optional): Of :class:`mmengine.model.BaseModule`.
            Defaults to None.

    Raises:
        InputError: If ``strength`` is no number from 0 up.
    """

    def __init__(self,
                 d_model: int,
                 feature_dim: int,
                 strength: float = 0.3,
                 num_clusters: int = 512,
                 dictionary: str | None = None,
                 hidden_dim: int | None = None,
                 init_cfg: dict[str, Any] | None = None) -> None:
        super().__init__(init_cfg)
        if not is_number(strength) or strength < 0:
            raise InputError('SceneReversal.strength', describe(strength),
                             'a number from 0 up')
        self.strength = float(strength)
        self.dictionary = ConfounderDictionary(
            (num_clusters, feature_dim), dictionary,
            options=('SceneReversal.num_clusters',
                     'SceneReversal.feature_dim'))
        hidden = hidden_width('SceneReversal.hidden_dim', hidden_dim, d_model)
        self.classifier = nn.Sequential(
            nn.Linear(d_model, hidden), nn.GELU(),
            nn.Linear(hidden, num_clusters))

    def forward(self, video: Tensor, weights: Tensor,
                features: Tensor) -> Tensor:
        """Compute the loss.

        Args:
            video (Tensor): (B, d), grounded features of true candidates.
            weights (Tensor): (B, T), with which they were pooled.
            features (Tensor): (B, T, D), frame features before the model.

        Returns:
            Tensor: (), the mean over the samples.
        """
        shares = scene_shares(features, self.dictionary.centers, weights)
        scores = self.classifier(reverse_gradient(video, self.strength))
        return F.cross_entropy(scores.float(), shares)
