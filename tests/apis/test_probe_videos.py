import json

import pytest

from cra_plugin.annotations.video_metadata import read_video_metadata
from cra_plugin.apis.probe_videos import probe_videos
from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.sampled_video import FrameSampling

READABLE = ['slow', 'fast', 'tall', 'short', 'single', 'turned']


@pytest.mark.parametrize('decoder', ['decord', 'pyav'])
def test_the_evaluation_reads_what_is_written(mixed_clips, tmp_path, decoder):
    out = tmp_path / 'STAR_videos.json'
    left_out = probe_videos(mixed_clips, mixed_clips / 'ids.txt', out,
                            FrameSampling(4), decoder, progress=False)
    assert set(left_out) - {'cut', 'tall'} == {'corrupt', 'empty',
                                                'missing'}
    # decord does not read AVI files rightly.
    assert ('tall' in left_out) == (decoder == 'decord')
    readable = [name for name in READABLE if name not in left_out]
    durations, times = read_video_metadata(out, readable)
    assert durations['slow'] == 4.0
    assert durations['turned'] == 2.0
    assert times['slow'].tolist() == [.8, 1.6, 2.4, 3.2]
    assert set(json.loads(out.read_text())['slow']) == {
        'duration', 'frame_times'}


def test_no_video_at_all(mixed_clips, tmp_path):
    (tmp_path / 'ids.txt').write_text('missing\n')
    with pytest.raises(InputError, match='none of 1 that'):
        probe_videos(mixed_clips, tmp_path / 'ids.txt', tmp_path / 'a.json',
                     progress=False)
    assert not (tmp_path / 'a.json').exists()
