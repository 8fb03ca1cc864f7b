"""What the pictures of an analysis show."""

from functools import partial

import pytest
from matplotlib.collections import PathCollection

from cra_plugin.visualization import error_charts
from cra_plugin.visualization.chart import chart_figure

GROUP = {'low': 1., 'high': 2., 'num_questions': 40, 'Acc@VQA': 60.,
         'Acc@GQA': 30., 'mIoP': 40., 'mIoU': 20.}
CELLS = {'right_grounded': 30., 'right_ungrounded': 30.,
         'wrong_grounded': 38., 'wrong_ungrounded': 2., 'num_questions': 9}
SHAPE = {'edges': [0, .5, 1], **{side: {
    'shares': [25, 75], 'quantiles': {'50': .6}} for side in (
        'predicted', 'truth')}}
BINS = [{'confidence': 30., 'accuracy': 50., 'num_questions': 5},
        {'confidence': 90., 'accuracy': 60., 'num_questions': 15}]
CHARTS = {
    'cells': (error_charts._draw_cells, {'all': CELLS, '': CELLS}),
    'shape': (error_charts._draw_shape, 'length_seconds', SHAPE),
    'groups': (error_charts._draw_groups, 'span_length', [GROUP] * 5),
    'calibration': (error_charts._draw_reliability, {
        'bins': BINS, 'ECE': 5., 'accuracy': 57., 'confidence': 75.}),
    'probes': (error_charts._draw_probes, {
        'plain': {'Acc@VQA': 60., 'mIoP': None},
        'shuffled_videos': {'Acc@VQA': 55.5, 'mIoP': 20.,
                            'same_answers': 90.}})}
WIDTHS = {'cells': 8., 'probes': 8.}


def figure_of(name, copies=1):
    draw, *content = CHARTS[name]
    figure = chart_figure('a title', [partial(draw, *content)] * copies,
                          WIDTHS.get(name, 5.), 3.2)
    figure.canvas.draw()
    return figure


@pytest.mark.parametrize('name', CHARTS)
@pytest.mark.parametrize('copies', [1, 4])
def test_nothing_is_cut_off(name, copies):
    figure = figure_of(name, copies)
    assert len(figure.axes) == copies
    width, height = figure.bbox.size
    for axes in figure.axes:
        for text in (*axes.texts, *axes.get_xticklabels(), axes.xaxis.label,
                     *axes.get_yticklabels(), *axes.get_legend().texts):
            box = text.get_window_extent()
            assert box.x0 >= 0 and box.x1 <= width, text
            assert box.y0 >= 0 and box.y1 <= height, text


def test_parts_of_the_bars_add_up():
    axes, = figure_of('cells').axes
    widths = [[bar.get_width() for bar in part] for part in axes.containers]
    assert [sum(each) for each in zip(*widths)] == [100, 100]
    # A part of 2 percent has no room for its number.
    assert [text.get_text() for text in axes.texts] == (
        ['30'] * 4 + ['38'] * 2 + [''] * 2)
    assert axes.get_yticklabels()[1].get_text() == '- (9)'


def test_lines_and_marks():
    axes, = figure_of('groups').axes
    assert [line.get_ydata()[0] for line in axes.containers[0][:1]] == [60]
    assert [text.get_text() for text in axes.get_legend().texts] == [
        'Acc@VQA', 'Acc@GQA', 'mIoP', 'mIoU']
    axes, = figure_of('calibration').axes
    marks, = (each for each in axes.collections
              if isinstance(each, PathCollection))
    assert marks.get_offsets().tolist() == [[30, 50], [90, 60]]
    small, large = marks.get_sizes()
    assert small < large


def test_bars_of_what_is_known():
    axes, = figure_of('probes').axes
    assert [text.get_text() for text in axes.texts] == [
        '60.0', '', '', '55.5', '20.0', '90.0']
