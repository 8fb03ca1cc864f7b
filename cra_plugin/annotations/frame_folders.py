"""Videos as folders of numbered pictures, and where these are."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from cra_plugin.annotations.video_search import folders_below
from cra_plugin.errors import InputError
from cra_plugin.utils.files import file_identity

SUFFIXES = ('.jpg', '.jpeg', '.png', '.webp', '.bmp')
_NUMBER = re.compile(r'(\d+)\D*$')
_SHOWN = 5


class FrameFolderError(Exception):
    """A folder that holds no video; the text is the reason, in one line."""


def list_frame_files(folder: Path) -> list[Path]:
    """List the pictures of a video in the order of their numbers.

    The number is the last one in a name, such as 12 in ``frame_0012.jpg``.
    Numbers may begin anywhere and go up by any step, but evenly.

    Args:
        folder (Path): The folder of the pictures.

    Returns:
        list[Path]: N pictures, at least one.

    Raises:
        FrameFolderError: If there is none, one has no number, two have the
            same, or some are missing.
    """
    frames: dict[int, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in SUFFIXES or path.name.startswith('.'):
            continue
        number = _NUMBER.search(path.stem)
        if number is None:
            raise FrameFolderError(f'{path.name} has no number')
        other = frames.setdefault(int(number[1]), path)
        if other is not path:
            raise FrameFolderError(f'{other.name} and {path.name} have the '
                                   'same number')
    if not frames:
        raise FrameFolderError(
            f'no pictures in its folder ({", ".join(SUFFIXES)})')
    numbers = sorted(frames)
    _check_gaps(numbers)
    return [frames[number] for number in numbers]


def _check_gaps(numbers: Sequence[int]) -> None:
    """Refuse numbers of which some are left out."""
    steps = np.diff(np.array(numbers, object))
    if not len(steps) or (steps == steps[0]).all():
        return
    gaps = [(first, last) for first, last in pairwise(numbers)
            if last - first > min(steps)]
    shown = ', '.join(f'{first} and {last}' for first, last in gaps[:_SHOWN])
    raise FrameFolderError(
        f'frames are missing in {len(gaps)} places, between the numbers '
        f'{shown}{", ..." * (len(gaps) > _SHOWN)}')


class FrameFolderSearch:
    """Finds the folders of videos by their ids.

    The pictures of video ``6H78U`` are in the folder ``6H78U`` or in one of
    this name anywhere below; an id may also be a path. Links are followed.

    Args:
        folder (str | Path): The folder of all.
        option (str): What names it, for errors. Defaults to '--frames'.

    Raises:
        InputError: If there is no such folder.
    """

    def __init__(self, folder: str | Path, option: str = '--frames') -> None:
        self._folder = Path(folder)
        self._option = option
        if not self._folder.is_dir():
            raise InputError(folder, 'no such folder', 'a folder with a '
                             'folder of pictures for each video',
                             f'check {option}')

    def find(self, video_ids: Sequence[str]) -> dict[str, Path | None]:
        """Find the folders of videos.

        Args:
            video_ids (Sequence[str]): The videos.

        Returns:
            dict[str, Path | None]: Video to its folder, None where there is
            none; :meth:`why_missing` says why.

        Raises:
            InputError: If a video has several folders.
        """
        found = {video_id: self._directly(video_id)
                 for video_id in video_ids}
        missing = {video_id for video_id, path in found.items()
                   if path is None}
        if missing:
            found |= self._below(missing)
        return found

    def why_missing(self, video_ids: Collection[str]) -> dict[str, str]:
        """Say why videos have no folder.

        Args:
            video_ids (Collection[str]): Videos without a folder.

        Returns:
            dict[str, str]: Video to the reason.
        """
        return dict.fromkeys(video_ids, 'no such folder')

    def _directly(self, video_id: str) -> Path | None:
        """Take an id as a path."""
        path = Path(video_id)
        place = self._folder / path
        below = not path.is_absolute() and '..' not in path.parts
        return place if below and path.parts and place.is_dir() else None

    def _below(self, missing: Collection[str]) -> dict[str, Path | None]:
        """Look for folders of these names."""
        places: dict[str, list[Path]] = {}
        for place in folders_below(self._folder):
            if place.name in missing:
                places.setdefault(place.name, []).append(place)
        for video_id, found in places.items():
            if len({file_identity(path) for path in found}) > 1:
                raise InputError(
                    f'video {video_id}', f'{found[0]} and {found[1]}',
                    'one folder', 'remove one, or give a path below '
                    f'{self._option} as id')
        return {video_id: paths[0] for video_id, paths in places.items()}


def frames_state(folder: Path) -> list[int]:
    """Tell whether the pictures of a video are still the same.

    Args:
        folder (Path): Their folder.

    Returns:
        list[int]: How many files there are, their bytes, and the time of the
        last change, in nanoseconds.
    """
    with os.scandir(folder) as entries:
        found = [entry.stat() for entry in entries if entry.is_file()]
    return [len(found), sum(each.st_size for each in found),
            max((each.st_mtime_ns for each in found), default=0)]
