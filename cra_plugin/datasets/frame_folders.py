"""Folders of frames in place of raw videos, all checked at the start."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cra_plugin.annotations.frame_folders import (
    FrameFolderError,
    FrameFolderSearch,
    list_frame_files,
)
from cra_plugin.annotations.frame_rates import FrameRates
from cra_plugin.datasets.video_folder import read_id_map
from cra_plugin.errors import InputError
from cra_plugin.utils.first_few import first_few

_FIELD = 'videos.frames'


class FrameFolders:
    """Gives the folder of a video's frames.

    Args:
        frames (str): The folder of all; see :class:`FrameFolderSearch`.
        fps (float | str): Frames a second, or a file of them; see
            :class:`FrameRates`.
        map_file (str, optional): As of :class:`VideoFolder`. Defaults to
            None.

    Raises:
        InputError: If there is no such folder, or a file is malformed.
    """

    def __init__(self, frames: str, fps: float | str,
                 map_file: str | None = None) -> None:
        self.path = frames
        self._ids = {} if map_file is None else read_id_map(map_file)
        self._search = FrameFolderSearch(frames, _FIELD)
        self._rates = FrameRates(fps, 'videos.fps')
        self._folders: dict[str, str] = {}

    def sample_fields(self, video_id: str) -> dict[str, Any]:
        """Give what the pipeline is told of a video.

        Args:
            video_id (str): A video that :meth:`require` has found.

        Returns:
            dict[str, Any]: ``filename``, the folder, ``start_index`` and
            ``avg_fps``.
        """
        return dict(filename=self._folders[video_id], start_index=0,
                    avg_fps=self._rates[video_id])

    def require(self, video_ids: Iterable[str]) -> None:
        """Find the frames and the rate of every one of these videos.

        Args:
            video_ids (Iterable[str]): Identifiers of the videos.

        Raises:
            InputError: If some have none, or frames are missing: how many
                videos, and why.
        """
        video_ids = list(video_ids)
        self._rates.require(video_ids)
        names = {video_id: self._ids.get(video_id, video_id)
                 for video_id in video_ids}
        found = self._search.find(list(names.values()))
        faults: dict[str, str] = {}
        for video_id, name in names.items():
            fault = _fault(found[name])
            if fault:
                faults[name] = fault
            else:
                self._folders[video_id] = str(found[name])
        if faults:
            shown = first_few([f'{name}: {fault}' for name, fault in
                               faults.items()], 3, '; ')
            raise InputError(
                self.path, f'no frames for {len(faults)} of {len(names)} '
                f'videos ({shown})',
                'a folder of numbered pictures for every video',
                f'put them there, or set {_FIELD} or videos.map_file (ids by '
                'which the folders go)')


def _fault(folder: Path | None) -> str:
    """Say what is wrong with the frames of a video, if anything is."""
    if folder is None:
        return 'no such folder'
    try:
        list_frame_files(folder)
    except FrameFolderError as error:
        return str(error)
    return ''
