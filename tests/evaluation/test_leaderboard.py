"""The published table, wherever it stands."""

import re

import pytest
import yaml

from cra_plugin.evaluation.leaderboard.leaderboard_table import (
    render_leaderboard,
)
from cra_plugin.evaluation.leaderboard.published_results import (
    METRICS,
    published_on,
    read_published,
)
from cra_plugin.evaluation.metrics import METRIC_NAMES
from tests.conftest import REPOSITORY

STAR_METRICS = 'Acc@GQA', 'Acc@VQA', 'IoP@0.5', 'IoU@0.5'


def report(**known):
    return {**dict.fromkeys(METRIC_NAMES), 'protocol': 'nextgqa-all',
            'num_questions': 9, **known}


def cells_of(each, metrics):
    return [each.method, each.supervision, each.params, *(
        '' if each.metrics[name] is None else f'{each.metrics[name]:.1f}'
        for name in metrics), each.protocol, each.source]


@pytest.mark.parametrize('dataset, metrics', [
    ('nextgqa', METRICS), ('star', STAR_METRICS)])
def test_the_page_says_what_the_table_says(dataset, metrics):
    page = (REPOSITORY / 'docs' / 'results.md').read_text()
    for each in published_on(dataset):
        assert f'| {" | ".join(cells_of(each, metrics))} |' in page


def test_each_row_is_one_that_can_be():
    rows = read_published()
    assert len({(each.dataset, each.split, each.method)
                for each in rows}) == len(rows) == 21
    for each in rows:
        assert each.source and each.protocol
        known = {name: value for name, value in each.metrics.items()
                 if value is not None}
        assert known and all(0 < value < 100 for value in known.values())
        # Right and grounded is at most right, and at most grounded.
        for name in ('Acc@VQA', 'IoP@0.5'):
            assert known['Acc@GQA'] <= known.get(name, 100)
        assert known.get('IoP@0.5', 0) <= known.get('IoP@0.3', 100)
        assert known.get('IoU@0.5', 0) <= known.get('IoU@0.3', 100)


def test_the_metafile_repeats_published_figures_as_such():
    models = yaml.safe_load(
        (REPOSITORY / 'configs' / 'metafile.yml').read_text())['Models']
    published = [{name: value for name, value in each.metrics.items()
                  if value is not None} for each in read_published()]
    found = 0
    for model in models:
        assert (REPOSITORY / model['Config']).is_file()
        for result in model['Results']:
            assert 'not measured here' in model['Metadata']['Results']
            assert result['Metrics'] in published
            found += 1
    assert found == 7


@pytest.mark.parametrize('known, before, after', [
    ({'Acc@GQA': 20.}, 'GroundFormer', 'CRA FrozenBiLM'),
    # Answers alone go by their accuracy.
    ({'Acc@VQA': 69.}, 'CRA FrozenBiLM', 'SeViLA'),
    ({'mIoP': 99.}, None, 'human'),
    # What lacks it comes last.
    ({'Acc@VQA': 0.}, 'CLIP peak', 'TOGA'),
    ({'Acc@GQA': 0.}, 'CLIP peak', None)])
def test_a_model_stands_where_it_belongs(known, before, after):
    lines = render_leaderboard(report(**known), 'nextgqa', 'test',
                               'my[odel]').splitlines()
    body = [line for line in lines if re.match(r'[* ] \S', line)]
    own, = (place for place, line in enumerate(body)
            if line.startswith('* my[odel]'))
    if before:
        assert before in body[own - 1]
    if after:
        assert body[own + 1].strip().startswith(after)
    assert max(map(len, lines)) <= 100


def test_another_split_than_the_published_one():
    text = render_leaderboard(report(**{'Acc@GQA': 25.}), 'star', 'val')
    assert 'not of the same questions' not in text
    assert 'GroundFormer' in text and 'this model' in text
    text = render_leaderboard(report(**{'Acc@GQA': 25.}), 'nextgqa', 'val')
    assert 'on val and on test are not of the same questions' in ' '.join(
        text.split())


@pytest.mark.parametrize(('number', 'told'), [(5553, False), (696, True)])
def test_other_questions_than_the_official_ones(number, told):
    text = render_leaderboard(report(num_questions=number), 'nextgqa', 'test')
    assert ('official test has 5553 questions' in text) == told


def test_the_tool(run_here):
    folder = REPOSITORY / 'tests' / 'data' / 'predictions'
    words = ('eval_predictions.py', '--annotations', folder / 'annotations',
             '--answers', folder / 'generic' / 'predictions.csv')
    status, output, errors = run_here(*words, '--leaderboard', 'ours')
    assert status == 0, errors
    rows = [line.split() for line in output.splitlines()]
    assert ['*', 'ours', '?', '?', '50.0', '75.0', '50.0', '75.0', '75.0',
            '33.3', '75.0', '50.0', '0.0'] in rows
    assert 'CRA Temp[CLIP]' not in run_here(*words)[1]
    status, _, errors = run_here(*words, '--dataset', 'grounded_qa',
                                 '--leaderboard')
    assert status == 2
    assert 'on which no results are known; expected nextgqa or star' in errors
