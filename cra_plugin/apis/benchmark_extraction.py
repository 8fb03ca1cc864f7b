"""Time the extraction of features against a plain loop."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from cra_plugin.feature_extraction.extraction import Extraction
from cra_plugin.feature_extraction.partial_file import PartialFile
from cra_plugin.feature_extraction.sampled_video import sample_video


@dataclass(frozen=True)
class ExtractionTiming:
    """Seconds that the same videos took, each the median of several rounds.

    Attributes:
        decode (float): Decoding alone, one video after the other.
        plain (float): Decode a video, encode its frames, next.
        extract (float): What ``tools/extract_features.py`` does.
        ratio (float): Plain loop to extraction, within a round.
    """

    decode: float
    plain: float
    extract: float
    ratio: float

    def __str__(self) -> str:
        return (f'decoding alone {self.decode:.2f} s, plain loop '
                f'{self.plain:.2f} s, extraction {self.extract:.2f} s: '
                f'{self.ratio:.2f} times as fast')


def benchmark_extraction(extraction: Extraction, paths: Sequence[Path],
                         rounds: int = 3) -> ExtractionTiming:
    """Time extraction against the plain loop, in turns.

    Args:
        extraction (Extraction): What is timed; the plain loop uses its
            encoder and decoder.
        paths (Sequence[Path]): Videos, all readable.
        rounds (int): How often each is timed, after a video that warms up.
            Defaults to 3.

    Returns:
        ExtractionTiming: The medians.
    """
    _plain_loop(extraction, paths[:1])
    seconds = np.array([
        [_timed(_decode_all, extraction, paths),
         _timed(_plain_loop, extraction, paths),
         _timed(_extract, extraction, paths)] for _ in range(rounds)])
    decode, plain, extract = np.median(seconds, axis=0).tolist()
    ratio = median((seconds[:, 1] / seconds[:, 2]).tolist())
    return ExtractionTiming(decode, plain, extract, ratio)


def _timed(function: Callable[[Extraction, Sequence[Path]], None],
           extraction: Extraction, paths: Sequence[Path]) -> float:
    """Seconds that a function takes."""
    start = time.perf_counter()
    function(extraction, paths)
    return time.perf_counter() - start


def _decode_all(extraction: Extraction, paths: Sequence[Path]) -> None:
    """Decode one video after the other."""
    for path in paths:
        sample_video(path, extraction.open_video, extraction.sampling)


def _plain_loop(extraction: Extraction, paths: Sequence[Path]) -> None:
    """Decode a video, encode its frames, next."""
    encoder = extraction.encoder
    for path in paths:
        frames, _ = sample_video(path, extraction.open_video,
                                 extraction.sampling)
        encoder.encode(encoder.prepare(frames)[None])


def _extract(extraction: Extraction, paths: Sequence[Path]) -> None:
    """Extract as the tool does, into a folder that vanishes."""
    with tempfile.TemporaryDirectory() as folder:
        shape = (len(paths), extraction.sampling.num_frames,
                 extraction.encoder.width)
        partial = PartialFile(Path(folder, 'a.h5'), {}, shape,
                              [None] * len(paths))
        extraction.run(paths, partial, progress=False)
