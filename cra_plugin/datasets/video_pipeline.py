"""Run the transforms of mmaction2 on one video."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.video_reader import VideoError
from cra_plugin.utils.error_text import named_line


def run_on_video(transforms: Sequence[Callable[..., Any]],
                 results: dict[str, Any]) -> Any:
    """Run transforms; blame the video for what goes wrong.

    Those of mmaction2 draw from the generators of numpy and Python that the
    whole process shares. These are seeded from ``rng`` meanwhile: a sample
    depends on no other, nor on which process makes it.

    Args:
        transforms (Sequence[Callable]): The transforms, in order.
        results (dict): The sample, with ``filename`` and ``rng``.

    Returns:
        Any: What the last transform returns, or the first None.

    Raises:
        InputError: If a transform fails, as a decoder does on a corrupt
            file: names the file and the transform.
    """
    filename = results['filename']
    packed: Any = results
    with _seeded(int(results['rng'].integers(2**32))):
        for transform in transforms:
            try:
                packed = transform(packed)
            except InputError:
                raise
            except Exception as error:  # decoders raise many kinds
                raise InputError(
                    filename, f'a video at which {type(transform).__name__} '
                    f'fails ({_reason(error)})',
                    'a video that can be decoded',
                    'replace the file, or leave its questions out; '
                    'tools/probe_videos.py finds all such files') from error
            if packed is None:
                return None
    return packed


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Seed the shared generators, and give them back as they were."""
    states = random.getstate(), np.random.get_state()
    random.seed(seed)
    np.random.seed(seed)
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])


def _reason(error: Exception) -> str:
    """Shorten an error to a line; decord's goes on with a stack trace."""
    if isinstance(error, VideoError):
        return str(error)
    return named_line(error).split(' Stack trace')[0]
