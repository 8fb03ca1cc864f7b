from dataclasses import replace

import matplotlib.image
import numpy as np
import pytest

from cra_plugin.structures.grounded_answer import GroundedAnswer
from cra_plugin.structures.video_question import VideoQuestion
from cra_plugin.visualization.timeline import (
    RIGHT,
    SPAN_COLORS,
    WRONG,
    _Page,
    draw_timeline,
)

DPI = 50
QUESTION = VideoQuestion('1', '2', 'what did the boy do', ('clap', 'jump'), 1,
                         'TC', ((3., 6.), ), 12.)
SPANS = {'window': (2., 5.), 'adaptive': (3., 4.), 'merged': (4., 4.)}


def answer(spans=SPANS, predicted=0, num_frames=8, **changes):
    times = (np.arange(num_frames) + .5) * 12 / num_frames
    weights = np.random.default_rng(0).dirichlet(np.ones(num_frames))
    return GroundedAnswer(replace(QUESTION, **changes), times, weights, spans,
                          predicted)


def written(grounded):
    page = _Page(grounded)
    page.draw()
    return {text.get_text().strip(): text for text in page.figure.texts}


def axes_texts(grounded):
    page = _Page(grounded)
    page.draw()
    return [text.get_text() for axes in page.figure.axes
            for text in axes.texts]


def test_png_has_the_stated_width(tmp_path):
    path = tmp_path / 'new' / 'a.png'
    draw_timeline(answer(), path, DPI)
    assert path.read_bytes().startswith(b'\x89PNG')
    picture = matplotlib.image.imread(path)
    assert picture.shape[1] == 9 * DPI
    assert 4 * DPI < picture.shape[0] < 9 * DPI
    assert list(path.parent.iterdir()) == [path]


def test_weights_that_overflow_when_added(tmp_path):
    grounded = replace(answer(), frame_weights=np.full(8, 1.7e308))
    draw_timeline(grounded, tmp_path / 'a.png', DPI)


@pytest.mark.parametrize('changes', [
    dict(spans=()),
    dict(spans=((4., 4.), )),
    dict(spans=((0., 1.), (2., 3.), (11., 12.))),
    dict(duration=None),
    dict(answer=None),
    dict(type=''),
    dict(question='Why $x^2$ and 50 % or a_b \\frac{'),
    dict(question="Pourquoi l'élève rit-il ? Почему? なぜ"),
    dict(choices=('', ' ')),
    dict(choices=('very ' * 30, 'x' * 80)),
])
def test_unusual_questions_are_drawn(tmp_path, changes):
    grounded = replace(answer(), question=replace(QUESTION, **changes))
    draw_timeline(grounded, tmp_path / 'a.png', DPI)
    assert matplotlib.image.imread(tmp_path / 'a.png').std() > 0.05


@pytest.mark.parametrize('num_frames', [1, 2, 100])
def test_any_number_of_frames_is_drawn(tmp_path, num_frames):
    draw_timeline(answer(num_frames=num_frames), tmp_path / 'a.png', DPI)
    assert matplotlib.image.imread(tmp_path / 'a.png').std() > 0.05


def test_repeated_frames_and_equal_weights_are_drawn(tmp_path):
    grounded = replace(
        answer(), frame_times=np.full(8, 2.), frame_weights=np.zeros(8))
    draw_timeline(grounded, tmp_path / 'a.png', DPI)
    assert matplotlib.image.imread(tmp_path / 'a.png').std() > 0.05


@pytest.mark.parametrize('num_choices', [1, 2, 5, 8])
def test_height_grows_with_choices(tmp_path, num_choices):
    choices = tuple('abcdefgh' [:num_choices])
    page = _Page(answer(choices=choices, answer=0))
    assert page.height == pytest.approx(
        _Page(answer(choices=('a', ), answer=0)).height + 0.25 *
        (num_choices - 1))
    draw_timeline(answer(choices=choices, answer=0), tmp_path / 'a.png', DPI)


def test_long_questions_are_wrapped_and_nothing_is_lost(tmp_path):
    question = 'laugh very loudly ' * 30
    page = _Page(answer(question=question))
    assert len(page.title) > 3
    assert ' '.join(page.title) == question.strip()
    draw_timeline(answer(question=question), tmp_path / 'a.png', DPI)
    assert matplotlib.image.imread(tmp_path / 'a.png').shape[0] > 300


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


def test_footer_gives_the_iop_of_each_decoder():
    footer = next(text for text in written(answer()) if 'IoP' in text)
    assert footer.split() == [
        'IoP', 'window', '0.67', '·', 'adaptive', '1.00', '·', 'merged',
        '1.00'
    ]
    assert 'No ground truth: IoP is unknown' in written(
        replace(answer(), question=replace(QUESTION, spans=())))


def test_rows_name_decoders_and_seconds():
    texts = axes_texts(answer())
    for text in ('ground truth', 'window', 'adaptive', 'merged',
                 '3.0 to 6.0 s', '2.0 to 5.0 s', '4.0 s'):
        assert text in texts


def test_an_answer_without_weights_has_rows_alone():
    texts = axes_texts(replace(answer(), frame_weights=None))
    assert 'ground truth' in texts and 'frame weights' not in texts


def test_other_decoders_are_drawn_too():
    names = axes_texts(answer(spans={f'my {i}': (0., i) for i in range(5)}))
    assert {f'my {i}' for i in range(5)} <= set(names)


def test_weights_stand_at_the_frame_times():
    grounded = answer()
    page = _Page(grounded)
    page.draw()
    bars = page.figure.axes[0].patches[-8:]
    centers = [bar.get_x() + bar.get_width() / 2 for bar in bars]
    np.testing.assert_allclose(centers, grounded.frame_times)
    np.testing.assert_allclose([bar.get_height() for bar in bars],
                               grounded.frame_weights)


def test_global_state_is_untouched(tmp_path):
    draw_timeline(answer(), tmp_path / 'a.png', DPI)
    from matplotlib._pylab_helpers import Gcf
    assert Gcf.get_num_fig_managers() == 0
