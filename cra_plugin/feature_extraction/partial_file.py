"""Features of an extraction that is not finished yet."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.sampled_video import VideoTimes


def _partial_paths(out: Path) -> tuple[Path, Path]:
    """Name the log and the features."""
    return (out.with_name(f'{out.name}.partial.jsonl'),
            out.with_name(f'{out.name}.partial.npy'))


def remove_partial(out: Path) -> None:
    """Remove the files of an extraction that is finished.

    Args:
        out (Path): The file that it wrote.
    """
    for path in _partial_paths(out):
        path.unlink(missing_ok=True)


class PartialFile:
    """Features and times of the videos that are done, beside the result.

    ``{out}.partial.npy`` holds (N, T, D) features, and
    ``{out}.partial.jsonl`` what made them and a line a finished video. A
    line is written once the features are on the disk, so that a run may be
    killed at any time. HDF5 gives no such guarantee.

    Args:
        out (Path): The file that the extraction will write.
        identity (Mapping[str, Any]): What made the features, as JSON holds
            it; a run goes on only where it is the same.
        shape (tuple[int, int, int]): (N, T, D).

    Attributes:
        finished (dict[int, VideoTimes]): Row to the times of its frames.

    Raises:
        InputError: If there are features of other videos or settings, or
            the files are damaged.
    """

    def __init__(self, out: Path, identity: Mapping[str, Any],
                 shape: tuple[int, int, int]) -> None:
        self._log, self._data = _partial_paths(out)
        self.finished: dict[int, VideoTimes] = {}
        identity = {**identity, 'shape': list(shape)}
        if self._log.exists() and self._read_log(identity):
            self.features = self._reopen(shape)
            return
        self.features = np.lib.format.open_memmap(
            self._data, mode='w+', dtype=np.float32, shape=shape)
        self._append([identity])

    def add(self, rows: Sequence[int], features: np.ndarray,
            times: Sequence[VideoTimes]) -> None:
        """Keep finished videos.

        Args:
            rows (Sequence[int]): V rows.
            features (np.ndarray): (V, T, D).
            times (Sequence[VideoTimes]): V of them.
        """
        self.features[list(rows)] = features
        self.features.flush()
        self._append([{'row': row, **asdict(item)}
                      for row, item in zip(rows, times)])
        self.finished.update(zip(rows, times))

    def _append(self, entries: list[dict[str, Any]]) -> None:
        """Write lines, and through to the disk."""
        text = ''.join(f'{json.dumps(entry)}\n' for entry in entries)
        with open(self._log, 'a', encoding='utf-8') as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def _read_log(self, identity: dict[str, Any]) -> bool:
        """Read what is finished, if anything; drop a cut-off line."""
        content = self._log.read_bytes()
        whole = content.rfind(b'\n') + 1
        os.truncate(self._log, whole)
        if not whole:
            return False
        try:
            head, *entries = map(json.loads, content[:whole].splitlines())
            changed = [key for key in identity
                       if head.get(key) != identity[key]]
            self.finished = {
                entry.pop('row'): VideoTimes(**entry) for entry in entries}
        except (ValueError, TypeError, KeyError, AttributeError):
            raise self._refusal('lines that no extraction wrote') from None
        if changed:
            raise self._refusal(f'features made with another '
                                f'{", ".join(changed)}')
        return True

    def _reopen(self, shape: tuple[int, int, int]) -> np.memmap:
        """Open the features for more."""
        try:
            # For writing, numpy would extend a file that is cut off.
            found = np.lib.format.open_memmap(self._data, mode='r')
        except (OSError, ValueError) as error:
            raise self._refusal(f'no features beside it ({error})') from None
        if (found.shape, found.dtype) != (shape, np.float32):
            raise self._refusal(f'{found.dtype} of {found.shape} beside it')
        return np.lib.format.open_memmap(self._data, mode='r+')

    def _refusal(self, found: str) -> InputError:
        """What to say of files that cannot be gone on with."""
        return InputError(
            self._log, found, 'what a killed run with the same videos and '
            'options left', f'repeat its options, or remove {self._log.name}')
