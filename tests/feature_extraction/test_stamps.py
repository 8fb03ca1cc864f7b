import numpy as np
import pytest

from cra_plugin.feature_extraction.stamps import rebuild_stamps, usual_step
from cra_plugin.feature_extraction.video_reader import VideoError


@pytest.mark.parametrize(('stamps', 'expected'), [
    ([5, 8, 20], [5, 8, 20]),
    # An AVI file's order of decoding.
    ([1, 4, 2, 3, 7, 5, 6], [1, 2, 3, 4, 5, 6, 7]),
    ([0, 3, 3, 9, 9, 9], [0, 3, 6, 9, 12, 15]),
    ([None, 3, None, 9, None], [0, 3, 6, 9, 12]),
    ([None, None, 6, 9], [0, 3, 6, 9])])
def test_rebuilt(stamps, expected):
    found = rebuild_stamps(stamps, [3] * len(stamps))
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize(('stamps', 'lengths', 'reason'), [
    ([None, None], [3, 3], 'no time stamps'),
    ([0, None, 30], [3, 3, 3], 'only 2 of its 3 frames'),
    ([6, None, 0], [3, 3, 3], 'only 2 of its 3 frames'),
    ([0, None, 6], [0, 0, 0], 'only 2 of its 3 frames')])
def test_refused(stamps, lengths, reason):
    with pytest.raises(VideoError, match=reason):
        rebuild_stamps(stamps, lengths)


def test_the_usual_step():
    assert usual_step([0, 3, 3, 4, 0]) == 3
    assert usual_step([0, 0]) == 0
