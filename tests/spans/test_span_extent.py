import numpy as np
import pytest

from cra_plugin.errors import InputError
from cra_plugin.spans.span_extent import leaves_video, refuse_fractions

NAN = np.nan


@pytest.mark.parametrize(('span', 'duration', 'outside'), [
    ((0, 20), 20, False),
    ((-1, 21), 20, False),
    ((-1.1, 5), 20, True),
    ((5, 21.1), 20, True),
    ((-50, 9999), 20, True),
    ((30, 40), 20, True),
    ((-50, -40), 20, True),
    ((5, 9999), NAN, False),
    ((NAN, NAN), 20, False),
])
def test_spans_that_leave_the_video(span, duration, outside):
    found = leaves_video(np.array([span, (1., 2.)]),
                         np.array([duration, 20.]))
    assert found.tolist() == [outside, False]


def refuse(spans, durations):
    refuse_fractions('spans.json', np.array(spans, dtype=float),
                     np.array(durations, dtype=float))


def test_fractions_are_told_from_seconds():
    with pytest.raises(InputError, match=r'spans\.json: found spans from 0 to '
                       r'1\.03.*of 5 to 30 s.*--normalized'):
        refuse([[0, .5], [.2, 1.03], [NAN, NAN]], [5, 30, 9])


@pytest.mark.parametrize(('spans', 'durations'), [
    ([[0, .5], [.2, 1.2]], [20, 30]),
    ([[-.5, .5], [.2, 1]], [20, 30]),
    ([[0, .5], [.2, 1]], [5, 6]),
    ([[0, .5], [.2, 1]], [NAN, NAN]),
    ([[NAN, NAN]], [20]),
])
def test_seconds_and_what_may_be_seconds_pass(spans, durations):
    refuse(spans, durations)
