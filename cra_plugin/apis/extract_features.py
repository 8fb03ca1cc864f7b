"""Extract the features of a folder of videos into a file."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cra_plugin.annotations.video_ids import read_video_ids
from cra_plugin.datasets.features.feature_file import (
    FEATURE_KEY,
    write_feature_file,
)
from cra_plugin.datasets.features.feature_times import FeatureTimes
from cra_plugin.errors import InputError, check_choice
from cra_plugin.feature_extraction.extraction import Extraction
from cra_plugin.feature_extraction.extraction_files import (
    ATTRIBUTE,
    ExtractionFiles,
)
from cra_plugin.feature_extraction.frame_encoder import FrameEncoder
from cra_plugin.feature_extraction.partial_file import (
    PartialFile,
    partial_bytes,
    remove_partial,
)
from cra_plugin.feature_extraction.sampled_video import FrameSampling
from cra_plugin.feature_extraction.video_reader import (
    DEFAULT_DECODER,
    VIDEO_LIMIT,
)
from cra_plugin.feature_extraction.video_source import (
    VideoFiles,
    VideoSource,
)
from cra_plugin.utils.files import check_room, one_writer
from cra_plugin.utils.json_file import write_json
from cra_plugin.utils.output_place import regular_output


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


@dataclass(frozen=True)
class ExtractionSummary:
    """What an extraction wrote.

    Attributes:
        out (Path): The feature file.
        time_file (Path): ``{video: [T seconds]}``.
        report_file (Path): What was extracted and skipped.
        num_videos (int): Videos in the feature file.
        skipped (dict[str, str]): Video to the reason.
    """

    out: Path
    time_file: Path
    report_file: Path
    num_videos: int
    skipped: dict[str, str]

    def __str__(self) -> str:
        text = f'{self.out}: features of {self.num_videos} videos'
        if self.skipped:
            text += (f'; {len(self.skipped)} skipped, listed in '
                     f'{self.report_file}')
        return f'{text}\n{self.time_file}: times of their frames'


def extract_features(videos: str | Path | VideoSource,
                     ids: str | Path,
                     encoder: FrameEncoder,
                     out: str | Path,
                     settings: ExtractionSettings | None = None,
                     progress: bool = True,
                     overwrite: bool = False) -> ExtractionSummary:
    """Extract frame features of videos into a feature file.

    The times of the frames and a report are written beside it, see
    :class:`ExtractionFiles`. Until all is done, ``{out}.partial.*`` hold what
    is finished; a run that was killed goes on from them and writes the same
    bytes. Where videos are skipped they stay, and the next run tries those
    videos again, and those whose files have changed since.

    Args:
        videos (str | Path | VideoSource): Folder of the videos, or where
            else they come from.
        ids (str | Path): See :func:`read_video_ids`.
        encoder (FrameEncoder): Encodes the frames.
        out (str | Path): The h5 file; it appears when it is complete.
        settings (ExtractionSettings, optional): None for the defaults.
        progress (bool): Show a progress bar on stderr. Defaults to True.
        overwrite (bool): Replace files that no extraction wrote. Defaults to
            False.

    Returns:
        ExtractionSummary: What was written, and which videos were skipped.

    Raises:
        InputError: If the input is bad, no video can be read, another run
            is writing the file, or files of others would be replaced.
    """
    settings = settings or ExtractionSettings()
    regular_output(out)
    out, video_ids = Path(out), read_video_ids(ids)
    source = VideoFiles(videos, settings.decoder, settings.video_limit) if (
        isinstance(videos, (str, Path))) else videos
    paths = source.find(video_ids)
    states = {video: source.state(path) for video, path in paths.items()}
    identity = _identity(video_ids, encoder, settings, source.name)
    files = ExtractionFiles(out, overwrite)
    out.parent.mkdir(parents=True, exist_ok=True)
    with one_writer(out):
        done = files.finished(identity, states)
        if done is not None:
            remove_partial(out)  # a run was killed before it did
            return _summary(files, done, {})
        files.check()
        shape = (len(video_ids), settings.num_frames, encoder.width)
        check_room(out, partial_bytes(out, shape) + math.prod(shape) *
                   np.dtype(settings.dtype).itemsize)
        partial = PartialFile(out, identity, shape, list(states.values()))
        skipped = Extraction(
            encoder, source.open_video,
            FrameSampling(settings.num_frames, settings.list_fps),
            settings.batch_videos,
            settings.num_workers or _num_processors()).run(
                [paths[video_id] for video_id in video_ids], partial,
                progress)
        reasons = {video_ids[row]: reason for row, reason in skipped.items()}
        reasons |= source.why_missing(
            [each for each in reasons if paths[each] is None])
        return _write(files, video_ids, partial, reasons, settings, identity,
                      states)


def _num_processors() -> int:
    """Processors that this process may use."""
    if hasattr(os, 'sched_getaffinity'):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _identity(video_ids: Sequence[str], encoder: FrameEncoder,
              settings: ExtractionSettings, decoder: str) -> dict[str, Any]:
    """What must be alike for finished features to be kept.

    The batch is part of it: it moves the last bits of features.
    """
    return dict(
        ids=_digest(video_ids), encoder=encoder.name,
        decoder=decoder, list_fps=settings.list_fps,
        batch_videos=settings.batch_videos, num_frames=settings.num_frames,
        key=settings.key, dtype=settings.dtype)


def _digest(content: Sequence[Any]) -> str:
    """Shorten what JSON holds."""
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _summary(files: ExtractionFiles, num_videos: int,
             skipped: dict[str, str]) -> ExtractionSummary:
    """Say where everything is."""
    return ExtractionSummary(files.out, files.times, files.report,
                             num_videos, skipped)


def _write(files: ExtractionFiles, video_ids: list[str], partial: PartialFile,
           skipped: dict[str, str], settings: ExtractionSettings,
           identity: dict[str, Any],
           states: dict[str, Any]) -> ExtractionSummary:
    """Write the times, the features and, last, the report."""
    rows = sorted(partial.finished)
    report = dict(videos=len(video_ids), extracted=len(rows),
                  skipped=skipped, video_files=states)
    if not rows:
        files.seal(report)
        raise InputError(
            'the videos', f'none of {len(video_ids)} that can be '
            f'read (the first: {next(iter(skipped.values()))})',
            'videos that can be', f'see {files.report}')
    features = partial.features
    times = {video_ids[row]: partial.finished[row] for row in rows}
    frame_times = {video: item.frame_times for video, item in times.items()}
    files.claim()
    write_json(files.times, frame_times)
    write_feature_file(
        files.out, ((video_ids[row], features[row]) for row in rows),
        (len(rows), *features.shape[1:]), settings.dtype,
        settings.key,
        FeatureTimes({video: item.duration for video, item in times.items()},
                     {video: np.array(row)
                      for video, row in frame_times.items()}),
        {ATTRIBUTE: json.dumps(identity, sort_keys=True)})
    files.seal(report)
    if not skipped:
        remove_partial(files.out)
    return _summary(files, len(rows), skipped)
