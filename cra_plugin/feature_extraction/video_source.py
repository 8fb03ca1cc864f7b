"""Find videos: files, or folders of frames."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from cra_plugin.annotations.frame_folders import (
    FrameFolderSearch,
    frames_state,
)
from cra_plugin.annotations.frame_rates import FrameRates
from cra_plugin.annotations.video_search import VideoSearch
from cra_plugin.feature_extraction.frame_folder_reader import (
    open_frame_folder,
)
from cra_plugin.feature_extraction.video_reader import (
    DEFAULT_DECODER,
    VIDEO_LIMIT,
    VideoReader,
    find_decoder,
)
from cra_plugin.utils.files import file_state


class VideoSource(Protocol):
    """Finds videos by their ids, and opens them.

    Attributes:
        name (str): Says what reads the frames.
    """

    name: str

    def find(self, video_ids: Sequence[str]) -> dict[str, Path | None]:
        """Give where videos are; None for those that there are not."""

    def why_missing(self, video_ids: Collection[str]) -> dict[str, str]:
        """Say why videos are nowhere."""

    def state(self, path: Path | None) -> Any:
        """Tell, as JSON holds it, whether a video is still the same.

        None where it is gone.
        """

    def open_video(self, path: Path) -> AbstractContextManager[VideoReader]:
        """See ``OpenVideo``."""


class VideoFiles:
    """Video files: see :class:`VideoSearch` and :func:`find_decoder`.

    Args:
        folder (str | Path): The folder of the videos.
        decoder (str): What decodes them. Defaults to 'pyav'.
        limit (float): Seconds after which a video is given up. Defaults to
            600.

    Raises:
        InputError: If there is no such folder or decoder.
    """

    def __init__(self, folder: str | Path, decoder: str = DEFAULT_DECODER,
                 limit: float = VIDEO_LIMIT) -> None:
        self.name = decoder
        self.open_video = find_decoder(decoder, limit)
        search = VideoSearch(folder)
        self.find, self.why_missing = search.find, search.why_missing
        self.state = file_state


class FrameFolders:
    """Folders of numbered pictures: see :class:`FrameFolderSearch`.

    Args:
        folder (str | Path): The folder of all.
        fps (float | str | Path): How many pictures are shown per second, see
            :class:`FrameRates`.

    Raises:
        InputError: If there is no such folder, or the rates are malformed.
    """

    name = 'frames'

    def __init__(self, folder: str | Path, fps: float | str | Path) -> None:
        self._search = FrameFolderSearch(folder)
        self._rates = FrameRates(fps)
        self._rate_of: dict[Path, float] = {}
        self.why_missing = self._search.why_missing

    def find(self, video_ids: Sequence[str]) -> dict[str, Path | None]:
        """Find folders, each of which must have a rate."""
        found = self._search.find(video_ids)
        there = {video: path for video, path in found.items() if path}
        self._rates.require(there)
        self._rate_of |= {
            path: self._rates[video] for video, path in there.items()}
        return found

    def state(self, path: Path | None) -> list[float] | None:
        """Tell whether the pictures and their rate are the same."""
        if path is None:
            return None
        return [*frames_state(path), self._rate_of[path]]

    def open_video(self, path: Path) -> AbstractContextManager[VideoReader]:
        """Open the pictures of a video."""
        return open_frame_folder(path, self._rate_of[path])
