import threading
import time

import pytest

from cra_plugin.feature_extraction.sampled_video import (
    FrameSampling,
    probe_video,
)
from cra_plugin.feature_extraction.time_limit import TimeLimit
from cra_plugin.feature_extraction.video_reader import (
    VideoError,
    find_decoder,
)


def test_what_hangs_is_left_behind():
    stop = threading.Event()
    with pytest.raises(VideoError, match=r'limit of 0\.05 s per video'):
        TimeLimit(.05).call(stop.wait, 60)
    stop.set()


def test_what_ends_in_time():
    limit = TimeLimit(60)
    limit.check()
    assert limit.call(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        limit.call(divmod, 7, 0)
    assert limit.call(lambda: None) is None


def test_time_runs_from_the_start():
    limit = TimeLimit(0)
    time.sleep(.001)
    with pytest.raises(VideoError, match='longer'):
        limit.check()


def test_a_video_that_takes_too_long(decoder, bar_videos):
    with pytest.raises(VideoError, match='longer than the limit of 0 s'):
        probe_video(bar_videos / 'base.mp4',
                    find_decoder(decoder.func.__module__.rsplit('.')[-1]
                                 .removesuffix('_reader'), 0.),
                    FrameSampling())
