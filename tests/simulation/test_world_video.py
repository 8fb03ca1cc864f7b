import numpy as np
import pytest

from cra_plugin.simulation.vocabulary import ANSWERS, CUES
from cra_plugin.simulation.world_video import (
    WorldEvent,
    WorldVideo,
    draw_events,
    draw_spans,
)


@pytest.mark.parametrize('num_events', [1, 3, 4])
def test_spans_are_apart_and_inside(num_events):
    generator = np.random.default_rng(num_events)
    for _ in range(200):
        duration = generator.integers(20, 61)
        spans = np.array(draw_spans(duration, num_events, generator))
        assert spans.shape == (num_events, 2)
        edges = np.concatenate([[0], spans.ravel(), [duration]])
        # 2 % of the duration between events, less what rounding takes.
        assert (np.diff(edges)[::2] >= 0.02 * duration - 0.11).all()
        lengths = (spans[:, 1] - spans[:, 0]) / duration
        assert (lengths > 0.07).all()
        assert (lengths < 0.31).all()


def test_events_are_told_apart_by_actor_and_object():
    generator = np.random.default_rng(0)
    for _ in range(100):
        events = draw_events(30., 4, generator)
        assert len({(one.actor, one.object) for one in events}) == 4
        assert len({one.answer for one in events}) == 4


def test_shots_are_cut_in_the_middle_of_the_gaps():
    events = tuple(
        WorldEvent('man', 'car', 'clap', span)
        for span in ((1., 3.), (5., 6.), (8., 9.)))
    video = WorldVideo('1', 10, np.arange(10.), events, (), (0, 1, 2))
    assert video.shots == ((-np.inf, 4.), (4., 7.), (7., np.inf))


def test_each_answer_has_its_own_cue():
    assert len(set(ANSWERS)) == len(set(CUES)) == len(ANSWERS) == len(CUES)
