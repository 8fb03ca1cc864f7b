"""Give the optimizer what is trained, and nothing else."""

from __future__ import annotations

from mmengine.optim import DefaultOptimWrapperConstructor, OptimWrapper
from torch import nn

from cra_plugin.errors import InputError
from cra_plugin.registry import OPTIM_WRAPPER_CONSTRUCTORS


@OPTIM_WRAPPER_CONSTRUCTORS.register_module()
class TrainedParametersConstructor(DefaultOptimWrapperConstructor):
    """mmengine's constructor, for models of which most is frozen.

    Without ``paramwise_cfg`` mmengine's hands all parameters to the
    optimizer, whose groups then list hundreds that never change.
    """

    def __call__(self, model: nn.Module) -> OptimWrapper:
        """Build the optimizer wrapper of a model.

        Args:
            model (nn.Module): The model, or what distributes it.

        Returns:
            OptimWrapper: Of the parameters that need gradients.

        Raises:
            InputError: If none does.
        """
        model = getattr(model, 'module', model)
        trained = _Trained(model)
        if not list(trained.parameters()):
            raise InputError('the model', 'no parameter that is trained',
                             'one at least', 'train what is frozen')
        if self.paramwise_cfg:
            wrapper: OptimWrapper = super().__call__(model)
        else:
            wrapper = super().__call__(trained)
        return wrapper


class _Trained(nn.Module):
    """What an optimizer is told of a model."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self._trained = [each for each in model.parameters()
                         if each.requires_grad]

    def parameters(self, recurse: bool = True):  # type: ignore[no-untyped-def]
        """Give the parameters that need gradients."""
        return iter(self._trained)
