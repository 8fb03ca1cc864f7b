"""One extraction: its videos, what encodes them, and its files."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cra_plugin.datasets.features.feature_file import write_feature_file
from cra_plugin.datasets.features.feature_times import FeatureTimes
from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.batch_queue import BatchQueue
from cra_plugin.feature_extraction.extraction import Extraction
from cra_plugin.feature_extraction.extraction_files import (
    ATTRIBUTE,
    ExtractionFiles,
)
from cra_plugin.feature_extraction.extraction_settings import (
    ExtractionSettings,
)
from cra_plugin.feature_extraction.frame_encoder import FrameEncoder
from cra_plugin.feature_extraction.partial_file import (
    PartialFile,
    partial_bytes,
)
from cra_plugin.feature_extraction.partial_parts import (
    PartialParts,
    remove_all,
)
from cra_plugin.feature_extraction.sampled_video import FrameSampling
from cra_plugin.feature_extraction.video_source import VideoSource
from cra_plugin.utils.counted import counted
from cra_plugin.utils.files import check_room
from cra_plugin.utils.json_file import write_json
from cra_plugin.utils.machine import num_processors


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
        text = f'{self.out}: features of {counted(self.num_videos, "video")}'
        if self.skipped:
            text += (f'; {len(self.skipped)} skipped, listed in '
                     f'{self.report_file}')
        return f'{text}\n{self.time_file}: times of their frames'


class ExtractionJob:
    """What is to be extracted, from the videos to the files.

    Args:
        source (VideoSource): Where the videos are.
        video_ids (Sequence[str]): Which are wanted.
        encoder (FrameEncoder): Encodes the frames.
        out (Path): The feature file.
        settings (ExtractionSettings): All else.
        overwrite (bool): Replace files that no extraction wrote.
        sharers (int): Processes that share the processors of this machine.
            Defaults to 1.

    Attributes:
        out (Path): The feature file.
        video_ids (Sequence[str]): Which videos are wanted.
        batch_videos (int): Videos that are encoded at a time.
        identity (dict[str, Any]): What must be alike for finished features
            to be kept. The batch is part of it: it moves the last bits.
        states (dict[str, Any]): Video to what tells that its file is still
            the same.
        parts (PartialParts): What is finished, until all is.
    """

    def __init__(self, source: VideoSource, video_ids: Sequence[str],
                 encoder: FrameEncoder, out: Path,
                 settings: ExtractionSettings, overwrite: bool,
                 sharers: int = 1) -> None:
        self._source, self._settings = source, settings
        self.out, self.video_ids = out, video_ids
        self.batch_videos = settings.batch_videos
        self._paths = source.find(video_ids)
        self.states = {video: source.state(path)
                       for video, path in self._paths.items()}
        self.identity: dict[str, Any] = dict(
            ids=digest(video_ids), encoder=encoder.name, decoder=source.name,
            list_fps=settings.list_fps, batch_videos=settings.batch_videos,
            num_frames=settings.num_frames, key=settings.key,
            dtype=settings.dtype)
        self._files = ExtractionFiles(out, overwrite)
        self._shape = len(video_ids), settings.num_frames, encoder.width
        self.parts = PartialParts(out, self.identity, self._shape,
                                  list(self.states.values()))
        self._extraction = Extraction(
            encoder, source.open_video,
            FrameSampling(settings.num_frames, settings.list_fps),
            settings.batch_videos, settings.num_workers
            or max(1, num_processors() // sharers))

    def summary(self, num_videos: int,
                skipped: dict[str, str]) -> ExtractionSummary:
        """Say where everything is.

        Args:
            num_videos (int): Videos in the feature file.
            skipped (dict[str, str]): Video to the reason.

        Returns:
            ExtractionSummary: It all.
        """
        return ExtractionSummary(self.out, self._files.times,
                                 self._files.report, num_videos, skipped)

    def finished(self) -> ExtractionSummary | None:
        """Tell whether this very extraction has been finished before.

        Returns:
            ExtractionSummary, optional: What it wrote; None where it has to
            be done.
        """
        done = self._files.finished(self.identity, self.states)
        if done is None:
            return None
        remove_all(self.out)  # a run was killed before it did
        return self.summary(done, {})

    def begin(self, world_size: int = 1) -> PartialFile:
        """Look at what is there, and open what is finished.

        Args:
            world_size (int): Processes that will write. Defaults to 1.

        Returns:
            PartialFile: What is finished.

        Raises:
            InputError: If there is no room, or files of others or of another
                extraction are in the way.
        """
        self._files.check()
        size = math.prod(self._shape)
        check_room(self.out, partial_bytes(self.out, self._shape)
                   + size * np.dtype(self._settings.dtype).itemsize
                   + (4 * size if world_size > 1 else 0))
        return self.parts.open_whole()

    def run(self, partial: PartialFile, progress: bool,
            queue: BatchQueue | None = None) -> dict[int, str]:
        """See :meth:`Extraction.run`."""
        return self._extraction.run(
            [self._paths[video_id] for video_id in self.video_ids], partial,
            progress, queue)

    def write(self, partial: PartialFile,
              skipped: Mapping[int, str]) -> ExtractionSummary:
        """Write the times, the features and, last, the report.

        Args:
            partial (PartialFile): All that is finished.
            skipped (Mapping[int, str]): Row to the reason why it is not.

        Returns:
            ExtractionSummary: What was written.

        Raises:
            InputError: If nothing is finished, or files of others would be
                replaced.
        """
        reasons = {self.video_ids[row]: reason
                   for row, reason in sorted(skipped.items())}
        reasons |= self._source.why_missing(
            [each for each in reasons if self._paths[each] is None])
        rows = sorted(partial.finished)
        report = dict(videos=len(self.video_ids), extracted=len(rows),
                      skipped=reasons, video_files=self.states)
        if not rows:
            self._files.seal(report)
            raise InputError(
                'the videos', f'none of {len(self.video_ids)} that can be '
                f'read (the first: {next(iter(reasons.values()))})',
                'videos that can be', f'see {self._files.report}')
        self._files.claim()
        self._write_features(partial, rows)
        self._files.seal(report)
        if not reasons:
            remove_all(self.out)
        return self.summary(len(rows), reasons)

    def _write_features(self, partial: PartialFile, rows: list[int]) -> None:
        """Write the times and the features."""
        features = partial.features
        times = {self.video_ids[row]: partial.finished[row] for row in rows}
        frame_times = {video: item.frame_times
                       for video, item in times.items()}
        write_json(self._files.times, frame_times)
        write_feature_file(
            self.out, ((self.video_ids[row], features[row]) for row in rows),
            (len(rows), *features.shape[1:]), self._settings.dtype,
            self._settings.key,
            FeatureTimes({video: item.duration
                          for video, item in times.items()},
                         {video: np.array(row)
                          for video, row in frame_times.items()}),
            {ATTRIBUTE: json.dumps(self.identity, sort_keys=True)})


def digest(content: Sequence[Any]) -> str:
    """Shorten what JSON holds.

    Args:
        content (Sequence[Any]): The content.

    Returns:
        str: SHA-256, in hexadecimal digits.
    """
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
