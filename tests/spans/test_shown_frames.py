import numpy as np
import pytest

from cra_plugin.spans.shown_frames import frames_of_span

EVEN = np.arange(10) / 10
# A frame that stays for a second among others of a tenth.
UNEVEN = np.array([0., .1, .2, .3, 1.3, 1.4])


@pytest.mark.parametrize('times, duration, span, first, last', [
    (EVEN, 1., (.2, .5), 2, 4),
    (EVEN, 1., (.24, .54), 2, 4),
    (EVEN, 1., (.26, .56), 3, 5),
    (EVEN, 1., (0., 1.), 0, 9),
    (EVEN, 1., (.5, .5), 5, 5),
    (EVEN, 1., (.59, .59), 5, 5),
    (EVEN, 1., (5., 9.), 9, 9),
    (EVEN, 1., (-2., -1.), 0, 0),
    (UNEVEN, 1.5, (1., 1.35), 3, 3),
    (UNEVEN, 1.5, (1.2, 1.4), 3, 4),
    (np.zeros(1), 0., (0., 0.), 0, 0)])
def test_ends_are_rounded_to_whole_frames(times, duration, span, first, last):
    assert frames_of_span(times, duration, span) == range(first, last + 1)
