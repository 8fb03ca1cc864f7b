from dataclasses import replace
from itertools import pairwise

import matplotlib.image
import numpy as np
import pytest
from matplotlib.patches import Rectangle
from PIL import Image

from cra_plugin.errors import InputError
from cra_plugin.structures.filmstrip import Filmstrip
from cra_plugin.structures.grounded_answer import GroundedAnswer
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.visualization.palette import RIGHT, SPAN_COLORS, WRONG
from cra_plugin.visualization.sheet import Sheet
from cra_plugin.visualization.timeline import (
    DrawnAnswer,
    draw_models,
    draw_questions,
    draw_timeline,
    timeline_blocks,
)

DPI = 50
QUESTION = VideoQuestion('1', '2', 'what did the boy do', ('clap', 'jump'), 1,
                         'TC', ((3., 6.), ), 12.)
SPANS = {'window': (2., 5.), 'adaptive': (3., 4.), 'merged': (4., 4.)}
STRIP = Filmstrip([np.full((90, 160, 3), 40 * index, np.uint8)
                   for index in range(6)], 12.)


def answer(spans=SPANS, predicted=0, num_frames=8, scores=None, **changes):
    times = (np.arange(num_frames) + .5) * 12 / num_frames
    weights = np.random.default_rng(0).dirichlet(np.ones(num_frames))
    return GroundedAnswer(
        replace(QUESTION, **changes), times, weights, spans=spans,
        predicted=predicted,
        scores=None if scores is None else np.array(scores))


def with_candidates(grounded):
    """The same, every choice grounded by itself."""
    rows = len(grounded.question.choices), len(grounded.frame_times)
    return replace(
        grounded, candidate_weights=np.random.default_rng(1).random(rows),
        candidate_spans=tuple((3., 3. + row % 3) for row in range(rows[0])))


def sheet_of(grounded, **more):
    return Sheet(timeline_blocks(DrawnAnswer(grounded, 'adaptive', **more)))


def written(grounded, **more):
    """Text of a line to its artist."""
    return {text.get_text().strip(): text
            for text in sheet_of(grounded, **more).figure.texts}


def lines_of(figure):
    """Boxes in pixels of all texts that are drawn, by their text."""
    renderer = figure.canvas.get_renderer()
    figure.draw_without_rendering()
    texts = list(figure.texts)
    for axes in figure.axes:
        texts += [*axes.texts, axes.xaxis.label]
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            texts += [tick.label1 for tick in axis.get_major_ticks()
                      if tick.label1.get_visible()
                      and low <= tick.get_loc() <= high]
    return [(text.get_text(), text.get_window_extent(renderer))
            for text in texts if text.get_text().strip()]


def check_nothing_overlaps(figure):
    boxes = lines_of(figure)
    width, height = figure.get_size_inches() * figure.dpi
    for index, (text, box) in enumerate(boxes):
        assert box.x0 >= 0 and box.x1 <= width, text
        assert box.y0 >= 0 and box.y1 <= height, text
        for other, another in boxes[index + 1:]:
            apart = min(box.x1, another.x1) - max(box.x0, another.x0)
            over = min(box.y1, another.y1) - max(box.y0, another.y0)
            assert apart < 1 or over < 3, (text, other)


@pytest.mark.parametrize('suffix, start', [
    ('.png', b'\x89PNG'), ('.pdf', b'%PDF'), ('.svg', b'<?xml'),
    ('.PNG', b'\x89PNG')])
def test_the_suffix_is_the_format(tmp_path, suffix, start):
    path, again = (tmp_path / 'new' / f'{name}{suffix}' for name in 'ab')
    draw_timeline(DrawnAnswer(answer(), filmstrip=STRIP), path, DPI)
    draw_timeline(DrawnAnswer(answer(), filmstrip=STRIP), again, DPI)
    assert path.read_bytes().startswith(start)
    assert path.read_bytes() == again.read_bytes()
    assert {*path.parent.iterdir()} == {path, again}


def test_png_has_the_stated_width(tmp_path):
    draw_timeline(answer(), tmp_path / 'a.png', DPI)
    picture = matplotlib.image.imread(tmp_path / 'a.png')
    assert picture.shape[1] == 10 * DPI
    assert 4 * DPI < picture.shape[0] < 9 * DPI


@pytest.mark.parametrize('name', ['a', 'a.jpg', 'png'])
def test_other_formats_are_refused(tmp_path, name):
    with pytest.raises(InputError, match=r'one of \.png, \.pdf, \.svg'):
        draw_timeline(answer(), tmp_path / name)


@pytest.mark.parametrize('changes', [
    dict(),
    dict(spans=()),
    dict(spans=((4., 4.), )),
    dict(spans=((0., 1.), (2., 3.), (11., 12.))),
    dict(duration=None),
    dict(duration=36000.),
    dict(answer=None),
    dict(type=''),
    dict(type='Interaction', video_id='x' * 300, qid='y' * 300),
    dict(question='Why $x^2$ and 50 % or a_b \\frac{'),
    dict(question="Pourquoi l'élève rit-il ? Почему? " + 'なぜ' * 60),
    dict(question='laugh very loudly ' * 30),
    dict(choices=('', ' ')),
    dict(choices=('very ' * 30, 'x' * 80)),
    dict(choices=tuple(f'choice {i}' for i in range(40))),
])
@pytest.mark.parametrize('every', [False, True])
def test_nothing_overlaps(tmp_path, changes, every):
    grounded = replace(answer(), question=replace(QUESTION, **changes))
    count = len(grounded.question.choices)
    if every:
        grounded = with_candidates(replace(
            grounded, scores=np.full(count, 1 / count)))
    drawn = sheet_of(grounded, filmstrip=STRIP)
    check_nothing_overlaps(drawn.figure)
    drawn.save(tmp_path / 'a.png', DPI)
    assert matplotlib.image.imread(tmp_path / 'a.png').std() > 0.05


@pytest.mark.parametrize('duration', [.04, .9, 3., 99., 999., 5000., 99999.])
def test_nothing_overlaps_in_videos_of_any_length(duration):
    scale = duration / 12
    grounded = replace(
        answer(), frame_times=answer().frame_times * scale,
        spans={name: (start * scale, end * scale)
               for name, (start, end) in SPANS.items()},
        question=replace(QUESTION, duration=duration,
                         spans=((3 * scale, 12 * scale), )))
    check_nothing_overlaps(sheet_of(grounded, filmstrip=replace(
        STRIP, duration=duration)).figure)


def test_names_of_any_length_fit():
    names = {'a decoder with a name of many words': (0., 1.),
             'adaptive': (1., 12.)}
    figure = sheet_of(answer(spans=names)).figure
    check_nothing_overlaps(figure)
    assert any(text.endswith('…') for text, _ in lines_of(figure))


@pytest.mark.parametrize('num_frames', [1, 2, 100, 2000])
def test_any_number_of_frames_is_drawn(tmp_path, num_frames):
    draw_timeline(answer(num_frames=num_frames), tmp_path / 'a.png', DPI)
    assert matplotlib.image.imread(tmp_path / 'a.png').std() > 0.05


@pytest.mark.parametrize('weights', [
    np.zeros(8), np.full(8, 1.7e308), -np.ones(8), np.arange(-4., 4.)])
def test_weights_that_are_no_fractions(tmp_path, weights):
    grounded = replace(answer(), frame_times=np.full(8, 2.),
                       frame_weights=weights)
    draw_timeline(grounded, tmp_path / 'a.png', DPI)
    assert matplotlib.image.imread(tmp_path / 'a.png').std() > 0.05


def test_long_questions_are_wrapped_and_nothing_is_lost():
    question = 'laugh very loudly ' * 30
    text = ' '.join(sheet_text.get_text() for sheet_text in
                    sheet_of(answer(question=question)).figure.texts)
    assert question.strip() in text


def test_right_and_predicted_are_marked():
    texts = written(answer())
    assert texts['clap'].get_color() == texts['predicted'].get_color() == WRONG
    assert texts['jump'].get_color() == RIGHT
    assert texts['right answer'].get_color() == RIGHT
    assert '✓' in texts
    assert '✗' in texts


def test_right_prediction_has_one_mark():
    texts = written(answer(predicted=1))
    assert texts['right answer, predicted'].get_color() == RIGHT
    assert '✗' not in texts


def test_hidden_answer_is_not_called_wrong():
    texts = written(answer(answer=None))
    assert texts['predicted'].get_color() == SPAN_COLORS[1]
    assert not {'✓', '✗'} & set(texts)


def test_probabilities_and_types_are_spelled_out():
    texts = written(answer(scores=(.625, .375)))
    assert {'62.5 %', '37.5 %'} <= set(texts)
    assert any('TC (temporal, meanwhile)' in text for text in texts)


def test_rows_name_decoders_and_seconds_and_overlaps():
    texts = [text.get_text() for text in sheet_of(answer()).figure.texts]
    for text in ('ground truth', 'window', '▸ adaptive (main)', 'merged',
                 '3.0 to 6.0 s', '2.0 to 5.0 s', '4.0 s'):
        assert text in texts
    at = texts.index('IoP')
    assert [each for each in texts[at:] if each[0].isdigit()] == [
        '3.0 to 6.0 s', '2.0 to 5.0 s', '0.67', '0.50', '3.0 to 4.0 s',
        '1.00', '0.33', '4.0 s', '1.00', '0.00']


def test_a_question_of_a_user_has_no_row_of_what_nobody_knows():
    grounded = replace(answer(), predicted=-1, question=VideoQuestion(
        'party', '0', 'who claps', (), None, duration=12.))
    texts = written(grounded)
    assert not {'ground truth', 'IoP', 'IoU', 'predicted', 'A'} & set(texts)
    assert '▸ adaptive (main)' in texts


def test_an_answer_without_weights_has_rows_alone():
    texts = written(replace(answer(), frame_weights=None))
    assert 'ground truth' in texts and 'frame weights' not in texts


def test_other_decoders_are_drawn_too():
    names = written(answer(spans={f'my {i}': (0., i) for i in range(5)}))
    assert {f'my {i}' for i in range(4)} <= set(names)


def bars_of(grounded):
    axes = sheet_of(grounded).figure.axes[0]
    return axes, axes.containers[0].patches


def test_bars_share_the_time_and_never_touch():
    grounded = answer()
    axes, bars = bars_of(grounded)
    centers = [bar.get_x() + bar.get_width() / 2 for bar in bars]
    np.testing.assert_allclose(centers, grounded.frame_times)
    np.testing.assert_allclose([bar.get_height() for bar in bars],
                               grounded.frame_weights)
    grounded = replace(grounded, frame_times=np.array(
        [0., 1., 1., 1.5, 8., 9., 10., 11.]))
    axes, bars = bars_of(grounded)
    figure = axes.figure
    edges = [axes.transData.transform([(bar.get_x(), 0), (
        bar.get_x() + bar.get_width(), 0)])[:, 0] for bar in bars]
    gaps = [start - end for (_, end), (start, _) in pairwise(edges)]
    assert min(gaps) > .01 * figure.dpi * 1.5
    assert bars[4].get_width() == pytest.approx(.85 * (8.5 - 4.75))


def test_flat_weights_look_flat():
    flat = replace(answer(), frame_weights=np.full(8, 5.) + np.arange(8) / 9)
    axes, bars = bars_of(flat)
    low, high = axes.get_ylim()
    assert low == 0 and high == pytest.approx(2 / 8)
    heights = np.array([bar.get_height() for bar in bars]) / high
    assert np.ptp(heights) < .1
    line, = axes.lines
    assert set(line.get_ydata()) == {1 / 8}


def test_the_span_of_the_main_decoder_is_framed():
    axes = sheet_of(answer(), filmstrip=STRIP).figure.axes[-1]
    assert len(axes.images) == 6
    *faded, frame = [each for each in axes.patches
                     if isinstance(each, Rectangle)]
    assert (frame.get_x(), frame.get_x() + frame.get_width()) == (3., 4.)
    assert [(each.get_x(), each.get_width()) for each in faded] == [
        (0., 3.), (4., 8.)]
    assert frame.get_edgecolor()[:3] == pytest.approx(
        matplotlib.colors.to_rgb(SPAN_COLORS[1]))


def test_every_choice_is_drawn_on_one_scale():
    grounded = replace(with_candidates(answer()), candidate_weights=np.stack(
        [np.ones(8), np.arange(8.)]), candidate_spans=((3., 6.), (3., 9.)))
    figure = sheet_of(grounded).figure
    first, _, second, span = figure.axes[2:]
    assert first.get_ylim() == second.get_ylim() == (0, 2 / 8)
    np.testing.assert_allclose(
        [bar.get_height() for bar in first.containers[0]], 1 / 8)
    bar, = span.containers[0]
    assert (bar.get_x(), bar.get_width()) == (3., 6.)
    texts = [text.get_text() for text in figure.texts]
    assert texts[texts.index('B  jump'):] == [
        'B  jump', '3.0 to 9.0 s', '0.50', '0.50']


def test_the_best_of_many_choices_are_drawn(tmp_path):
    choices = [f'choice {index}' for index in range(1500)]
    scores = np.zeros(1500)
    scores[700:720] = .05
    grounded = with_candidates(answer(
        choices=choices, answer=1400, predicted=3, scores=scores))
    path = tmp_path / 'high.png'
    drawn = sheet_of(grounded)
    drawn.save(path, 200)
    with Image.open(path) as picture:
        assert picture.height <= 30000 < 200 * drawn.height
    rows = [text.get_text() for text in drawn.figure.texts
            if '  choice' in text.get_text()]
    assert rows == [f'{index + 1}  choice {index}' for index in
                    (3, *range(700, 710), 1400)]


@pytest.mark.parametrize('size', [(20, 2000), (2000, 20), (1, 1)])
def test_frames_of_any_shape(tmp_path, size):
    strip = Filmstrip([np.zeros((*size, 3), np.uint8)], 12.)
    drawn = sheet_of(answer(), filmstrip=strip)
    drawn.save(tmp_path / 'a.png', DPI)
    assert drawn.height < 10


def test_grids_show_all(tmp_path):
    drawn = [DrawnAnswer(
        answer(qid=qid, predicted=index % 2, scores=(.5, .5)), 'window',
        STRIP, f'model {qid}') for index, qid in enumerate('xyz')]
    sheets = []
    for draw in (draw_questions, draw_models):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Sheet, 'save', lambda sheet, *_: sheets.append(
                sheet))
            draw(drawn, tmp_path / 'grid.png', DPI)
    for sheet in sheets:
        check_nothing_overlaps(sheet.figure)
        assert len(sheet.figure.axes) == 9
    questions, models = ([text.get_text() for text in sheet.figure.texts]
                         for sheet in sheets)
    assert sum(text == QUESTION.question for text in questions) == 3
    assert sum(text == QUESTION.question for text in models) == 1
    assert '✗ model x: A clap (50.0 %)' in models
    assert '✓ model y: B jump (50.0 %)' in models
    assert 'predicted' not in models


def test_letters_that_no_font_has_are_told_once(tmp_path, caplog, recwarn):
    draw_timeline(answer(question='what is \U0001031f or \u12bd'),
                  tmp_path / 'a.png', DPI)
    message, = caplog.messages
    assert 'drawn as boxes' in message and '\\u12bd' in message
    assert not [each for each in recwarn if 'Glyph' in str(each.message)]


def test_global_state_is_untouched(tmp_path):
    draw_timeline(answer(), tmp_path / 'a.png', DPI)
    from matplotlib._pylab_helpers import Gcf
    assert Gcf.get_num_fig_managers() == 0
