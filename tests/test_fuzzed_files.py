"""Damaged annotation and prediction files end in success or a clear error.

200 files per kind. Anything but success and ``InputError`` fails.
"""

import logging

import pytest
from hypothesis import HealthCheck, given, settings

from cra_plugin.annotations.nextgqa import find_nextgqa
from cra_plugin.annotations.star import find_star
from cra_plugin.apis.evaluate_predictions import evaluate_predictions
from cra_plugin.errors import InputError
from cra_plugin.utils.json_file import write_json
from tests.helpers.fuzzed_files import damaged_csv, damaged_json
from tests.helpers.star_files import star_entries, video_metadata

FUZZED = settings(
    max_examples=200, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture,
                           HealthCheck.too_slow,
                           HealthCheck.large_base_example])
TABLE = """video_id,question,answer,qid,type,a0,a1,a2,a3,a4
v1,why,b,0,CW,a,b,c,d,e
v1,how,c,1,CH,a,b,c,d,e
v2,what next,a,0,TN,a,b,c,d,e"""
ROWS = [line.split(',') for line in TABLE.splitlines()]
SPANS = {'v1': {'duration': 20, 'fps': 25, 'location': {
    '0': [[2, 6]], '1': [[10, 20], [1, 2.5]]}},
    'v2': {'duration': 9.5, 'fps': 25, 'location': {'0': [[0, 3]]}}}
TIMES = {'v1': [1, 5, 11, 19], 'v2': [1., 3.5, 6, 9]}
PARAPHRASES = {'v1_0': {'ori': 'why', 'gen': ['for what reason', 'how come']}}
ANSWERS = {'v1_0': {'prediction': 1, 'answer': 1},
           'v1_1': {'prediction': 2, 'answer': 2},
           'v2_0': {'prediction': 0, 'answer': 0}}
PREDICTED = {'v1_0': [2, 4], 'v1_1': [0, 12.5], 'v2_0': [0.5, 1]}
FRACTIONS = {'v1_0': [0, .4], 'v1_1': [0, 1], 'v2_0': [0.5, .75]}
ATTENTION = {'v1_0': [.1, .2, .3, .4], 'v1_1': [1, 0, 0, 0],
             'v2_0': [.25, .25, .25, .25]}
RECORDS = [{'video': 'v1', 'qid': 0, 'prediction': 'B', 'span': [2, 4]},
           {'key': 'v1_1', 'prediction': '(C) c', 'start': 0, 'end': 12.5},
           {'video': 'v2', 'question_id': '0', 'scores': [.9, .1, 0, 0, 0],
            'spans': [[.5, 1], {'start': 2, 'end': 3}]}]
SEVILA = [{'qid': 'CW_v1_x_0', 'prediction': 1, 'target': 1,
           'frame_idx': [3, 9]}, {'qid': 'CH_v1_x_1', 'prediction': 2,
                                  'target': 2, 'frame_idx': [30]}]
VIDEOMIND = [{'video_path': 'a/v1.mp4', 'question': 'Why?', 'ans': 'B',
              'options': ['a', 'b', 'c', 'd', 'e'], 'response': '(B) b',
              'pred': [[2, 4], [1, 9.5]], 'grounder_success': True}]
R1 = [{'video_path': 'a/v1.mp4', 'gt': {'answer': '(B)'},
       'prompt': 'Why?\n(A) a (B) b (C) c (D) d (E) e',
       'pred': '<answer>(B)</answer><glue>[(2, 4), (5.5, 9)]</glue>'}]
CRA = {'v1_0': {'prediction': 1, 'gcenter': 2, 'gwidth': 4},
       'v2_0': {'prediction': 0, 'gcenter': 0, 'gwidth': 31}}
LOCATED = {'v1_0': {'prediction': 1, 'answer': 1, 'location': [2, 3.1, 4]},
           'v2_0': {'prediction': 2, 'answer': 0, 'location': [5]}}
LLOVI = {'data': {'v1_0': {'pred': [[2, 4], [1, 3]], 'truth': [[2, 6]]},
                  'v1_1': {'pred': [[0, 9.5]], 'truth': [[10, 20]]}}}
HAWKEYE = [{'video_fname': 'v1.mp4', 'duration': 20.0, 'question': 'Why?',
            'pred_span': [2, 4], 'gt_span': None, 'iou': 0},
           {'video_fname': 'v1.mp4', 'duration': 20.0, 'question': 'How?',
            'pred_span': [5, 15], 'gt_span': None, 'iou': 0}]
MUPA = [{'video_path': 'a/v1.mp4', 'question': 'Why?', 'ans': 'B',
         'options': ['a', 'b', 'c', 'd', 'e'], 'pred_answer': '(B) b',
         'pred_span': [[2, 4], [1, 9.5]], 'span_conf': [.4, .2]}]
CELLS = [['video', 'qid', 'prediction', 'start', 'end'],
         ['v1', '0', 'B', '2', '4'], ['v1', '1', 'c', '0', '12.5'],
         ['v2', '0', '0', '', '']]
ENTRIES = [{key: value for key, value in entry.items()
            if key not in ('situations', 'question_program')}
           for entry in star_entries(3)]


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """Whole files of both data sets, and predictions."""
    logging.getLogger('cra_plugin').setLevel(logging.ERROR)
    folder = tmp_path_factory.mktemp('fuzzed')
    for name, content in {
            'gsub_val.json': SPANS, 'frame2time_val.json': TIMES,
            'val_gpt4_sub.json': PARAPHRASES, 'answers.json': ANSWERS,
            'spans.json': PREDICTED, 'fractions.json': FRACTIONS,
            'attention.json': ATTENTION, 'records.json': RECORDS,
            'sevila.json': SEVILA, 'videomind.json': VIDEOMIND, 'r1.json': R1,
            'cra.json': CRA, 'located.json': LOCATED, 'llovi.json': LLOVI,
            'hawkeye.json': HAWKEYE, 'mupa.json': MUPA,
            'star/STAR_val.json': ENTRIES,
            'star/STAR_videos.json': video_metadata(ENTRIES)}.items():
        write_json(folder / name, content)
    (folder / 'val.csv').write_text(TABLE)
    (folder / 'cells.csv').write_text('\n'.join(map(','.join, CELLS)))
    yield folder
    logging.getLogger('cra_plugin').setLevel(logging.NOTSET)


def check(folder, name, content, read):
    """Read with one file damaged; give what became of it."""
    path = folder / name
    whole = path.read_bytes()
    path.write_bytes(content)
    try:
        read(folder)
        return 'read'
    except InputError as error:
        assert str(error).strip()
        return 'refused'
    finally:
        path.write_bytes(whole)


def read_nextgqa(folder):
    find_nextgqa(folder, 'val')


def read_star(folder):
    find_star(folder / 'star', 'val')


def evaluate(evidence, name, **arguments):
    """Evaluate whole or damaged predictions."""

    def read(folder):
        evaluate_predictions(folder, 'val', folder / 'answers.json',
                             **{evidence: folder / name}, **arguments)

    return read


def evaluate_alone(name, file_format=None):
    """Evaluate one file that has answers and spans."""
    return lambda folder: evaluate_predictions(
        folder, 'val', folder / name, file_format=file_format)


KINDS = {
    'val.csv': (damaged_csv(ROWS), read_nextgqa),
    'gsub_val.json': (damaged_json(SPANS), read_nextgqa),
    'frame2time_val.json': (damaged_json(TIMES), read_nextgqa),
    'val_gpt4_sub.json': (damaged_json(PARAPHRASES), read_nextgqa),
    'star/STAR_val.json': (damaged_json(ENTRIES), read_star),
    'star/STAR_videos.json': (damaged_json(video_metadata(ENTRIES)),
                              read_star),
    'answers.json': (damaged_json(ANSWERS), evaluate('spans', 'spans.json')),
    'spans.json': (damaged_json(PREDICTED), evaluate('spans', 'spans.json')),
    'fractions.json': (damaged_json(FRACTIONS), evaluate(
        'spans', 'fractions.json', normalized=True)),
    'attention.json': (damaged_json(ATTENTION), evaluate(
        'attention', 'attention.json')),
    'records.json': (damaged_json(RECORDS), evaluate_alone('records.json')),
    'cells.csv': (damaged_csv(CELLS), evaluate_alone('cells.csv')),
    'sevila.json': (damaged_json(SEVILA), evaluate_alone(
        'sevila.json', 'sevila')),
    'videomind.json': (damaged_json(VIDEOMIND), evaluate_alone(
        'videomind.json', 'videomind')),
    'cra.json': (damaged_json(CRA), evaluate_alone('cra.json', 'cra_gqa')),
    'located.json': (damaged_json(LOCATED), evaluate_alone('located.json')),
    'llovi.json': (damaged_json(LLOVI), evaluate('spans', 'llovi.json')),
    'hawkeye.json': (damaged_json(HAWKEYE), evaluate(
        'spans', 'hawkeye.json')),
    'mupa.json': (damaged_json(MUPA), evaluate_alone('mupa.json', 'mupa')),
    'r1.json': (damaged_json(R1), evaluate_alone('r1.json', 'videochat_r1')),
}


@pytest.mark.parametrize('name', KINDS)
def test_200_damaged_files(name, folder):
    strategy, read = KINDS[name]
    ends = []

    @FUZZED
    @given(strategy)
    def fuzz(content):
        ends.append(check(folder, name, content, read))

    fuzz()
    assert len(ends) >= 200
    # Both ends occur, or the damage tests nothing.
    assert {'read', 'refused'} == set(ends)
