"""Centres that stand for the confounder's values."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from cra_plugin.errors import InputError

# What safetensors and NumPy raise on files that are cut, damaged or pickles.
UNREADABLE = (SafetensorError, BadZipFile, zlib.error, EOFError, OSError,
              ValueError, AttributeError, TypeError)


class ConfounderDictionary(nn.Module):
    """K centres, read from a file or filled before training.

    The centres are part of the state dict, so that a checkpoint needs no
    dictionary file. Until they are filled they are random.

    Args:
        shape (tuple[int, ...]): Shape of the centres, K first.
        file (str, optional): A ``.safetensors`` or ``.npz`` file whose
            entry ``centers`` has that shape. Defaults to None.
        trainable (bool): Whether the centres are parameters, as released,
            instead of a fixed prior. Defaults to False.
        field (str): The configuration field that errors name. Defaults to
            'dictionary'.

    Raises:
        InputError: If the file cannot be read or has another shape.
    """

    def __init__(self,
                 shape: tuple[int, ...],
                 file: str | None = None,
                 trainable: bool = False,
                 field: str = 'dictionary') -> None:
        super().__init__()
        self.centers: Tensor
        self.filled: Tensor
        centers = torch.randn(shape)
        if trainable:
            self.centers = nn.Parameter(centers)
        else:
            self.register_buffer('centers', centers)
        self.register_buffer('filled', torch.tensor(False))
        self.is_filled = False
        self.field = field
        self.register_load_state_dict_post_hook(self._remember_filled)
        if file is not None:
            self.fill(read_centers(file), source=file)

    def _load_from_state_dict(self, state_dict: dict, prefix: str,
                              *args: Any) -> None:
        """Keep centres from a file where a checkpoint has none."""
        incoming = state_dict.get(f'{prefix}filled')
        if self.is_filled and incoming is not None and not incoming:
            state_dict[f'{prefix}filled'] = self.filled
            state_dict[f'{prefix}centers'] = self.centers.detach()
        super()._load_from_state_dict(state_dict, prefix, *args)

    @staticmethod
    def _remember_filled(module: Any, _: object) -> None:
        # A Python flag, because reading the buffer would wait for the GPU.
        module.is_filled = bool(module.filled)

    def fill(self, centers: Tensor, source: str) -> None:
        """Set the centres.

        Args:
            centers (Tensor): The new centres.
            source (str): Where they come from, for the error.

        Raises:
            InputError: If their shape is another one.
        """
        if centers.shape != self.centers.shape:
            raise InputError(
                source, f'centres of shape {tuple(centers.shape)}',
                f'shape {tuple(self.centers.shape)} as the model has it',
                f'set the sizes of {self.field} to those of the file, or '
                'build the dictionary again')
        with torch.no_grad():
            self.centers.copy_(centers)
            self.filled.fill_(True)
        self.is_filled = True


def read_centers(file: str) -> Tensor:
    """Read the entry ``centers`` of a dictionary file.

    Args:
        file (str): A ``.safetensors`` or ``.npz`` file, never a pickle.

    Returns:
        Tensor: (K, ...) float32.

    Raises:
        InputError: If there is no such file, format or entry.
    """
    expected = "a .safetensors or .npz file with an entry 'centers'"
    fix = 'save the centres under that name'
    if not Path(file).is_file():
        raise InputError(file, 'no such file', expected, fix)
    try:
        if file.endswith('.safetensors'):
            entries = load_file(file)
        else:
            with np.load(file, allow_pickle=False) as archive:
                entries = {
                    key: torch.from_numpy(archive[key])
                    for key in archive.files if key == 'centers'
                }
    except UNREADABLE as error:
        raise InputError(file, f'an unreadable file ({error})', expected,
                         fix) from error
    if 'centers' not in entries:
        raise InputError(file, f'entries {sorted(entries)}', expected, fix)
    return entries['centers'].float()
