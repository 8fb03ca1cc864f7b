"""Time the decoding of videos by each decoder."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.sampled_video import (
    FrameSampling,
    sample_video,
)
from cra_plugin.feature_extraction.video_reader import (
    OpenVideo,
    VideoError,
    find_decoder,
)
from cra_plugin.utils.counted import counted


def benchmark_decoding(paths: Sequence[Path], decoders: Sequence[str],
                       sampling: FrameSampling, rounds: int = 5
                       ) -> dict[str, dict[str, float | None]]:
    """Time the decoding of videos, after a reading that warms up.

    CPU time is that of all threads, which other work on the machine does not
    lengthen.

    Args:
        paths (Sequence[Path]): The videos.
        decoders (Sequence[str]): Names of decoders.
        sampling (FrameSampling): Which frames are decoded.
        rounds (int): How often each video is read by each. Defaults to 5.

    Returns:
        dict[str, dict[str, float | None]]: Name of the video to decoder to
        CPU milliseconds, the median; None where the decoder refuses it.

    Raises:
        InputError: If there is nothing to time.
    """
    if rounds < 1 or not paths:
        raise InputError('benchmark decode', f'{counted(rounds, "round")} of '
                         f'{counted(len(paths), "video")}', 'at least 1 each')
    openers = {name: find_decoder(name) for name in decoders}
    return {path.name: {name: _milliseconds(path, open_video, sampling,
                                            rounds)
                        for name, open_video in openers.items()}
            for path in paths}


def _milliseconds(path: Path, open_video: OpenVideo, sampling: FrameSampling,
                  rounds: int) -> float | None:
    """CPU time of one video by one decoder."""
    seconds = []
    try:
        for _ in range(rounds + 1):
            start = time.process_time()
            sample_video(path, open_video, sampling)
            seconds.append(time.process_time() - start)
    except VideoError:
        return None
    return 1000 * median(seconds[1:])
