"""The picture of an ablation: a dot per seed, a line per mean."""

import warnings

import pytest
from matplotlib.figure import Figure
from PIL import Image

from cra_plugin.visualization import result_chart


def row(variant, test, values, prior=None):
    return {'variant': variant, 'test': test,
            'values': {'Acc@GQA': dict(enumerate(values)), 'mIoU': {0: 7.}},
            'mean': {'Acc@GQA': None, 'best prior': prior, 'mIoU': 7.}}


def drawn(test, rows, metric='Acc@GQA'):
    axes = Figure().subplots()
    result_chart._draw_test(test, rows, metric, axes)
    return axes


def test_seeds_means_and_priors_of_each_variant():
    axes = drawn('val', [row('ours', 'val', [30., 32.], 12.),
                         row('base', 'val', [10., None, 13.])])
    assert axes.get_title(loc='center') == 'tested on val'
    assert [each.get_text() for each in axes.get_yticklabels()] == [
        'ours', 'base']
    lines = [(each.get_marker(), *map(tuple, each.get_data()))
             for each in axes.lines]
    assert lines == [
        ('o', (30., 32.), (0, 0)), ('None', (31., 31.), (-0.3, 0.3)),
        ('|', (12.,), (0,)),
        ('o', (10., 13.), (1, 1)), ('None', (11.5, 11.5), (0.7, 1.3))]
    assert [each.get_text() for each in axes.texts] == ['31.0', '11.5']
    # The first variant is on top.
    assert axes.get_ylim() == (1.5, -0.5)


def test_a_prior_is_of_one_metric_alone():
    axes = drawn('val', [row('ours', 'val', [30.], 12.)], 'mIoU')
    assert [each.get_marker() for each in axes.lines] == ['o', 'None']
    assert axes.get_xlabel() == 'mIoU, percent'


def test_a_variant_without_values_has_a_row():
    axes = drawn('val', [row('failed', 'val', [None])])
    assert not axes.texts and len(axes.get_yticklabels()) == 1


@pytest.mark.parametrize('tests', [('test',), ('iid', 'neutral', 'ood')])
def test_a_chart_per_test_set(tests, tmp_path):
    results = {'metrics': ['Acc@GQA', 'best prior'], 'rows': [
        row(variant, test, [20., 22.], 9.) for variant in ('a', 'b')
        for test in tests]}
    path = tmp_path / 'results.png'
    result_chart.draw_results(results, path)
    with Image.open(path) as image:
        assert image.info['Software'] == result_chart.SOFTWARE
        assert image.width == 150 * (7 if len(tests) == 1 else 15)
    assert [each.name for each in tmp_path.iterdir()] == ['results.png']


def test_names_that_are_long_or_in_letters_of_no_font(tmp_path, caplog):
    """They are cut, so that a chart is left; letters are told of once."""
    results = {'metrics': ['Acc@GQA'], 'rows': [
        row('variant_' * 30, 'set_\U0001342f' + 'x' * 200, [20., 22.])]}
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        result_chart.draw_results(results, tmp_path / 'results.png')
    (told, ) = caplog.messages
    assert 'U0001342f' in told and 'drawn as boxes' in told
