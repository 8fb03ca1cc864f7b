import pytest

from cra_plugin.annotations.nextgqa import find_nextgqa, read_nextgqa
from cra_plugin.errors import InputError


def test_reads_every_file_of_a_split(split):
    annotations = find_nextgqa(split.write(), 'val')
    first, second, third = annotations.questions
    assert [q.key for q in annotations.questions] == ['v1_0', 'v1_10', 'v2_0']
    assert first.question == 'why does he run, then'
    assert first.choices == ('early', 'late', 'late', 'hungry', 'bored')
    # The right choice occurs twice: the first one counts.
    assert (first.answer, second.answer, third.answer) == (1, 0, 4)
    assert (first.type, first.duration) == ('CW', 30.0)
    # Small excursions out of the video are kept as they are.
    assert first.spans == ((1.0, 2.5), (4.0, 30.4))
    assert second.spans == ((-0.2, 3.0), )
    assert annotations.durations == {'v1': 30.0, 'v2': 20.0}
    assert annotations.frame_times['v1'].tolist() == [0.5, 10.5, 10.5, 30.6]
    assert annotations.paraphrases == {'v1_0': ('why run?', )}
    assert annotations.source.endswith('val.csv')


def test_a_train_split_has_no_spans(split):
    folder = split.write('train')
    for name in ('gsub_train', 'frame2time_train', 'train_gpt4_sub'):
        (folder / f'{name}.json').unlink()
    annotations = find_nextgqa(folder, 'train', require_spans=False)
    assert all(q.spans == () and q.duration is None
               for q in annotations.questions)
    assert annotations.frame_times == {}
    assert annotations.durations == {}
    assert annotations.paraphrases == {}
    with pytest.raises(InputError, match=r'gsub_train\.json: found no such'):
        find_nextgqa(folder, 'train')


def test_a_missing_question_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r'val\.csv: found no such file'):
        find_nextgqa(tmp_path, 'val', require_spans=False)


def test_every_paraphrase_entry_is_checked(split):
    split.paraphrases['elsewhere_3'] = {'ori': 'x', 'gen': 'y'}
    with pytest.raises(InputError, match='elsewhere_3'):
        find_nextgqa(split.write(), 'val')


def test_reads_the_real_files(shared_dir):
    folder = shared_dir / 'data' / 'nextgqa'
    for name, num_questions, num_videos in (('val', 3358, 567),
                                            ('test', 5553, 990)):
        annotations = find_nextgqa(folder, name)
        assert len(annotations.questions) == num_questions
        assert len(annotations.frame_times) == num_videos
        assert {len(t) for t in annotations.frame_times.values()} == {32}
        assert all(q.spans and q.duration for q in annotations.questions)
        assert {q.type
                for q in annotations.questions} == {'CW', 'CH', 'TN', 'TC',
                                                    'TP'}


def test_reads_the_real_paraphrases(shared_dir, split):
    folder = shared_dir / 'data' / 'nextgqa'
    split.rows[0][0] = '8968804598'
    split.write()
    annotations = read_nextgqa(
        split.folder / 'val.csv',
        paraphrase_file=folder / 'train_gpt4_sub.json')
    assert len(annotations.paraphrases['8968804598_0']) == 5
