"""Decoding, encoding and keeping the features of many videos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.frame_encoder import FrameEncoder
from cra_plugin.feature_extraction.partial_file import PartialFile
from cra_plugin.feature_extraction.prefetch import prefetch
from cra_plugin.feature_extraction.sampled_video import (
    FrameSampling,
    VideoTimes,
    sample_video,
)
from cra_plugin.feature_extraction.video_reader import OpenVideo, VideoError


@dataclass(frozen=True)
class DecodedVideo:
    """A video that is ready for the encoder.

    Attributes:
        row (int): Its row.
        frames (np.ndarray): (T, h, w, 3) uint8.
        times (VideoTimes): When the frames are shown.
    """

    row: int
    frames: np.ndarray
    times: VideoTimes


@dataclass(frozen=True)
class Extraction:
    """How videos become features.

    Attributes:
        encoder (FrameEncoder): Encodes the frames.
        open_video (OpenVideo): Opens a video.
        sampling (FrameSampling): Chooses its frames.
        batch_videos (int): Videos that are encoded at a time.
        num_workers (int): Threads that decode.
    """

    encoder: FrameEncoder
    open_video: OpenVideo
    sampling: FrameSampling
    batch_videos: int
    num_workers: int

    def run(self, paths: Sequence[Path | None], partial: PartialFile,
            progress: bool = True) -> dict[int, str]:
        """Extract what is not finished yet.

        Row r belongs to batch r // ``batch_videos`` whatever is finished
        already: a run that was killed goes on with the batches of an
        unbroken one, hence with the same bits.

        Args:
            paths (Sequence[Path | None]): N files, None where there is none.
            partial (PartialFile): Takes the features.
            progress (bool): Show a progress bar on stderr. Defaults to True.

        Returns:
            dict[int, str]: Row to the reason why it was skipped.
        """
        skipped: dict[int, str] = {}
        batches: dict[int, list[int]] = {}
        for row in range(len(paths)):
            if row not in partial.finished:
                batches.setdefault(row // self.batch_videos, []).append(row)
        rows = [row for batch in batches.values() for row in batch]
        decoded = prefetch(
            lambda row: self._decode(row, paths[row]), rows,
            self.num_workers, self.batch_videos + 2 * self.num_workers)
        with _progress_bar(progress) as bar:
            task = bar.add_task('Extracting', total=len(paths),
                                completed=len(partial.finished))
            for batch in batches.values():
                results = [next(decoded) for _ in batch]
                self._encode([item for item in results
                              if isinstance(item, DecodedVideo)], partial)
                skipped.update((row, item) for row, item in zip(
                    batch, results) if isinstance(item, str))
                bar.advance(task, len(batch))
        return skipped

    def _decode(self, row: int, path: Path | None) -> DecodedVideo | str:
        """Make a video ready, or say why it cannot be."""
        try:
            frames, times = sample_video(path, self.open_video,
                                         self.sampling)
        except (VideoError, OSError) as error:
            return ' '.join(str(error).split())
        return DecodedVideo(row, self.encoder.prepare(frames), times)

    def _encode(self, videos: list[DecodedVideo],
                partial: PartialFile) -> None:
        """Encode a batch, check what comes back, and keep it."""
        if not videos:
            return
        features = self.encoder.encode(
            np.stack([video.frames for video in videos]))
        if not np.isfinite(features).all():
            raise InputError(
                self.encoder.name, 'features that are NaN or infinite',
                'finite features', 'check its weights, or use '
                '--precision fp32')
        partial.add([video.row for video in videos], features,
                    [video.times for video in videos])


def _progress_bar(enabled: bool) -> Progress:
    """A bar that says how long it will take."""
    return Progress(
        TextColumn('{task.description}'), BarColumn(), MofNCompleteColumn(),
        TextColumn('videos'), TimeElapsedColumn(), TextColumn('left'),
        TimeRemainingColumn(), console=Console(stderr=True), transient=True,
        disable=not enabled)
