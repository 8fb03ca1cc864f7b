"""Predictions written in each format come back as they were."""

import csv
import json

import numpy as np
import pytest

from cra_plugin.annotations.nextgqa import find_nextgqa
from cra_plugin.apis.join_predictions import join_predictions
from cra_plugin.evaluation.formats.format_table import FORMATS
from tests.conftest import REPOSITORY

ANNOTATIONS = REPOSITORY / 'tests' / 'data' / 'predictions' / 'annotations'
QUESTIONS = find_nextgqa(ANNOTATIONS, 'val').questions
LETTERS = 'ABCDE'


def options(question):
    return '\n'.join(f'({letter}) {choice}' for letter, choice in zip(
        LETTERS, question.choices))


def answers_and(spans_of):
    """Two files, keyed, as NExT-GQA and LLoVi have them."""
    return lambda rows: {
        'answers': {each.key: {'prediction': answer}
                    for each, answer, _ in rows},
        'spans': {each.key: spans_of(each, span) for each, _, span in rows}}


def llovi(rows):
    return {'answers': {'data': {each.key: {'pred': answer, 'truth':
                                            each.answer}
                                 for each, answer, _ in rows}},
            'spans': {'data': {each.key: {'pred': [span]}
                               for each, _, span in rows}}}


def hawkeye(rows):
    return {'spans': [{
        'video_fname': f'{each.video_id}.mp4', 'duration': each.duration,
        'question': each.question.capitalize() + '?', 'pred_span': span}
        for each, _, span in rows]}


def language_model(rows, spans_field, answer_field):
    return {'answers': [{
        'video_path': f'videos/{each.video_id}.mp4',
        'question': each.question, 'options': list(each.choices),
        'ans': LETTERS[each.answer], spans_field: [span],
        answer_field: f'({LETTERS[answer]}) {each.choices[answer]}',
        'grounder_success': True} for each, answer, span in rows]}


def videochat_r1(rows):
    return {'answers': [{
        'video_path': f'videos/{each.video_id}.mp4',
        'prompt': f'{each.question}\n{options(each)}',
        'gt': {'answer': f'({LETTERS[each.answer]})'},
        'pred': f'<answer>({LETTERS[answer]})</answer><glue>[({span[0]}, '
                f'{span[1]})]</glue>'} for each, answer, span in rows]}


def generic(rows):
    return {'answers': [{
        'key': each.key, 'prediction': answer, 'start': span[0],
        'end': span[1]} for each, answer, span in rows]}


# Format to how it is written, and the parts of a video that its spans tell.
WRITERS = {
    'nextgqa': (answers_and(lambda each, span: span), None),
    'cra_gqa': (lambda rows: {'answers': {each.key: {
        'prediction': answer, 'gcenter': round(31 * span[0] / each.duration),
        'gwidth': round(31 * span[1] / each.duration)}
        for each, answer, span in rows}}, np.arange(32) / 31),
    'sevila': (lambda rows: {'answers': [{
        'qid': f'{each.type}_{each.video_id}_x_{each.qid}',
        'prediction': answer, 'target': each.answer, 'frame_idx': [round(
            32 * end / each.duration - .5) for end in span]}
        for each, answer, span in rows]}, (np.arange(32) + .5) / 32),
    'llovi': (llovi, None), 'hawkeye': (hawkeye, None),
    'videomind': (lambda rows: language_model(rows, 'pred', 'response'),
                  None),
    'mupa': (lambda rows: language_model(rows, 'pred_span', 'pred_answer'),
             None),
    'videochat_r1': (videochat_r1, None), 'generic': (generic, None)}


def draw(rng, grid):
    """A choice and a span for each question."""
    for question in QUESTIONS:
        ends = (rng.integers(0, 10 * int(question.duration), 2) / 10
                if grid is None else rng.choice(grid, 2) * question.duration)
        yield question, int(rng.integers(5)), sorted(map(float, ends))


def check(rows, files, tolerance):
    """What is read is what was written."""
    joined = join_predictions(ANNOTATIONS, 'val', **files)
    if 'answers' in files:
        assert joined.answers.tolist() == [answer for _, answer, _ in rows]
    np.testing.assert_allclose(joined.spans[joined.decoder],
                               [span for _, _, span in rows], atol=tolerance)
    assert not joined.coverage.num_missing + joined.coverage.num_unknown


@pytest.mark.parametrize('name', FORMATS)
def test_written_and_read_again(tmp_path, name):
    write, grid = WRITERS[name]
    rng = np.random.default_rng(0)
    for _ in range(20):
        rows = list(draw(rng, grid))
        files = {}
        for kind, content in write(rows).items():
            files[kind] = tmp_path / f'{kind}.json'
            files[kind].write_text(json.dumps(content))
        # Fractions are rounded to 0.1 s, as NExT-GQA's evaluator does.
        check(rows, files, 1e-9 if grid is None else .051)


def test_ours_through_a_table_and_back(tmp_path):
    """What a spreadsheet keeps: csv of what ``tools/test.py`` dumps."""
    rows = list(draw(np.random.default_rng(1), None))
    with open(tmp_path / 'a.csv', 'w', newline='') as file:
        writer = csv.writer(file)
        writer.writerow(['video_id', 'qid', 'prediction', 'start', 'end'])
        writer.writerows([each.video_id, each.qid, answer, *span]
                         for each, answer, span in rows)
    check(rows, {'answers': tmp_path / 'a.csv'}, 1e-9)
