import pytest

from cra_plugin.annotations.nextgqa import find_nextgqa
from cra_plugin.annotations.nextgqa_videos import read_video_spans
from cra_plugin.errors import InputError

NAN = float('nan')


def fails(split, *words):
    with pytest.raises(InputError) as caught:
        find_nextgqa(split.write(), 'val')
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize('text', ['', '{"v1":', '[]', '\x00'])
def test_a_file_must_be_a_json_object(tmp_path, text):
    path = tmp_path / 'gsub_val.json'
    path.write_text(text)
    with pytest.raises(InputError, match=r'gsub_val\.json'):
        read_video_spans(path)


@pytest.mark.parametrize('duration', [None, 0, -3, NAN, '30', True])
def test_a_duration_is_a_positive_number(split, duration):
    split.spans['v2']['duration'] = duration
    fails(split, 'video v2, field duration', repr(duration))


@pytest.mark.parametrize('entry', [3, {'duration': 3}])
def test_a_video_has_a_location(split, entry):
    split.spans['v2'] = entry
    fails(split, 'video v2')


@pytest.mark.parametrize('spans', [
    [], None, [1.0, 2.0], [[1.0]], [[1.0, 2.0, 3.0]], [[1.0, NAN]],
    [[float('-inf'), 2.0]], [['1', 2.0]], [[True, 2.0]]
])
def test_spans_are_pairs_of_finite_numbers(split, spans):
    split.spans['v1']['location']['0'] = spans
    fails(split, 'gsub_val.json, video v1, question 0')


def test_a_span_starts_before_it_ends(split):
    split.spans['v1']['location']['0'][0] = [3.0, 2.0]
    fails(split, 'video v1, question 0', '[3.0, 2.0]', 'start <= end')


@pytest.mark.parametrize('span', [[-1.5, 2.0], [2.0, 31.5]])
def test_a_span_lies_in_its_video(split, span):
    split.spans['v1']['location']['0'][0] = span
    fails(split, 'video v1, question 0', str(span), '0 to 30 s')


def test_every_video_has_frame_times(split):
    del split.times['v2']
    fails(split, 'frame2time_val.json', 'no video v2')


@pytest.mark.parametrize('times', [[], [1, NAN], ['1'], 4, [False]])
def test_frame_times_are_finite_numbers(split, times):
    split.times['v2'] = times
    fails(split, 'frame2time_val.json, video v2')


def test_frame_times_are_sorted(split):
    split.times['v2'] = [1, 4, 3]
    fails(split, 'video v2, frame 2', '3 after 4')


def test_frame_times_lie_in_the_video(split):
    split.times['v2'] = [1, 40]
    fails(split, 'video v2', 'from 1 to 40', '0 to 20 s')
