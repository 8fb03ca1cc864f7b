"""What encoders with a backbone that may be trained share."""

from __future__ import annotations

from typing import Any

from mmengine.model import BaseModule
from torch.nn.modules.batchnorm import _BatchNorm


class TrainedBackbone(BaseModule):
    """Keeps frozen weights and batch statistics out of the training mode.

    Attributes:
        backbone (Any): The backbone.
        frozen (bool): Whether it stays in evaluation.
        norm_eval (bool): Whether its batch normalizations do.
    """

    backbone: Any
    frozen: bool
    norm_eval: bool

    def train(self, mode: bool = True) -> TrainedBackbone:
        """Set the training mode; what is frozen stays in evaluation.

        Args:
            mode (bool): Defaults to True.

        Returns:
            TrainedBackbone: Itself.
        """
        super().train(mode)
        if self.frozen:
            self.backbone.eval()
        if self.norm_eval:
            for module in self.backbone.modules():
                if isinstance(module, _BatchNorm):
                    module.eval()
        return self
