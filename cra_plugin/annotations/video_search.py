"""Find the files of videos, in a folder and all below it."""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from cra_plugin.errors import InputError
from cra_plugin.utils.files import file_identity

SUFFIXES = ('.mp4', '.avi', '.mkv', '.webm', '.mov', '.m4v', '.mpg', '.mpeg',
            '.m2v', '.wmv', '.asf', '.flv', '.f4v', '.3gp', '.ts', '.mts',
            '.m2ts', '.vob', '.mxf', '.ogv')


class VideoSearch:
    """Finds the files of videos by their ids.

    The file of video ``6H78U`` is ``6H78U`` with the suffix of a video. An
    id may also be a path below the folder (``1164/3187962256``), with or
    without its suffix. Links are followed, each folder is looked through
    once, and several links to one file are one file.

    Args:
        folder (str | Path): The folder.
        option (str): What names it, for errors. Defaults to '--videos'.

    Raises:
        InputError: If there is no such folder, or no video in it.
    """

    def __init__(self, folder: str | Path, option: str = '--videos') -> None:
        self._folder = Path(folder)
        self._option = option
        found = [path for path in files_below(self._folder)
                 if _is_video(path)]
        self._paths = sorted(filter(_is_text, found))
        if not self._paths:
            what = 'no videos' if self._folder.is_dir() else 'no such folder'
            if found:
                what = f'names that are not UTF-8 ({_shown(found[0])})'
            raise InputError(
                folder, what, f'a folder of files {", ".join(SUFFIXES)}',
                f'check {option}; folders of frames go by --frames or '
                'videos.frames')

    def all(self) -> list[Path]:
        """List the videos.

        Returns:
            list[Path]: Their paths, sorted, each real file once.
        """
        firsts: dict[object, Path] = {}
        for path in sorted(self._paths, key=_plainness):
            firsts.setdefault(file_identity(path) or path, path)
        return sorted(firsts.values())

    def find(self, video_ids: Sequence[str]) -> dict[str, Path | None]:
        """Find the files of videos.

        Args:
            video_ids (Sequence[str]): The videos.

        Returns:
            dict[str, Path | None]: Video to its file, None where there is
            none; :meth:`why_missing` says why.

        Raises:
            InputError: If a video has several files.
        """
        wanted = set(video_ids)
        files: dict[str, set[Path]] = {}
        for path in self._paths:
            for key in self._keys(path, wanted):
                files.setdefault(key, set()).add(path)
        return {
            video_id: self._only(video_id, files[video_id])
            if video_id in files else self._by_path(video_id)
            for video_id in video_ids}

    def why_missing(self, video_ids: Collection[str]) -> dict[str, str]:
        """Say why videos have no file.

        Args:
            video_ids (Collection[str]): Videos without a file.

        Returns:
            dict[str, str]: Video to the reason.
        """
        reasons = dict.fromkeys(video_ids, 'no such file')
        if reasons:
            for path in sorted(files_below(self._folder)):
                for key in self._keys(path, reasons):
                    reasons[key] = _why_not(path)
        return reasons

    def _keys(self, path: Path, wanted: Collection[str]) -> set[str]:
        """Which of the videos a file may be of."""
        below = path.relative_to(self._folder)
        return {key for key in (path.stem, path.name,
                                str(below.with_suffix('')), str(below))
                if key in wanted}

    def _only(self, video_id: str, paths: set[Path]) -> Path:
        """Give the one file of a video."""
        ordered = sorted(paths, key=_plainness)
        if len({file_identity(path) or path for path in ordered}) > 1:
            shown = ' and '.join(map(str, sorted(paths)[:2]))
            raise InputError(
                f'video {video_id}', shown, 'one file', 'remove one, or give '
                f'a path below {self._option} as id')
        return ordered[0]

    def _by_path(self, video_id: str) -> Path | None:
        """Find an id that is a path through a link looked through before."""
        parts = Path(video_id)
        if parts.is_absolute() or '..' in parts.parts or len(parts.parts) < 2:
            return None
        place = self._folder / parts
        for path in (place, *(place.with_name(place.name + suffix)
                              for suffix in SUFFIXES)):
            if _is_video(path) and path.is_file():
                return path
        return None


def files_below(folder: Path) -> Iterator[Path]:
    """Give all files of a folder and below; each folder once.

    Args:
        folder (Path): The folder, see :func:`folders_below`.

    Yields:
        Path: A file, or a link to one.
    """
    for place, names in _walk(folder):
        yield from (place / name for name in names)


def folders_below(folder: Path) -> Iterator[Path]:
    """Give a folder and all below; each once, by the plainest of its paths.

    Links are followed after what is no link, except those to a folder above,
    which hold the folder itself.

    Args:
        folder (Path): The folder.

    Yields:
        Path: A folder, or a link to one.
    """
    for place, _ in _walk(folder):
        yield place


def _walk(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """Give each folder with the names of its files."""
    seen: set[object] = set()
    waiting = deque([folder])
    top = os.path.realpath(folder)
    while waiting:
        for place, folders, names in os.walk(waiting.popleft(),
                                             onerror=_warn):
            here = file_identity(Path(place))
            if here is None or here in seen:
                folders.clear()
                continue
            seen.add(here)
            folders.sort()
            for path in (Path(place, name) for name in folders):
                if path.is_symlink() and not _holds(path, top):
                    waiting.append(path)
            yield Path(place), names


def _warn(error: OSError) -> None:
    """Tell of a folder that cannot be listed."""
    if not isinstance(error, FileNotFoundError):
        logging.getLogger('cra_plugin').warning(
            'warning: %s: cannot be listed, left out (%s)', error.filename,
            error.strerror)


def _holds(path: Path, top: str) -> bool:
    """Whether a link leads to a folder above."""
    return Path(top).is_relative_to(os.path.realpath(path))


def _plainness(path: Path) -> tuple[bool, int, str]:
    """Order paths to the same file: the file itself before links to it."""
    return (os.path.realpath(path) != os.path.abspath(path),
            len(path.parts), str(path))


def _is_video(path: Path) -> bool:
    """Whether a file has the suffix of a video."""
    return path.suffix.lower() in SUFFIXES


def _is_text(path: Path) -> bool:
    """Whether a path is UTF-8, as decoders take it."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(path: Path) -> str:
    """Write a path in characters that every output has."""
    return ascii(os.fsencode(path))


def _why_not(path: Path) -> str:
    """Say why a file is no video that can be read."""
    if not _is_video(path):
        return (f'{path.name} is not a kind of video that is looked for '
                f'({", ".join(SUFFIXES)})')
    return f'the path {_shown(path)} is not UTF-8: rename it'
