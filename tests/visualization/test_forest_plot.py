"""The picture of differences: everything in it, nothing over another."""

from itertools import combinations

import pytest
from PIL import Image

from cra_plugin.visualization.forest_plot import (
    Effect,
    draw_forest_plot,
    forest_figure,
)


def effects(metrics=3, series=('ours less base', 'ours less an older one')):
    return [Effect(f'metric {row}', name, row - 1., row - 2., row + 1.5,
                   row % 2 == 0)
            for row in range(metrics) for name in series]


def boxes(figure):
    """Of all texts that are drawn."""
    figure.canvas.draw()
    texts = figure.texts + [each for axes in figure.axes for each in (
        *axes.texts, *axes.get_xticklabels(), axes.xaxis.label)]
    return {f'{text.get_text()} {place}': text.get_window_extent()
            for place, text in enumerate(texts)
            if text.get_visible() and text.get_text()}


@pytest.mark.parametrize('title, series', [
    ('5553 questions', ('a less b', )),
    ('5553 questions, protocol nextgqa-all ' * 5, (
        'ours less base', 'a model with a very long name ' * 6, 'c less d'))])
def test_no_text_over_another_or_cut_off(title, series):
    figure = forest_figure(effects(5, series), title, 'how it was made ' * 12)
    found = boxes(figure)
    for (name, one), (other, two) in combinations(found.items(), 2):
        assert not one.padded(-1).overlaps(two.padded(-1)), (name, other)
    width, height = figure.bbox.size
    for name, box in found.items():
        assert box.x0 >= 0 and box.x1 <= width, name
        assert box.y0 >= 0 and box.y1 <= height, name
    assert sum('[' in name for name in found) == 5 * len(series)


def test_an_interval_and_a_marker_per_effect():
    axes, = forest_figure(effects(2), 'title').axes
    lines = [each for each in axes.lines if len(each.get_xdata()) == 2
             and each.get_ydata()[0] == each.get_ydata()[1]]
    markers = [each for each in axes.lines if len(each.get_xdata()) == 1]
    assert [tuple(each.get_xdata()) for each in lines] == [
        (-2, 1.5), (-2, 1.5), (-1, 2.5), (-1, 2.5)]
    # Filled where it is clear; one color and shape for each series.
    assert [each.get_markerfacecolor() == each.get_color()
            for each in markers] == [True, True, False, False]
    assert [each.get_marker() for each in markers] == ['o', 's', 'o', 's']
    heights = [each.get_ydata()[0] for each in markers]
    assert heights == sorted(heights) and len(set(heights)) == 4


def test_the_file(tmp_path):
    draw_forest_plot(effects(), tmp_path / 'a.png', 'title', dpi=50)
    with Image.open(tmp_path / 'a.png') as image:
        assert image.size[0] == 400 and image.format == 'PNG'
        assert image.info['Software'] == 'cra_plugin forest plot'


def test_letters_that_no_font_has_are_told_once(tmp_path, caplog, recwarn):
    draw_forest_plot(effects(2, ('\U00013000 less b', )), tmp_path / 'a.png',
                     'title', dpi=50)
    line, = (each.message for each in caplog.records)
    assert 'no font here has' in line
    assert not recwarn.list
