"""Which videos are wanted, and where their files are."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from cra_plugin.annotations.question_files import (
    READERS,
    read_question_file,
)
from cra_plugin.errors import InputError

SUFFIXES = ('.mp4', '.avi', '.mkv', '.webm', '.mov', '.m4v', '.mpg', '.mpeg',
            '.wmv', '.flv', '.3gp', '.ts', '.ogv')


def read_video_ids(path: str | Path) -> list[str]:
    """Read the videos that are wanted.

    Args:
        path (str | Path): A text file with an id a line, or a question file
            (``.csv`` of NExT-GQA or NExT-QA, ``.json`` of STAR), whose videos
            count.

    Returns:
        list[str]: The ids in the order of the file, each once.

    Raises:
        InputError: If the file is missing, malformed or empty.
    """
    if Path(path).suffix.lower() in READERS:
        questions = read_question_file(path).questions
        return list(dict.fromkeys(item.video_id for item in questions))
    try:
        text = Path(path).read_text(encoding='utf-8-sig')
    except FileNotFoundError:
        raise InputError(path, 'no such file', 'a video id a line, or a '
                         'question file', 'check --ids') from None
    except UnicodeDecodeError:
        raise InputError(path, 'bytes that are not UTF-8', 'a video id a '
                         'line', 'check --ids') from None
    video_ids = list(dict.fromkeys(
        line.strip() for line in text.splitlines() if line.strip()))
    if not video_ids:
        raise InputError(path, 'no ids', 'a video id a line', 'check --ids')
    return video_ids


def all_videos(folder: str | Path, option: str = '--videos') -> list[Path]:
    """List the files with the suffix of a video.

    Args:
        folder (str | Path): A folder; all below it count, too.
        option (str): What names the folder, for errors. Defaults to
            '--videos'.

    Returns:
        list[Path]: Their paths, sorted.

    Raises:
        InputError: If there is no such folder, or no video in it.
    """
    paths = sorted(
        Path(place, name)
        for place, _, names in os.walk(folder, followlinks=True)
        for name in names if Path(name).suffix.lower() in SUFFIXES)
    if not paths:
        raise InputError(
            folder, 'no videos' if Path(folder).is_dir() else
            'no such folder', f'a folder of files {", ".join(SUFFIXES)}',
            f'check {option}')
    return paths


def find_videos(folder: str | Path,
                video_ids: Sequence[str],
                option: str = '--videos') -> dict[str, Path | None]:
    """Find the files of videos, in a folder and all below it.

    The file of video ``6H78U`` is ``6H78U`` with the suffix of a video. An
    id may also be a path below the folder (``1164/3187962256``), with or
    without its suffix.

    Args:
        folder (str | Path): The folder.
        video_ids (Sequence[str]): The videos.
        option (str): What names the folder, for errors. Defaults to
            '--videos'.

    Returns:
        dict[str, Path | None]: Video to its file, None where there is none.

    Raises:
        InputError: If there is no such folder, no video in it, or a video has
            several files.
    """
    files: dict[str, set[Path]] = {}
    for path in all_videos(folder, option):
        below = path.relative_to(folder)
        for key in (path.stem, path.name, str(below.with_suffix('')),
                    str(below)):
            files.setdefault(key, set()).add(path)
    return {video_id: _only(video_id, files.get(video_id, set()), option)
            for video_id in video_ids}


def _only(video_id: str, paths: set[Path], option: str) -> Path | None:
    """Give the one file of a video."""
    if len(paths) > 1:
        shown = ' and '.join(map(str, sorted(paths)[:2]))
        raise InputError(f'video {video_id}', shown, 'one file',
                         f'remove one, or give a path below {option} as id')
    return next(iter(paths), None)
