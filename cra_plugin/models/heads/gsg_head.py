"""Gaussian Smoothing Grounding: which frames show what the query asks."""

from __future__ import annotations

from typing import Any

from mmengine.model import BaseModule
from torch import Tensor, nn

from cra_plugin.errors import naming
from cra_plugin.functional.masking import masked_softmax
from cra_plugin.models.gates.gate import build_gate
from cra_plugin.models.heads.gaussian_smoothing import GaussianSmoothing
from cra_plugin.models.heads.grounding_output import GroundingOutput
from cra_plugin.registry import MODELS


@MODELS.register_module()
class GSGHead(BaseModule):
    """Gaussian Smoothing Grounding head of CRA.

    ``v' = GELU(Linear(LN x))`` and ``q' = GELU(Linear(LN q))`` meet in the
    gate, an MLP and a softmax over the frames make a distribution of it, and
    a Gaussian filter smooths that along time. Source: CRA, GSG module.

    Args:
        d_model (int): Width of frames and query.
        gate (str | dict): How the question conditions the frames: the name
            of a registered gate, or its config. ``'tanh'``, as released,
            ``'scaled_tanh'``, ``'product'`` and ``'dot'`` are ours, see
            :mod:`cra_plugin.models.gates`. Defaults to 'product'.
        kernel_size (int): Of this and what follows see
            :class:`GaussianSmoothing`. Defaults to 5.
        sigma (str): Defaults to 'positive'.
        sigma_init (float): Frames. Defaults to 1.0.
        normalize (str): Defaults to 'sum'.
        border (str): Defaults to 'renormalize'.
        init_cfg (dict, optional): Of :class:`mmengine.model.BaseModule`.
            Defaults to None.

    Raises:
        InputError: If ``gate`` is no registered gate, or a field has none
            of its values.
    """

    def __init__(self,
                 d_model: int,
                 gate: str | dict[str, Any] = 'product',
                 kernel_size: int = 5,
                 sigma: str = 'positive',
                 sigma_init: float = 1.0,
                 normalize: str = 'sum',
                 border: str = 'renormalize',
                 init_cfg: dict[str, Any] | None = None) -> None:
        super().__init__(init_cfg)
        self.gate = build_gate('GSGHead.gate', gate, d_model)
        self.frame_projection = self._projection(d_model)
        self.query_projection = self._projection(d_model)
        if not self.gate.gives_logits:
            self.scorer = nn.Sequential(
                nn.LayerNorm(d_model), nn.Linear(d_model, d_model // 2),
                nn.GELU(), nn.Linear(d_model // 2, 1))
        with naming(GaussianSmoothing, 'GSGHead'):
            self.smoothing = GaussianSmoothing(
                d_model, kernel_size=kernel_size, sigma=sigma,
                sigma_init=sigma_init, normalize=normalize, border=border)

    @staticmethod
    def _projection(d_model: int) -> nn.Sequential:
        return nn.Sequential(
            nn.LayerNorm(d_model), nn.Linear(d_model, d_model), nn.GELU())

    def forward(self,
                frames: Tensor,
                query: Tensor,
                mask: Tensor | None = None) -> GroundingOutput:
        """Distribute the query's attention over the frames.

        Args:
            frames (Tensor): (B, T, d) frame states.
            query (Tensor): (B, d), or (B, M, d), one per candidate.
            mask (Tensor, optional): (B, T), True where real. Defaults to
                None.

        Returns:
            GroundingOutput: Distributions over the frames, (B, T), or (B, M,
            T).
        """
        keys = self.frame_projection(frames)
        if query.ndim == 3:  # the frames are projected once for all
            keys, mask = keys[:, None], mask if mask is None else mask[:, None]
        logits = self.gate(keys, self.query_projection(query))
        if not self.gate.gives_logits:
            logits = self.scorer(logits).squeeze(-1)
        raw = masked_softmax(logits, mask)
        return GroundingOutput(self.smoothing(raw, query, mask), raw)

    def log_values(self, query: Tensor) -> dict[str, Tensor]:
        """What training logs beside the losses.

        Args:
            query (Tensor): (B, d).

        Returns:
            dict[str, Tensor]: ``sigma``, (), the width of the Gaussian filter
            in frames; nothing where there is no filter.
        """
        sigma = self.smoothing.mean_sigma(query)
        return {} if sigma is None else {'sigma': sigma}
