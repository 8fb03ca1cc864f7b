"""Encoding many node texts into a file, so that a killed run goes on."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from cra_plugin.causal_features.node_encoder import NodeEncoder
from cra_plugin.errors import InputError
from cra_plugin.utils.files import one_writer
from cra_plugin.utils.json_file import read_json_object, write_json
from cra_plugin.utils.row_file import RowFile


def encode_nodes(texts: Sequence[str],
                 encoder: NodeEncoder,
                 file: str | Path,
                 batch_size: int = 256,
                 progress: bool = True) -> np.ndarray:
    """Encode texts, one batch at a time, into a ``.npy`` file.

    ``{file}.json`` tells what is encoded and how many batches are finished.
    A run that was killed goes on after them and ends with the same bytes;
    another encoder, other texts or damaged files start it anew.

    Args:
        texts (Sequence[str]): N unique texts, none empty.
        encoder (NodeEncoder): The encoder.
        file (str | Path): The ``.npy`` file to write.
        batch_size (int): Texts a batch. Defaults to 256.
        progress (bool): Show a progress bar on stderr. Defaults to True.

    Returns:
        np.ndarray: (N, width) float32, read-only, read from the file.

    Raises:
        InputError: If features are not finite or have a wrong shape, or if
            another run is writing the file.
    """
    if batch_size < 1:
        raise InputError('batch_size', str(batch_size), 'at least 1',
                         'set --batch-size 256')
    file = Path(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    with one_writer(file):
        return _encode_into(file, texts, encoder, batch_size, progress)


def _encode_into(file: Path, texts: Sequence[str], encoder: NodeEncoder,
                 batch_size: int, progress: bool) -> np.ndarray:
    """Encode the texts that the file does not have yet."""
    identity = _identity(texts, encoder, batch_size)
    features, finished = _open(file, identity, (len(texts), encoder.width))
    starts = track(
        range(finished * batch_size, len(texts), batch_size),
        'Encoding texts', console=Console(stderr=True), transient=True,
        disable=not progress)
    for start in starts:
        batch = texts[start:start + batch_size]
        features.write(range(start, start + len(batch)),
                       _encode(batch, encoder))
        finished += 1
        # After the features: what it counts is in the file.
        write_json(_state_file(file), identity | dict(finished=finished))
    return features.read()


def remove_node_features(file: str | Path) -> None:
    """Remove what :func:`encode_nodes` wrote, if anything.

    Args:
        file (str | Path): The ``.npy`` file.
    """
    for path in (_state_file(Path(file)), Path(file), Path(f'{file}.lock')):
        path.unlink(missing_ok=True)


def _state_file(file: Path) -> Path:
    """Give the file that says how far the encoding is."""
    return file.with_name(f'{file.name}.json')


def _identity(texts: Sequence[str], encoder: NodeEncoder,
              batch_size: int) -> dict[str, Any]:
    """Give what must be alike for finished batches to be kept.

    The batch size is part of it: it moves the last bits of features.
    """
    digest = hashlib.sha256(json.dumps(list(texts)).encode()).hexdigest()
    return dict(
        texts=digest,
        encoder=encoder.name,
        width=encoder.width,
        batch_size=batch_size)


def _open(file: Path, identity: dict[str, Any],
          shape: tuple[int, int]) -> tuple[RowFile, int]:
    """Open the features and count the finished batches."""
    if file.exists() or _state_file(file).exists():
        try:
            return _reopen(file, identity, shape)
        except (OSError, ValueError) as error:
            logging.getLogger('cra_plugin').warning(
                'warning: %s: the texts are encoded anew (%s)', file, error)
    _state_file(file).unlink(missing_ok=True)
    features = RowFile.create(file, shape)
    write_json(_state_file(file), identity | dict(finished=0))
    return features, 0


def _reopen(file: Path, identity: dict[str, Any],
            shape: tuple[int, int]) -> tuple[RowFile, int]:
    """Open what an earlier run left, or raise ValueError or OSError."""
    state = read_json_object(_state_file(file))
    changed = [key for key in identity if state.get(key) != identity[key]]
    if changed:
        raise ValueError(f'it was made with other {", ".join(changed)}')
    finished = state.get('finished')
    if not isinstance(finished, int) or finished < 0:
        raise ValueError('it is damaged')
    return RowFile(file, shape), finished


def _encode(batch: Sequence[str], encoder: NodeEncoder) -> np.ndarray:
    """Encode a batch, and check what comes back."""
    features = encoder.encode(batch)
    if features.shape != (len(batch), encoder.width):
        raise InputError(encoder.name, f'features of shape {features.shape}',
                         f'({len(batch)}, {encoder.width})',
                         'correct the encoder')
    finite = np.isfinite(features).all(axis=1)
    if not finite.all():
        raise InputError(
            f'{encoder.name}, text {batch[int(finite.argmin())]!r}',
            'a feature that is NaN or infinite', 'finite features',
            'check the weights of the encoder')
    return features
