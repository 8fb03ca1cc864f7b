"""Frame features that are kept between runs, by what is in the video."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from cra_plugin.utils.files import atomic_path, file_digest


def default_cache() -> Path:
    """Name the user's folder of frame features.

    Returns:
        Path: ``cra_plugin/frame_features`` in ``$XDG_CACHE_HOME``, else in
        ``~/.cache``.
    """
    root = os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache'
    return Path(root, 'cra_plugin', 'frame_features')


class FeatureCache:
    """Features of whole videos, one file each.

    They are found by the content of the video and by what encoded it: a
    video that is renamed is found, one that is changed is not. What is
    damaged counts as missing.

    Args:
        folder (str | Path): Where the files lie; made when it is needed.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def place(self, video: Path, encoder: str) -> Path:
        """Name the file of a video.

        Args:
            video (Path): Its file, or the folder of its pictures.
            encoder (str): All that decides the features of a given video.

        Returns:
            Path: The file, whether it is there or not.
        """
        files = [video] if video.is_file() else sorted(
            each for each in video.iterdir() if each.is_file())
        key = json.dumps([encoder, [file_digest(each) for each in files]])
        digest = hashlib.sha256(key.encode()).hexdigest()
        return self.folder / f'{digest[:32]}.npz'

    @staticmethod
    def read(place: Path) -> dict[str, np.ndarray] | None:
        """Read what was kept.

        Args:
            place (Path): Of :meth:`place`.

        Returns:
            dict[str, np.ndarray], optional: What :meth:`write` was given;
            None where there is nothing whole.
        """
        try:
            with np.load(place, allow_pickle=False) as content:
                return {name: content[name] for name in content.files}
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return None

    @staticmethod
    def write(place: Path, content: dict[str, np.ndarray]) -> None:
        """Keep features.

        Args:
            place (Path): Of :meth:`place`.
            content (dict[str, np.ndarray]): Arrays by name.
        """
        with atomic_path(place) as temporary:
            np.savez(temporary, allow_pickle=False, **content)
