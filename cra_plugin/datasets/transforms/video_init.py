"""Opening a video by its time stamps, in place of ``DecordInit``."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from mmcv.transforms import BaseTransform

from cra_plugin.datasets.transforms.required_keys import require_keys
from cra_plugin.feature_extraction.video_reader import (
    DEFAULT_DECODER,
    VIDEO_LIMIT,
    find_decoder,
)
from cra_plugin.registry import TRANSFORMS


@TRANSFORMS.register_module()
class VideoInit(BaseTransform):
    """Find the frames of a video that are shown, and their times.

    Required key: ``filename``. Added keys: ``video_reader``
    (:class:`VideoReader`), ``video_file``, which closes it, and, for
    mmaction2's sampling, ``total_frames``, ``avg_fps`` and ``start_index``.

    Args:
        decoder (str): What :class:`VideoDecode` decodes with: ``'pyav'``,
            ``'torchcodec'`` or ``'decord'``. Defaults to 'pyav'.
        video_limit (float): Seconds after which a video is refused, with
            the decoding. Defaults to 600.
    """

    def __init__(self,
                 decoder: str = DEFAULT_DECODER,
                 video_limit: float = VIDEO_LIMIT) -> None:
        self.decoder = decoder
        self.video_limit = video_limit
        find_decoder(decoder)  # say at the start that it is missing

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Open the video.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample with its video.

        Raises:
            VideoError: If the video cannot be read, or not rightly.
        """
        require_keys(results, self, 'filename')
        video_file = ExitStack()
        reader = video_file.enter_context(find_decoder(
            self.decoder, self.video_limit)(Path(results['filename'])))
        results.update(
            video_reader=reader, video_file=video_file, start_index=0,
            total_frames=reader.num_frames,
            avg_fps=reader.num_frames / reader.duration)
        return results

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(decoder={self.decoder!r}, '
                f'video_limit={self.video_limit:g})')
