"""STAR's prediction files, from 40 questions to a full split."""

import json

import numpy as np
import pytest

from cra_plugin.apis.evaluate_predictions import evaluate_predictions
from cra_plugin.errors import InputError
from tests.helpers.star_files import TYPES, star_entries, video_metadata
from tests.helpers.tool_process import assert_refused, run_tool

FULL_SIZE = 7098


def write(folder, **contents):
    for name, content in contents.items():
        (folder / f'{name}.json').write_text(json.dumps(content))


def predictions(entries, metadata, wrong=()):
    """Right answers but for some types, true spans, and weights at them."""
    answers, spans, attention = {}, {}, {}
    for entry in entries:
        key = f'{entry["video_id"]}_{entry["question_id"]}'
        texts = [choice['choice'] for choice in entry['choices']]
        answer = texts.index(entry['answer'])
        kind = entry['question_id'].partition('_')[0]
        answers[key] = {'answer': answer,
                        'prediction': (answer + (kind in wrong)) % 4}
        spans[key] = [entry['start'], entry['end']]
        middle = (entry['start'] + entry['end']) / 2
        frame = int(8 * middle / metadata[entry['video_id']]['duration'])
        attention[key] = np.eye(8)[frame].tolist()
    return {'answers': answers, 'spans': spans, 'attention': attention}


@pytest.fixture
def folder(tmp_path):
    """A val split of 40 questions; half of the answers to it are wrong."""
    entries = star_entries(40)
    metadata = video_metadata(entries)
    write(tmp_path, STAR_val=entries, STAR_videos=metadata,
          **predictions(entries, metadata, wrong=('Sequence', 'Feasibility')))
    return tmp_path


def evaluate(folder, split='val', **kwargs):
    kwargs = {key: folder / value if key in ('spans', 'attention') else value
              for key, value in kwargs.items()}
    return evaluate_predictions(folder, split, folder / 'answers.json',
                                dataset='star', **kwargs)


def test_each_type_has_its_row(folder):
    report = evaluate(folder, spans='spans.json')
    assert (report['num_questions'], report['num_missing'],
            report['num_unknown']) == (40, 0, 0)
    assert report['Acc@VQA'] == 50 and report['mIoU'] == 100
    assert report['by_type'].keys() == set(TYPES)
    for kind, metrics in report['by_type'].items():
        assert metrics['num_questions'] == 10
        right = 100 * (kind in ('Interaction', 'Prediction'))
        assert (metrics['Acc@GQA'], metrics['Acc@VQA'],
                metrics['IoP@0.5']) == (right, right, 100)
    assert report['priors'].keys() >= {'whole_video', 'middle_point'}


def test_frame_weights_are_decoded_with_the_durations(folder):
    report = evaluate(folder, attention='attention.json')
    assert report['num_questions'] == 40
    assert report['decoders'].keys() == {'window', 'adaptive', 'merged'}
    # The frame of the middle lies at most 2.5 s from it.
    assert report['mIoP'] > 50


def test_fractions_are_of_the_duration(folder):
    metadata = json.loads((folder / 'STAR_videos.json').read_text())
    spans = json.loads((folder / 'spans.json').read_text())
    write(folder, fractions={
        key: [time / metadata[key.split('_')[0]]['duration'] for time in span]
        for key, span in spans.items()})
    one = evaluate(folder, spans='spans.json')
    other = evaluate(folder, spans='fractions.json', normalized=True)
    assert other['mIoU'] == pytest.approx(one['mIoU'], abs=1e-6)


def test_without_durations_only_seconds_can_be_scored(folder, caplog):
    known = evaluate(folder, spans='spans.json')
    (folder / 'STAR_videos.json').unlink()
    report = evaluate(folder, spans='spans.json')
    assert report['priors'] == {}
    assert report['by_type'] == known['by_type']
    assert '40 questions without a duration: no priors' in caplog.text
    for evidence in (dict(attention='attention.json'),
                     dict(spans='spans.json', normalized=True)):
        with pytest.raises(InputError, match=r'STAR_val\.json: found 40 ques'
                           r'tions without a duration.*STAR_videos\.json'):
            evaluate(folder, **evidence)


def test_underscores_in_every_part_of_a_key(folder):
    entries = json.loads((folder / 'STAR_val.json').read_text())
    for entry in entries:
        entry['video_id'] = f'a_{entry["video_id"]}_b'
        entry['question_id'] += '_0_1'
    metadata = video_metadata(entries)
    write(folder, STAR_val=entries, STAR_videos=metadata,
          **predictions(entries, metadata))
    report = evaluate(folder, spans='spans.json')
    assert (report['Acc@GQA'], report['num_missing'],
            report['num_unknown']) == (100, 0, 0)


def test_the_test_split_cannot_be_evaluated(folder):
    write(folder, STAR_test=star_entries(40, answers=False))
    answers = json.loads((folder / 'answers.json').read_text())
    write(folder, answers={key: {'prediction': entry['prediction']}
                           for key, entry in answers.items()})
    with pytest.raises(InputError, match=r'found no answer.*answers are '
                       'public'):
        evaluate(folder, 'test', spans='spans.json')


def test_the_tool_prints_the_types(folder):
    arguments = ('eval_predictions.py', '--annotations', '.', '--dataset',
                 'star', '--split', 'val', '--answers', 'answers.json')
    process = run_tool(*arguments, '--spans', 'spans.json', '--json',
                       'report.json', cwd=folder)
    assert (process.returncode, process.stderr) == (0, '')
    for kind in TYPES:
        assert f'\n  {kind} ' in process.stdout
    report = json.loads((folder / 'report.json').read_text())
    assert report == evaluate(folder, spans='spans.json')
    assert_refused(
        run_tool(*arguments[:-4], '--split', 'train', *arguments[-2:],
                 '--spans', 'spans.json', cwd=folder), 'STAR_train.json')


def test_a_full_split(tmp_path):
    entries = star_entries(FULL_SIZE, num_videos=914)
    metadata = video_metadata(entries)
    write(tmp_path, STAR_val=entries, STAR_videos=metadata,
          **predictions(entries, metadata, wrong=('Prediction', )))
    report = evaluate(tmp_path, attention='attention.json')
    counts = [report['by_type'][kind]['num_questions'] for kind in TYPES]
    assert report['num_questions'] == FULL_SIZE == sum(counts)
    assert counts == [1775, 1775, 1774, 1774]
    assert report['Acc@VQA'] == pytest.approx(100 * (1 - 1774 / FULL_SIZE))
    assert report['PIoU'] < 30
