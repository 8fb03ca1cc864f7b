"""Say which transform a pipeline lacks."""

from __future__ import annotations

from typing import Any

from cra_plugin.errors import InputError

_DATASET = 'use a dataset of cra_plugin'
_TOKENIZE = 'put cra_plugin.TokenizeText before it'
_PROVIDERS = {
    'frames': 'set features of the dataset, or put a transform before it '
              'that makes frames',
    'frame_times': 'set features of the dataset, or, for videos, decode by '
                   'cra_plugin.VideoDecode, or put cra_plugin.AddFrameTimes '
                   'between sampling and decoding',
    'filename': 'set videos of the dataset',
    'video_reader': 'put cra_plugin.VideoInit before it',
    'video_file': 'put cra_plugin.VideoInit before the sampling',
    'frame_files': 'put cra_plugin.FrameFolderInit before the sampling',
    'avg_fps': 'set videos=dict(frames=..., fps=...) of the dataset',
    'frame_inds': 'put cra_plugin.SampleByTime, UniformSample or '
                  'SampleFrames before it',
    'choice_tokens': _TOKENIZE,
    'choice_mask': _TOKENIZE,
    'question_tokens': 'put cra_plugin.DrawQuestionNegatives before '
                       'cra_plugin.TokenizeText',
    'question_mask': _TOKENIZE,
}


def require_keys(results: dict[str, Any], transform: object,
                 *keys: str) -> None:
    """Check that a sample has what a transform needs.

    Args:
        results (dict): The sample.
        transform (object): The transform that needs it.
        *keys (str): Keys of ``results``.

    Raises:
        InputError: If one is missing; names the transform to put before.
    """
    for key in keys:
        if key not in results:
            raise InputError(
                f'the pipeline at {type(transform).__name__}',
                f'a sample without {key!r}', f'{key!r} in the sample',
                _PROVIDERS.get(key, _DATASET))


def check_probability(transform: object, name: str, value: float) -> float:
    """Check that an argument is a probability.

    Args:
        transform (object): The transform that takes it.
        name (str): Name of the argument.
        value (float): Its value.

    Returns:
        float: The value.

    Raises:
        InputError: If it lies outside [0, 1].
    """
    if not 0 <= value <= 1:
        raise InputError(f'{type(transform).__name__}.{name}', f'{value}',
                         'a probability from 0 to 1')
    return value
