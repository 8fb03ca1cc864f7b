"""Decoding, encoding and keeping the features of many videos."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
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
from cra_plugin.feature_extraction.batch_queue import (
    BatchQueue,
    LocalQueue,
    open_batches,
)
from cra_plugin.feature_extraction.frame_encoder import FrameEncoder
from cra_plugin.feature_extraction.partial_file import PartialFile
from cra_plugin.feature_extraction.prefetch import prefetch
from cra_plugin.feature_extraction.sampled_video import (
    FrameSampling,
    VideoTimes,
    sample_video,
)
from cra_plugin.feature_extraction.video_reader import OpenVideo, VideoError

# How torch says that memory ran out, on a GPU and elsewhere.
_OUT = re.compile('out of memory|DefaultCPUAllocator')


@dataclass(frozen=True)
class DecodedVideo:
    """A video that is ready for the encoder.

    Attributes:
        row (int): Its row.
        name (str): Its path, for messages.
        frames (np.ndarray): (T, h, w, 3) uint8.
        times (VideoTimes): When the frames are shown.
    """

    row: int
    name: str
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
            progress: bool = True,
            queue: BatchQueue | None = None) -> dict[int, str]:
        """Extract what is not finished yet.

        Args:
            paths (Sequence[Path | None]): N files, None where there is none.
            partial (PartialFile): Takes the features.
            progress (bool): Show a progress bar on stderr. Defaults to True.
            queue (BatchQueue, optional): What is to be done, where several
                processes share it. Defaults to None, all that ``partial``
                lacks.

        Returns:
            dict[int, str]: Row to the reason why it was skipped here.
        """
        if queue is None:
            queue = LocalQueue(open_batches(
                len(paths), self.batch_videos, partial.finished))
        before, skipped = len(partial.finished), dict[int, str]()
        taken: deque[list[int]] = deque()
        decoded = prefetch(
            lambda row: self._decode(row, paths[row]), _rows(queue, taken),
            self.num_workers, self.batch_videos + 2 * self.num_workers)
        with _progress_bar(progress) as bar:
            task = bar.add_task('Extracting', total=len(paths),
                                completed=before)
            for first in decoded:
                batch = taken.popleft()
                results = [first, *islice(decoded, len(batch) - 1)]
                self._encode([item for item in results
                              if isinstance(item, DecodedVideo)], partial)
                reasons = {row: item for row, item in zip(batch, results)
                           if isinstance(item, str)}
                skipped |= reasons
                queue.finish(batch, reasons)
                bar.update(task, completed=before + queue.num_finished)
        return skipped

    def _decode(self, row: int, path: Path | None) -> DecodedVideo | str:
        """Make a video ready, or say why it cannot be."""
        try:
            with _enough_memory(f'{path}', 'set fewer --workers'):
                frames, times = sample_video(path, self.open_video,
                                             self.sampling)
                return DecodedVideo(row, str(path),
                                    self.encoder.prepare(frames), times)
        except (VideoError, OSError) as error:
            return ' '.join(str(error).split())

    def _encode(self, videos: list[DecodedVideo],
                partial: PartialFile) -> None:
        """Encode a batch, check what comes back, and keep it."""
        if not videos:
            return
        with _enough_memory(', '.join(video.name for video in videos),
                            'set a smaller --batch-size, or fewer processes'):
            features = self.encoder.encode(
                np.stack([video.frames for video in videos]))
        finite = np.isfinite(features).all(axis=(1, 2))
        if not finite.all():
            raise InputError(
                f'{videos[finite.argmin()].name}, encoded by '
                f'{self.encoder.name}', 'features that are NaN or infinite',
                'finite features', 'check the weights, or use '
                '--precision fp32')
        partial.add([video.row for video in videos], features,
                    [video.times for video in videos])


def _rows(queue: BatchQueue, taken: deque[list[int]]) -> Iterator[int]:
    """Take batches when their first row is wanted, and note them."""
    for batch in queue:
        taken.append(batch)
        yield from batch


@contextmanager
def _enough_memory(what: str, fix: str) -> Iterator[None]:
    """Name what there was not enough memory for."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not isinstance(error, MemoryError) and not _OUT.search(str(error)):
            raise
        raise InputError(what, f'no memory for it ({str(error)[:120]})',
                         'room for what is decoded and encoded at a time',
                         f'{fix}; what is finished is kept') from None


def _progress_bar(enabled: bool) -> Progress:
    """A bar that says how long it will take."""
    return Progress(
        TextColumn('{task.description}'), BarColumn(), MofNCompleteColumn(),
        TextColumn('videos'), TimeElapsedColumn(), TextColumn('left'),
        TimeRemainingColumn(), console=Console(stderr=True), transient=True,
        disable=not enabled)
