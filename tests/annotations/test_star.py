import json

import pytest

from cra_plugin.annotations.formats import find_annotations
from cra_plugin.annotations.star import find_star, read_star
from cra_plugin.annotations.star_questions import read_questions
from cra_plugin.errors import InputError
from tests.helpers.star_files import star_entries, video_metadata


@pytest.fixture
def folder(tmp_path):
    """Val and test split of ten questions on five videos, with durations."""
    entries = star_entries(10)
    (tmp_path / 'STAR_val.json').write_text(json.dumps(entries))
    hidden = star_entries(10, answers=False)
    (tmp_path / 'STAR_test.json').write_text(json.dumps(hidden))
    (tmp_path / 'STAR_videos.json').write_text(
        json.dumps(video_metadata(entries)))
    return tmp_path


def test_questions_alone_have_no_durations(folder):
    found = read_star(folder / 'STAR_val.json')
    assert found.questions == read_questions(folder / 'STAR_val.json')
    assert len(found.questions) == 10 and found.durations == {}
    assert found.source == str(folder / 'STAR_val.json')


def test_questions_get_the_duration_of_their_video(folder):
    metadata = json.loads((folder / 'STAR_videos.json').read_text())
    found = read_star(folder / 'STAR_val.json', folder / 'STAR_videos.json')
    assert len(found.durations) == 5
    for question in found.questions:
        assert question.duration == metadata[question.video_id]['duration']
        assert question.spans[0][1] <= question.duration


def test_frame_times_of_the_time_file_go_first(folder):
    metadata = json.loads((folder / 'STAR_videos.json').read_text())
    first, second = list(metadata)[:2]
    metadata[first]['frame_times'] = [1, 2]
    (folder / 'STAR_videos.json').write_text(json.dumps(metadata))
    files = folder / 'STAR_val.json', folder / 'STAR_videos.json'
    found = read_star(*files).frame_times
    assert list(found) == [first] and found[first].tolist() == [1, 2]
    times = {video_id: [3, 4, 5] for video_id in metadata}
    (folder / 'times.json').write_text(json.dumps(times))
    found = read_star(*files, folder / 'times.json').frame_times
    assert len(found) == 5 and found[first].tolist() == [3, 4, 5]
    times[second] = [3, 60]
    (folder / 'times.json').write_text(json.dumps(times))
    with pytest.raises(InputError, match=f'video {second}.*from 3 to 60'):
        read_star(*files, folder / 'times.json')
    assert read_star(
        files[0], None, folder / 'times.json').frame_times[second][1] == 60


def test_segments_after_the_video_are_named_and_kept(folder, caplog):
    entries = json.loads((folder / 'STAR_val.json').read_text())
    metadata = video_metadata(entries)
    duration = metadata[entries[3]['video_id']]['duration']
    entries[3]['end'] = duration + 1
    (folder / 'STAR_val.json').write_text(json.dumps(entries))
    files = folder / 'STAR_val.json', folder / 'STAR_videos.json'
    read_star(*files)
    assert caplog.messages == []
    entries[3]['end'] = duration + 1.1
    (folder / 'STAR_val.json').write_text(json.dumps(entries))
    found = read_star(*files)
    assert found.questions[3].spans[0][1] == duration + 1.1
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith('warning: 1 question whose segment')
    assert entries[3]['question_id'] in caplog.messages[0]


def test_files_are_found_by_their_names(folder):
    found = find_star(folder, 'val')
    assert found == read_star(folder / 'STAR_val.json',
                              folder / 'STAR_videos.json')
    (folder / 'frame2time_val.json').write_text(
        json.dumps({video_id: [1] for video_id in found.durations}))
    assert len(find_star(folder, 'val').frame_times) == 5
    (folder / 'STAR_videos.json').unlink()
    assert find_star(folder, 'val').durations == {}
    with pytest.raises(InputError, match=r'STAR_train\.json.*no such file'):
        find_star(folder, 'train')


def test_each_data_set_is_found(folder):
    assert find_annotations('star', folder, 'val') == find_star(folder, 'val')
    with pytest.raises(InputError, match=r'gsub_val\.json'):
        find_annotations('nextgqa', folder, 'val')
    with pytest.raises(InputError, match="dataset: found 'agqa'; expected "
                       'one of nextgqa, star'):
        find_annotations('agqa', folder, 'val')


def test_the_test_split_hides_its_answers_only(folder):
    shown, hidden = (find_star(folder, split).questions
                     for split in ('val', 'test'))
    assert all(question.answer is None for question in hidden)
    for one, other in zip(shown, hidden):
        assert one.answer is not None
        assert (one.key, one.choices, one.spans, one.duration) == (
            other.key, other.choices, other.spans, other.duration)
