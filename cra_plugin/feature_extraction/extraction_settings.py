"""How features are extracted, apart from what encodes the frames."""

from __future__ import annotations

from dataclasses import dataclass

from cra_plugin.datasets.features.feature_file import FEATURE_KEY
from cra_plugin.errors import InputError, check_choice
from cra_plugin.feature_extraction.video_reader import (
    DEFAULT_DECODER,
    VIDEO_LIMIT,
)


@dataclass(frozen=True)
class ExtractionSettings:
    """How features are extracted, apart from the encoder.

    Attributes:
        num_frames (int): Frames T of a video. Defaults to 32.
        list_fps (float, optional): See :class:`FrameSampling`. Defaults to
            None.
        decoder (str): See :func:`find_decoder`. Defaults to 'pyav'.
        num_workers (int, optional): Threads that decode; None for one a
            processor. Defaults to None.
        batch_size (int): Frames that are encoded at a time, in whole
            videos. Defaults to 128.
        key (str): Name of the features in the file. Defaults to 'CLIPL_I'.
        dtype (str): ``'float32'`` or ``'float16'``. Defaults to 'float32'.
        video_limit (float): Seconds after which a video is skipped. Defaults
            to 600.

    Raises:
        InputError: If a value makes no sense.
    """

    num_frames: int = 32
    list_fps: float | None = None
    decoder: str = DEFAULT_DECODER
    num_workers: int | None = None
    batch_size: int = 128
    key: str = FEATURE_KEY
    dtype: str = 'float32'
    video_limit: float = VIDEO_LIMIT

    def __post_init__(self) -> None:
        for name in ('num_frames', 'num_workers', 'batch_size', 'list_fps',
                     'video_limit'):
            value = getattr(self, name)
            if value is not None and not 0 < value < float('inf'):
                option = name.replace('num_workers', 'workers')
                raise InputError(f'option --{option.replace("_", "-")}',
                                 str(value), 'a positive number')
        if self.key in ('', 'vid', 'duration', 'frame_times'):
            raise InputError('option --key', repr(self.key),
                             'a name that nothing else in the file has')
        check_choice('option --dtype', self.dtype, ('float32', 'float16'))

    @property
    def batch_videos(self) -> int:
        """Videos that are encoded at a time."""
        return max(1, self.batch_size // self.num_frames)
