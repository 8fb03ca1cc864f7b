"""Centers that stand for the confounder's values."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from cra_plugin.causal_features.dictionary_file import read_dictionary
from cra_plugin.errors import InputError


class ConfounderDictionary(nn.Module):
    """K centers, read from a file or filled before training.

    The centers are part of the state dict, so that a checkpoint needs no
    dictionary file. Until they are filled they are random.

    Args:
        shape (tuple[int, ...]): Shape of the centers, K first.
        file (str, optional): A ``.safetensors`` or ``.npz`` file whose
            entry ``centers`` has that shape. Defaults to None.
        trainable (bool): Whether the centers are parameters, as released,
            instead of a fixed prior. Defaults to False.
        options (Sequence[str]): The configuration option that sets each
            axis of ``shape``, for errors; '' where none does. Defaults to
            ().

    Attributes:
        provenance (dict[str, Any]): What made the centers, as their file
            says it.

    Raises:
        InputError: If an axis has no length, or the file cannot be read or
            has another shape.
    """

    def __init__(self,
                 shape: tuple[int, ...],
                 file: str | None = None,
                 trainable: bool = False,
                 options: Sequence[str] = ()) -> None:
        super().__init__()
        self.centers: Tensor
        self.filled: Tensor
        for size, option in zip(shape, options):
            if size < 1:
                raise InputError(option, f'{size}',
                                 'a whole number of at least 1')
        centers = torch.randn(shape)
        if trainable:
            self.centers = nn.Parameter(centers)
        else:
            self.register_buffer('centers', centers)
        self.register_buffer('filled', torch.tensor(False))
        self.is_filled = False
        self.options = options
        self.provenance: dict[str, Any] = {}
        self.register_load_state_dict_post_hook(self._remember_filled)
        if file is not None:
            read, self.provenance = read_dictionary(file)
            self.fill(torch.from_numpy(read), source=file)

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str,
                              *args: Any) -> None:
        """Keep centers from a file where a checkpoint has none."""
        incoming = state_dict.get(f'{prefix}filled')
        if self.is_filled and incoming is not None and not incoming:
            state_dict[f'{prefix}filled'] = self.filled
            state_dict[f'{prefix}centers'] = self.centers.detach()
        elif incoming is not None:
            self._yield_to(state_dict.get(f'{prefix}centers'), prefix)
        super()._load_from_state_dict(state_dict, prefix, *args)

    def _yield_to(self, centers: Tensor | None, prefix: str) -> None:
        """Say so when a checkpoint replaces the centers of a file."""
        if self.provenance and centers is not None and not torch.equal(
                centers.cpu(), self.centers.detach().cpu()):
            logging.getLogger('cra_plugin').warning(
                'warning: model.%sdictionary: the checkpoint has other '
                'centers than the file, and they replace them',
                prefix.removesuffix('dictionary.'))
            self.provenance = {}

    @staticmethod
    def _remember_filled(module: Any, _: object) -> None:
        # A Python flag, because reading the buffer would wait for the GPU.
        module.is_filled = bool(module.filled)

    def fill(self, centers: Tensor, source: str) -> None:
        """Set the centers.

        Args:
            centers (Tensor): The new centers.
            source (str): Where they come from, for the error.

        Raises:
            InputError: If their shape is another one.
        """
        self._check_shape(tuple(centers.shape), source)
        with torch.no_grad():
            self.centers.copy_(centers)
            self.filled.fill_(True)
        self.is_filled = True

    def _check_shape(self, found: tuple[int, ...], source: str) -> None:
        """Refuse another shape and name the options that would fit it."""
        expected = tuple(self.centers.shape)
        if found == expected:
            return
        fix = 'use the dictionary of the other side: this is another kind'
        if len(found) == len(expected):
            fixes = [
                f'{option}={there}' for there, here, option in zip(
                    found, expected, self.options) if there != here and option
            ]
            fix = 'build the dictionary again' + (
                ', or set --cfg-options ' + ' '.join(fixes)) * bool(fixes)
        raise InputError(
            source, f'{found[0]} centers of width {found[-1]}, shape {found}',
            f'{expected[0]} of width {expected[-1]}, shape {expected}, as '
            'the model has it', fix)
