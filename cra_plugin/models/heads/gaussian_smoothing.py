"""The Gaussian filter of the GSG head, with a sigma that is learned."""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from mmengine.model import BaseModule
from torch import Tensor, nn

from cra_plugin.errors import InputError, check_choice
from cra_plugin.functional.gaussian import BORDERS, gaussian_filter
from cra_plugin.functional.masking import masked_softmax

SIGMAS = ('positive', 'free', 'predicted')
NORMALIZATIONS = ('sum', 'softmax')


class GaussianSmoothing(BaseModule):
    """Smooth a frame distribution and normalize it again.

    Args:
        d_model (int): Width of the query, from which ``'predicted'`` sigmas
            come.
        kernel_size (int): Number of taps; an even number has one more
            before than after. 1 switches the filter off. Defaults to 5.
        sigma (str): ``'positive'``: one learned value through a softplus;
            ``'free'``: one unconstrained value, as released;
            ``'predicted'``: a positive value from each sample's query.
            Defaults to 'positive'.
        sigma_init (float): Initial sigma in frames. Defaults to 1.0.
        normalize (str): ``'sum'`` divides by the sum; ``'softmax'`` takes a
            second softmax over the probabilities, as released. Defaults to
            'sum'.
        border (str): See :func:`gaussian_filter`. Defaults to
            'renormalize'.
        init_cfg (dict, optional): Of :class:`mmengine.model.BaseModule`.
            Defaults to None.

    Raises:
        InputError: If a field has none of its values.
    """

    def __init__(self,
                 d_model: int,
                 kernel_size: int = 5,
                 sigma: str = 'positive',
                 sigma_init: float = 1.0,
                 normalize: str = 'sum',
                 border: str = 'renormalize',
                 init_cfg: dict[str, Any] | None = None) -> None:
        super().__init__(init_cfg)
        field = 'GaussianSmoothing'
        check_choice(f'{field}.sigma', sigma, SIGMAS)
        check_choice(f'{field}.normalize', normalize, NORMALIZATIONS)
        check_choice(f'{field}.border', border, BORDERS)
        if kernel_size < 1 or sigma_init <= 0:
            raise InputError(
                field, f'kernel_size={kernel_size}, sigma_init={sigma_init}',
                'a kernel of at least one frame and a sigma above 0')
        self.kernel_size = kernel_size
        self.kind = sigma
        self.normalize = normalize
        self.border = border
        if kernel_size == 1:
            # Unused parameters would stop a distributed training.
            return
        start = sigma_init if sigma == 'free' else math.log(
            math.expm1(sigma_init))
        if sigma == 'predicted':
            self.predictor = nn.Linear(d_model, 1)
            nn.init.zeros_(self.predictor.weight)
            nn.init.constant_(self.predictor.bias, start)
        else:
            self.sigma = nn.Parameter(torch.tensor(start))

    def extra_repr(self) -> str:
        """Show the settings when the model is printed."""
        return (f'kernel_size={self.kernel_size}, sigma={self.kind!r}, '
                f'normalize={self.normalize!r}, border={self.border!r}')

    def current_sigma(self, query: Tensor) -> Tensor:
        """Sigma in frames: (), or (B, 1) where it is predicted.

        Args:
            query (Tensor): (B, d).
        """
        if self.kind == 'free':
            return self.sigma
        predicted = self.kind == 'predicted'
        value = self.predictor(query).float() if predicted else self.sigma
        return F.softplus(value) + 1e-3

    def mean_sigma(self, query: Tensor) -> Tensor | None:
        """Sigma in frames for the log, (), without gradient.

        Args:
            query (Tensor): (B, d).

        Returns:
            Tensor, optional: The mean over the batch; None where a kernel of
            one frame smooths nothing.
        """
        if self.kernel_size == 1:
            return None
        return self.current_sigma(query).detach().mean()

    def forward(self,
                weights: Tensor,
                query: Tensor,
                mask: Tensor | None = None) -> Tensor:
        """Smooth ``weights``.

        Args:
            weights (Tensor): (B, T), or (B, M, T), distributions.
            query (Tensor): (B, d), or (B, M, d).
            mask (Tensor, optional): (B, T), or (B, 1, T), True where real.
                Defaults to None.

        Returns:
            Tensor: Distributions over the real frames.
        """
        if self.kernel_size == 1:
            return weights
        if weights.ndim == 3:
            flat = None if mask is None else mask.expand_as(
                weights).flatten(0, 1)
            smoothed: Tensor = self(
                weights.flatten(0, 1), query.flatten(0, 1), flat)
            return smoothed.view_as(weights)
        smoothed = gaussian_filter(weights, self.current_sigma(query),
                                   self.kernel_size, self.border, mask)
        if self.normalize == 'softmax':
            return masked_softmax(smoothed, mask)
        return smoothed / smoothed.sum(dim=-1, keepdim=True)
