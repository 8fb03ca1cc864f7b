"""Token states that a frozen text encoder gave, kept between runs."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

# An entry of an index: which text, where its states are, how many tokens.
_ENTRY = np.dtype([('key', 'V16'), ('start', '<i8'), ('tokens', '<i4'),
                   ('check', 'V8')])
_STATES, _INDEX = '.states', '.index'


class _Place(NamedTuple):
    """Where the states of a text are."""

    file: Path
    start: int
    tokens: int
    check: bytes


class TextStateCache:
    """Token states by text, float16, in files that are memory-mapped.

    Every process appends to files of its own, states first and then the
    entry that names them: no lock is needed, a killed run leaves at most
    states that nothing names, and what is damaged counts as missing.

    Args:
        folder (str | Path): Where the files lie; made when it is needed.
        width (int): Width H of the states.
    """

    def __init__(self, folder: str | Path, width: int) -> None:
        self.folder = Path(folder)
        self.width = width
        self._places: dict[bytes, _Place] = {}
        self._maps: dict[Path, np.ndarray] = {}
        self._checked: set[bytes] = set()
        self._own = self.folder / f'{os.getpid()}_{uuid.uuid4().hex[:12]}'
        for index in sorted(self.folder.glob(f'*{_INDEX}')):
            self._places.update(_read_index(index))

    def __len__(self) -> int:
        return len(self._places)

    @staticmethod
    def key(tokens: np.ndarray) -> bytes:
        """Name a text.

        Args:
            tokens (np.ndarray): (L,) its token ids, without padding.

        Returns:
            bytes: 16 bytes.
        """
        content = np.ascontiguousarray(tokens, '<i8').tobytes()
        return hashlib.sha256(content).digest()[:16]

    def get(self, key: bytes) -> np.ndarray | None:
        """Read the states of a text.

        Args:
            key (bytes): Of :meth:`key`.

        Returns:
            np.ndarray, optional: (L, H) float16; None where there are none.
        """
        place = self._places.get(key)
        if place is None:
            return None
        states = self._read(place)
        if states is None or (key not in self._checked
                              and _check(states) != place.check):
            del self._places[key]
            return None
        self._checked.add(key)
        return states

    def put(self, key: bytes, states: np.ndarray) -> None:
        """Keep the states of a text.

        Args:
            key (bytes): Of :meth:`key`.
            states (np.ndarray): (L, H).

        Raises:
            OSError: If they cannot be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        content = np.ascontiguousarray(states, '<f2')
        file = self._own.with_suffix(_STATES)
        with file.open('ab') as output:
            start = output.tell()
            output.write(content.tobytes())
        entry = np.array((key, start, len(content), _check(content)), _ENTRY)
        with self._own.with_suffix(_INDEX).open('ab') as output:
            output.write(entry.tobytes())
        self._places[key] = _Place(file, start, len(content),
                                   _check(content))
        self._checked.add(key)

    def _read(self, place: _Place) -> np.ndarray | None:
        """Map states; None where the file is shorter than its index says."""
        end = place.start // 2 + place.tokens * self.width
        mapped = self._maps.get(place.file)
        if mapped is None or len(mapped) < end:
            try:
                mapped = np.memmap(place.file, '<f2', 'r')
            except (OSError, ValueError):  # gone, or empty
                return None
            self._maps[place.file] = mapped
        if len(mapped) < end:
            return None
        return np.asarray(mapped[place.start // 2:end]).reshape(
            place.tokens, self.width)


def _read_index(index: Path) -> Iterator[tuple[bytes, _Place]]:
    """Read the whole entries of an index."""
    content = index.read_bytes()
    whole = len(content) // _ENTRY.itemsize * _ENTRY.itemsize
    file = index.with_suffix(_STATES)
    for entry in np.frombuffer(content[:whole], _ENTRY):
        start, tokens = int(entry['start']), int(entry['tokens'])
        if start >= 0 and tokens > 0 and not start % 2:
            yield entry['key'].tobytes(), _Place(
                file, start, tokens, entry['check'].tobytes())


def _check(states: np.ndarray) -> bytes:
    """Shorten states to what tells whether they have changed."""
    return hashlib.sha256(states.tobytes()).digest()[:8]
