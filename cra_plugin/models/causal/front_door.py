"""Front-door intervention on the visual side."""

from __future__ import annotations

from typing import Any

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from cra_plugin.errors import check_choice
from cra_plugin.models.causal.confounder_dictionary import ConfounderDictionary
from cra_plugin.models.causal.hidden_width import hidden_width
from cra_plugin.models.causal.scaled_attention import scaled_attention
from cra_plugin.registry import MODELS


@MODELS.register_module()
class FrontDoorIntervention(BaseModule):
    """Deconfound the grounded feature, the mediator between video and answer.

    ``A = attention(f_m(m), f_x(x))`` looks where the mediator came from,
    ``C = attention(f_x(v), f_c(dictionary))`` compares the video v with
    visual confounders; the output is ``LN(Linear[W1 A; W2 C] + m)``. Source:
    CRA, explicit causal intervention, front-door adjustment.

    Args:
        d_model (int): Width of the features.
        feature_dim (int): Width of the dictionary: that of the frame
            features before the model projects them.
        num_clusters (int): Number of centers K. Defaults to 512.
        attention_over (str): What A attends to: ``'frames'`` of the sample,
            or the samples of the ``'batch'``, as released, which makes a
            prediction depend on its batch mates. Defaults to 'frames'.
        dictionary (str, optional): File of the centers. Defaults to None:
            they are clustered from the training features at the start.
        trainable (bool): Whether the centers are trained. Defaults to False.
        hidden_dim (int, optional): Width of the attentions. Defaults to
            None, ``d_model``.
        add_mediator (bool): Add the mediator and normalize, as above; the
            released FrozenBiLM variant does neither. Defaults to True.
        init_cfg (dict, optional): Of :class:`mmengine.model.BaseModule`.
            Defaults to None.

    Raises:
        InputError: If ``attention_over`` is neither value.
    """

    def __init__(self,
                 d_model: int,
                 feature_dim: int,
                 num_clusters: int = 512,
                 attention_over: str = 'frames',
                 dictionary: str | None = None,
                 trainable: bool = False,
                 hidden_dim: int | None = None,
                 add_mediator: bool = True,
                 init_cfg: dict[str, Any] | None = None) -> None:
        super().__init__(init_cfg)
        check_choice('FrontDoorIntervention.attention_over', attention_over,
                     ('frames', 'batch'))
        self.attention_over = attention_over
        self.dictionary = ConfounderDictionary(
            (num_clusters, feature_dim), dictionary, trainable,
            ('FrontDoorIntervention.num_clusters',
             'FrontDoorIntervention.feature_dim'))
        hidden = hidden_width(
            'FrontDoorIntervention.hidden_dim', hidden_dim, d_model)
        # The scores are divided by its root whatever width they have.
        self.scale = d_model**0.5
        self.mediator_projection = nn.Linear(d_model, hidden)
        self.video_projection = nn.Linear(d_model, hidden)
        self.confounder_projection = nn.Linear(feature_dim, hidden)
        self.mediator_output = nn.Linear(hidden, d_model)
        self.confounder_output = nn.Linear(hidden, d_model)
        self.fusion = nn.Linear(2 * d_model, d_model)
        self.norm = nn.LayerNorm(d_model) if add_mediator else None

    def forward(self,
                mediator: Tensor,
                video: Tensor,
                frames: Tensor | None = None,
                mask: Tensor | None = None) -> Tensor:
        """Intervene.

        Args:
            mediator (Tensor): (..., B, d), the grounded feature m, or
                (..., B, M, d), one per candidate.
            video (Tensor): (..., B, d), the mean feature of the video.
            frames (Tensor, optional): (..., B, T, d), in the same space as
                ``video``; needed to attend over frames. Defaults to None.
            mask (Tensor, optional): (B, T), True where real. Defaults to
                None.

        Returns:
            Tensor: Of the shape of the mediator, deconfounded.
        """
        query = self.mediator_projection(mediator)
        asked = self.video_projection(video)
        several = mediator.ndim > video.ndim
        if self.attention_over == 'batch':
            within = scaled_attention(query, asked, scale=self.scale)
        else:
            assert frames is not None
            keys = self.video_projection(frames)
            rows = query if several else query[..., None, :]
            within = scaled_attention(rows, keys, mask=mask, scale=self.scale
                                      ).view_as(query)
        confounders = self.confounder_projection(self.dictionary.centers)
        across = scaled_attention(asked, confounders, scale=self.scale)
        if several:
            across = across[..., None, :].expand_as(query)
        fused: Tensor = self.fusion(
            torch.cat((self.mediator_output(within),
                       self.confounder_output(across)),
                      dim=-1))
        if self.norm is None:
            return fused
        adjusted: Tensor = self.norm(fused + mediator)
        return adjusted
