"""Features of an extraction that is not finished yet."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.sampled_video import VideoTimes
from cra_plugin.utils.json_file import is_seconds
from cra_plugin.utils.row_file import RowFile

# In each line: SHA-256 of the line and of the features of its video.
DIGEST = 'sha256'
# Rows that are copied at a time.
_ROWS = 64
FOREIGN = 'lines that no extraction wrote'


def _partial_paths(out: Path) -> tuple[Path, Path]:
    """Name the log and the features."""
    return (out.with_name(f'{out.name}.partial.jsonl'),
            out.with_name(f'{out.name}.partial.npy'))


def partial_bytes(out: Path, shape: tuple[int, int, int]) -> int:
    """Tell how much more room the features will take until they are done.

    Args:
        out (Path): The file that the extraction will write.
        shape (tuple[int, int, int]): (N, T, D).

    Returns:
        int: Bytes; 0 where an earlier run has set them aside.
    """
    return 0 if _partial_paths(out)[1].exists() else 4 * math.prod(shape)


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
    ``{out}.partial.jsonl`` what made them and one line per finished video. A
    line is written once the features are on the disk, so that a run may be
    killed at any time. HDF5 gives no such guarantee. A video whose file has
    changed since is not finished; one whose file is gone is. Nor is one whose
    line or features differ from their digest.

    Args:
        out (Path): The file that the extraction will write.
        identity (Mapping[str, Any]): What made the features, as JSON holds
            it; a run goes on only where it is the same.
        shape (tuple[int, int, int]): (N, T, D).
        states (Sequence[Any]): N, as JSON holds them: what tells
            that the file of a video is still the same.
        sparse (bool): See :meth:`RowFile.create`. Defaults to False.

    Attributes:
        finished (dict[int, VideoTimes]): Row to the times of its frames.

    Raises:
        InputError: If there are features of other videos or settings, or
            the files are damaged.
    """

    def __init__(self, out: Path, identity: Mapping[str, Any],
                 shape: tuple[int, int, int], states: Sequence[Any],
                 sparse: bool = False) -> None:
        self._log, self._data = _partial_paths(out)
        self._states = states
        self.finished: dict[int, VideoTimes] = {}
        identity = {**identity, 'shape': list(shape)}
        if self._log.exists() and (entries := self._read_log(identity)):
            self._features = self._reopen(shape)
            self.finished = self._whole(entries[1:], shape[1])
            return
        self._features = RowFile.create(self._data, shape, sparse)
        self._append([identity])

    @property
    def features(self) -> np.ndarray:
        """All features, (N, T, D), read-only."""
        return self._features.read()

    def add(self, rows: Sequence[int], features: np.ndarray,
            times: Sequence[VideoTimes]) -> None:
        """Keep finished videos.

        Args:
            rows (Sequence[int]): V rows.
            features (np.ndarray): (V, T, D).
            times (Sequence[VideoTimes]): V of them.
        """
        self._features.write(rows, features)
        entries = [{'row': row, 'file': self._states[row], **asdict(item)}
                   for row, item in zip(rows, times)]
        self._append([{**entry, DIGEST: _digest(entry, video)}
                      for entry, video in zip(entries, features)])
        self.finished.update(zip(rows, times))

    def absorb(self, other: PartialFile) -> None:
        """Keep what another file holds besides.

        Args:
            other (PartialFile): Of the same videos and settings.
        """
        rows = sorted(other.finished.keys() - self.finished.keys())
        for start in range(0, len(rows), _ROWS):
            part = rows[start:start + _ROWS]
            self.add(part, other.features[part],
                     [other.finished[row] for row in part])

    def _append(self, entries: list[dict[str, Any]]) -> None:
        """Write lines, and through to the disk."""
        text = ''.join(f'{json.dumps(entry)}\n' for entry in entries)
        with open(self._log, 'a', encoding='utf-8') as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def _read_log(self, identity: dict[str, Any]) -> list[dict[str, Any]]:
        """Read all lines, if there is any; drop a cut-off one."""
        content = self._log.read_bytes()
        whole = content.rfind(b'\n') + 1
        os.truncate(self._log, whole)
        if not whole:
            return []
        try:
            head, *entries = map(json.loads, content[:whole].splitlines())
            changed = [key for key in identity
                       if head.get(key) != identity[key]]
        except (ValueError, AttributeError, RecursionError):
            raise self._refusal(FOREIGN) from None
        if changed:
            raise self._refusal(f'features made with another '
                                f'{", ".join(changed)}')
        return [head, *entries]

    def _whole(self, entries: list[dict[str, Any]],
               num_frames: int) -> dict[int, VideoTimes]:
        """The finished videos, but for what has changed since."""
        features = self.features
        try:
            done = {entry['row']: entry for entry in entries}
            found = {row: (entry['file'], _read_times(entry, num_frames))
                     for row, entry in done.items()}
        except (ValueError, TypeError, KeyError):
            raise self._refusal(FOREIGN) from None
        return {
            row: found[row][1] for row, state in enumerate(self._states)
            if row in found and state in (None, found[row][0])
            and done[row].get(DIGEST) in (
                None, _digest(done[row], features[row]))}

    def _reopen(self, shape: tuple[int, int, int]) -> RowFile:
        """Open the features for more."""
        try:
            return RowFile(self._data, shape)
        except (OSError, ValueError, EOFError) as error:
            raise self._refusal(
                f'other features beside it ({error})') from None

    def _refusal(self, found: str) -> InputError:
        """What to say of files that cannot be gone on with."""
        return InputError(
            self._log, found, 'what a killed run with the same videos and '
            'options left', f'repeat its options, or remove {self._log.name}')


def _digest(entry: Mapping[str, Any], features: np.ndarray) -> str:
    """Digest a line, but for the digest in it, and its features."""
    line = {key: entry[key] for key in entry if key != DIGEST}
    digest = hashlib.sha256(json.dumps(line, sort_keys=True).encode())
    digest.update(np.asarray(features, np.float32).tobytes())
    return digest.hexdigest()


def _read_times(entry: dict[str, Any], num_frames: int) -> VideoTimes:
    """Read the times of a video, or raise ValueError, TypeError, KeyError."""
    times = VideoTimes(entry['duration'], entry['frame_times'])
    numbers = [times.duration, *times.frame_times]
    if len(numbers) != 1 + num_frames or not all(map(is_seconds, numbers)):
        raise ValueError('no times of its frames')
    return times
