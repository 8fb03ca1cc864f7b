"""The samples of a batch, made at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.multiprocessing.reductions import reduce_tensor
from torch.utils.data import get_worker_info

from cra_plugin.datasets.features.stored_rows import StoredRows
from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample


class SampleBatch(list[dict[str, Any]]):
    """B samples as any collate function takes them, stacked already.

    Args:
        inputs (Mapping[str, np.ndarray]): (B, ...) each.
        stored (StoredRows): Where what is ``inputs['frames']`` can be read
            again.
        data_samples (Sequence[VideoQGDataSample]): B.
    """

    def __init__(self, inputs: Mapping[str, np.ndarray], stored: StoredRows,
                 data_samples: Sequence[VideoQGDataSample]) -> None:
        self._inputs = {name: torch.from_numpy(values)
                        for name, values in inputs.items()}
        self._stored = stored
        rows = zip(*(values.unbind() for values in self._inputs.values()))
        super().__init__({'inputs': dict(zip(self._inputs, row)),
                          'data_samples': sample}
                         for row, sample in zip(rows, data_samples))
        self._made = [(sample, dict(sample), dict(sample['inputs']))
                      for sample in self]

    def __reduce__(self) -> tuple[Any, ...]:
        """Reach another process as a list."""
        return list, (list(self), )

    def stack(self) -> dict[str, Any] | None:
        """Give the batch, where it is as it was made.

        Returns:
            dict, optional: ``inputs`` of tensors (B, ...), and
            ``data_samples``. Those of a data loader's worker go to the main
            process at little cost. None where a sample was changed, taken
            away or added; what is written through NumPy is not noticed.
        """
        if not self._is_as_made():
            return None
        inputs = dict(self._inputs)
        if get_worker_info() is not None:
            for name, values in inputs.items():
                inputs[name] = SentTensor.make(values, *(
                    (_read, self._stored) if name == 'frames' else
                    (_widen, _narrow(values))))
        return {'inputs': inputs,
                'data_samples': [each['data_samples'] for each in self]}

    def _is_as_made(self) -> bool:
        """Whether nobody has touched the samples."""
        # Tensors of inference mode do not count their changes.
        return not any(values.is_inference() or values._version
                       for values in self._inputs.values()
                       ) and len(self) == len(self._made) and all(
            sample is made and _same(sample, content)
            and _same(sample['inputs'], inputs)
            for sample, (made, content, inputs) in zip(self, self._made))


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether both hold the very same objects."""
    return one.keys() == other.keys() and all(
        value is other[name] for name, value in one.items())


class SentTensor(Tensor):
    """A tensor that reaches another process as what it is made from.

    Torch would copy it into new shared memory, whose pages cost more time
    than all else about a sample. It is sent as any other tensor once it was
    changed, and any operation gives a plain tensor.
    """

    __torch_function__ = torch._C._disabled_torch_function_impl  # type: ignore[assignment]
    _recipe: tuple[int, Callable[[Any, torch.dtype], Tensor], Any]

    @classmethod
    def make(cls, values: Tensor,
             recipe: Callable[[Any, torch.dtype], Tensor],
             source: Any) -> SentTensor:
        """Let a tensor be made anew.

        Args:
            values (Tensor): The tensor.
            recipe (Callable): Makes the same, in the other process, of
                ``source`` and its type.
            source (Any): What is sent.

        Returns:
            SentTensor: The same values, in the same memory.
        """
        sent = values.as_subclass(cls)
        sent._recipe = sent._version, recipe, source
        return sent

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        """Copy to a plain tensor."""
        return self.as_subclass(Tensor).clone()

    def __reduce_ex__(self, protocol: Any) -> Any:
        version, recipe, source = self._recipe
        if self._version != version:
            return reduce_tensor(self.as_subclass(Tensor))
        return recipe, (source, self.dtype)


def _read(stored: StoredRows, dtype: torch.dtype) -> Tensor:
    """Read frames again, whose pages lie in memory."""
    return torch.from_numpy(stored.read()).to(dtype)


def _narrow(values: Tensor) -> np.ndarray:
    """Bring whole numbers or truth values to the type of fewest bytes."""
    array = values.numpy()
    largest = np.min_scalar_type(array.max(initial=0))
    return array.astype(largest if array.dtype.kind == 'i' else np.bool_)


def _widen(array: np.ndarray, dtype: torch.dtype) -> Tensor:
    """Bring them back."""
    whole = array.astype(np.int64) if array.dtype.kind == 'u' else array
    return torch.from_numpy(whole).to(dtype)
