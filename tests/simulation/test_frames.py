import numpy as np
import pytest

from cra_plugin.simulation.frames import (
    VisibleEvent,
    compose_frames,
    frames_in_spans,
    video_generator,
)

TIMES = np.array([0.5, 1.5, 2.5, 3.5])


@pytest.mark.parametrize('spans, expected', [
    (((1.5, 2.5), ), [0, 1, 1, 0]),
    (((0.0, 1.0), (3.0, 9.0)), [1, 0, 0, 1]),
    (((1.6, 2.3), ), [0, 1, 0, 0]),
    (((1.9, 2.4), ), [0, 0, 1, 0]),
    (((2.5, 2.5), ), [0, 0, 1, 0]),
    (((9.0, 9.5), ), [0, 0, 0, 1]),
    (((-np.inf, np.inf), ), [1, 1, 1, 1]),
    ((), [0, 0, 0, 0]),
])
def test_frames_in_spans(spans, expected):
    np.testing.assert_array_equal(
        frames_in_spans(TIMES, spans), np.array(expected, dtype=bool))


def test_events_add_up():
    events = [
        VisibleEvent(np.array([1., 0.]), ((0., 1.6), )),
        VisibleEvent(np.array([0., 2.]), ((1.4, 3.), )),
    ]
    frames = compose_frames(TIMES, events, 0., 2, np.random.default_rng(0))
    np.testing.assert_array_equal(frames, [[1, 0], [1, 2], [0, 2], [0, 0]])
    assert frames.dtype == np.float32


def test_noise_has_the_stated_strength():
    times = np.arange(400.)
    frames = compose_frames(times, [], 2.5, 50, np.random.default_rng(0))
    assert frames.std() == pytest.approx(2.5, abs=0.05)


def test_generator_depends_on_seed_video_and_purpose_only():
    first = video_generator(3, 'a', 'frames').random()
    assert video_generator(3, 'a', 'frames').random() == first
    others = {
        video_generator(*key).random()
        for key in ((4, 'a', 'frames'), (3, 'b', 'frames'), (3, 'a', 'x'))
    }
    assert len(others | {first}) == 4
