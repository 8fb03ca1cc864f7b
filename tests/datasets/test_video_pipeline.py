import random

import numpy as np
import pytest

from cra_plugin.datasets.video_pipeline import run_on_video
from cra_plugin.errors import InputError


def sample(seed=0):
    return {'filename': 'videos/a.mp4', 'rng': np.random.default_rng(seed)}


def draw(results):
    """Draw as mmaction2's transforms do."""
    return {**results, 'drawn': (np.random.rand(), random.random())}


def test_shared_generators_follow_the_sample_and_are_given_back():
    np.random.seed(5)
    random.seed(5)
    expected = np.random.rand(), random.random()
    np.random.seed(5)
    random.seed(5)
    first = run_on_video([draw], sample())['drawn']
    np.random.rand()
    assert run_on_video([draw], sample())['drawn'] == first
    assert run_on_video([draw], sample(1))['drawn'] != first
    np.random.seed(5)
    run_on_video([draw], sample())
    random.seed(5)
    assert (np.random.rand(), random.random()) == expected


def test_what_fails_is_named_with_the_file():
    class Decode:
        def __call__(self, results):
            raise RuntimeError('bad packet\nStack trace: of many lines')

    with pytest.raises(InputError) as error:
        run_on_video([draw, Decode()], sample())
    assert str(error.value).startswith(
        'videos/a.mp4: found a video at which Decode fails (RuntimeError: '
        'bad packet);')
    assert isinstance(error.value.__cause__, RuntimeError)


def test_other_errors_and_none_pass():
    def refuse(results):
        raise InputError('a field', 'this', 'that')

    with pytest.raises(InputError, match='a field: found this'):
        run_on_video([refuse], sample())
    assert run_on_video([lambda results: None, refuse], sample()) is None
