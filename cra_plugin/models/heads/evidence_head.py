"""Frame evidence: a candidate is as good as its best frames."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from cra_plugin.errors import InputError
from cra_plugin.functional.evidence import frame_evidence, pool_evidence
from cra_plugin.functional.gaussian import gaussian_filter
from cra_plugin.functional.masking import masked_softmax
from cra_plugin.registry import MODELS


class EvidenceOutput(NamedTuple):
    """What the frames say of the candidates.

    Attributes:
        logits (Tensor): (B, M).
        weights (Tensor): (B, M, T), a distribution over the real frames for
            each candidate, softened and smoothed: what spans are decoded
            from.
        raw_weights (Tensor): (B, M, T), the share of each frame in the
            logit of the candidate.
    """

    logits: Tensor
    weights: Tensor
    raw_weights: Tensor


@MODELS.register_module()
class EvidenceHead(BaseModule):
    """Score every frame against every candidate, and pool over time.

    With scores ``s_mt = l_m . P x_t / tau`` the logit of a candidate is
    ``tau (logsumexp_t s_mt - log T)``, T the number of real frames: between
    the mean and the maximum of its scores. No parameter but, where it is
    learned, tau. Source: multiple-instance learning by log-mean-exp, as in
    MIL-NCE (arXiv 1912.06430).

    Args:
        d_model (int): Not used: the grounder gives it to every head.
            Defaults to None.
        temperature (float): tau, at the start where it is learned. Defaults
            to 1.0.
        learn_temperature (bool): Train tau, kept above 0. Defaults to
            False.
        span_temperature (float): Divides the scores once more for the
            weights that spans are decoded from. Defaults to 1.5.
        kernel_size (int): Frames of the Gaussian filter on these weights; 1
            smooths nothing. Defaults to 5.
        sigma (float): Its standard deviation in frames. Defaults to 1.0.
        init_cfg (dict, optional): Of :class:`mmengine.model.BaseModule`.
            Defaults to None.

    Raises:
        InputError: If a number is not above 0.
    """

    grounding = 'evidence'

    def __init__(self,
                 d_model: int | None = None,
                 temperature: float = 1.0,
                 learn_temperature: bool = False,
                 span_temperature: float = 1.5,
                 kernel_size: int = 5,
                 sigma: float = 1.0,
                 init_cfg: dict[str, Any] | None = None) -> None:
        super().__init__(init_cfg)
        for name, value in (('temperature', temperature),
                            ('span_temperature', span_temperature),
                            ('kernel_size', kernel_size), ('sigma', sigma)):
            if not value > 0:
                raise InputError(f'EvidenceHead.{name}', f'{value}',
                                 'a number above 0')
        if learn_temperature:
            self.log_temperature = nn.Parameter(
                torch.tensor(math.log(temperature)))
        self.learned = learn_temperature
        self.fixed_temperature = float(temperature)
        self.span_temperature = float(span_temperature)
        self.kernel_size = kernel_size
        self.sigma = float(sigma)

    @property
    def temperature(self) -> Tensor | float:
        """tau, a number or, where it is learned, ()."""
        return (self.log_temperature.exp() if self.learned
                else self.fixed_temperature)

    def forward(self,
                frames: Tensor,
                candidates: Tensor,
                mask: Tensor | None = None) -> EvidenceOutput:
        """Weigh the evidence.

        Args:
            frames (Tensor): (B, T, d), projected frames P x.
            candidates (Tensor): (B, M, d).
            mask (Tensor, optional): (B, T), True where real. Defaults to
                None.

        Returns:
            EvidenceOutput: In float32, whatever autocast does.
        """
        if mask is None:
            mask = frames.new_ones(frames.shape[:2], dtype=torch.bool)
        scores = frame_evidence(candidates, frames, self.temperature)
        logits = pool_evidence(scores, mask[:, None]) * self.temperature
        soft = masked_softmax(scores / self.span_temperature, mask[:, None])
        return EvidenceOutput(logits, self._smooth(soft, mask),
                              masked_softmax(scores, mask[:, None]))

    def _smooth(self, weights: Tensor, mask: Tensor) -> Tensor:
        """Filter (B, M, T) along time."""
        if self.kernel_size == 1:
            return weights
        num_candidates = weights.shape[1]
        smoothed = gaussian_filter(
            weights.flatten(0, 1), weights.new_tensor(self.sigma),
            self.kernel_size,
            mask=mask.repeat_interleave(num_candidates, dim=0))
        smoothed = smoothed / smoothed.sum(dim=-1, keepdim=True)
        return smoothed.view_as(weights)

    def log_values(self, query: Tensor) -> dict[str, Tensor]:
        """What training logs beside the losses.

        Args:
            query (Tensor): Not used.

        Returns:
            dict[str, Tensor]: ``temperature``, (), where it is learned.
        """
        if not self.learned:
            return {}
        return {'temperature': self.log_temperature.detach().exp()}
