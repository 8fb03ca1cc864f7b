import itertools
import json

import numpy as np
import pytest

from cra_plugin.annotations.nextgqa import find_nextgqa
from cra_plugin.errors import InputError
from cra_plugin.simulation.rendered_frames import (
    POLYGONS,
    draw_frames,
    write_video,
)
from cra_plugin.simulation.rendered_world import (
    COLORS,
    NAMES,
    SHAPES,
    MovingShape,
    RenderedSettings,
    RenderedVideo,
    RenderedWorld,
)

WORLD = RenderedWorld(RenderedSettings(
    train_videos=40, val_videos=2, test_videos=2))


@pytest.fixture(scope='module')
def videos():
    return WORLD.videos('train')


def moving(video):
    """The shapes that questions are about."""
    return [shape for shape in video.shapes if shape.color]


def test_only_the_moment_tells_the_answer(videos):
    for video in videos:
        events = moving(video)
        assert len(events) == len(video.questions)
        assert len({each.shape for each in events}) == len(events)
        assert len({each.color for each in events}) == len(events)
        for before, after in itertools.pairwise(events):
            assert before.span[1] < after.span[0]
        for event, question in zip(events, video.questions):
            asked, named = ('color', 'shape')
            if question.type == 'shape':
                asked, named = named, asked
            assert getattr(event, named) in question.question
            assert question.choices[question.answer] == getattr(event, asked)
            assert len(set(question.choices)) == 5
            assert {getattr(each, asked)
                    for each in events} <= set(question.choices)
            assert question.spans == (event.span, )


def test_no_answer_is_favored(videos):
    questions = [each for video in videos for each in video.questions]
    places = np.bincount([each.answer for each in questions], minlength=5)
    assert places.min() > len(questions) / 12
    for kind, names in NAMES.items():
        answers = [each.choices[each.answer] for each in questions
                   if each.type == kind]
        assert len(answers) > len(questions) / 3
        assert set(answers) == set(names)


def test_a_video_depends_on_seed_and_id_only(videos):
    fewer = RenderedWorld(RenderedSettings(train_videos=2))
    assert fewer.videos('train') == videos[:2]
    other = RenderedWorld(RenderedSettings(train_videos=2, seed=1))
    assert other.videos('train') != videos[:2]
    ids = {split: {each.video_id for each in WORLD.videos(split)}
           for split in ('train', 'val', 'test')}
    assert len(set().union(*ids.values())) == 44


@pytest.mark.parametrize('shape', SHAPES)
def test_a_shape_is_seen_in_its_span_on_its_way(shape):
    video = RenderedVideo('1', 4, (20, 30, 40), (MovingShape(
        shape, 'red', (1., 3.), ((.3, .5), (.7, .5))), ), ())
    frames = np.stack(list(draw_frames(video, 64, 2)))
    assert frames.shape == (8, 64, 64, 3) and frames.dtype == np.uint8
    red = (frames == COLORS['red']).all(axis=-1)
    assert red.any(axis=(1, 2)).tolist() == [False] * 2 + [True] * 4 + [
        False] * 2
    # Middles of the frames, an eighth to seven eighths of the way.
    columns = [each.any(axis=0).nonzero()[0].mean() for each in red[2:6]]
    np.testing.assert_allclose(
        columns, 64 * (.3 + .4 * np.array([1, 3, 5, 7]) / 8), atol=1.5)
    assert (frames[0] == (20, 30, 40)).all()


def test_shapes_differ():
    pictures = []
    for shape in SHAPES:
        video = RenderedVideo('1', 1, (0, 0, 0), (MovingShape(
            shape, 'cyan', (0., 1.), ((.5, .5), (.5, .5))), ), ())
        pictures.append(next(draw_frames(video, 64, 1))[..., 1] > 128)
    for one, other in itertools.combinations(pictures, 2):
        assert (one != other).sum() > 60
    assert set(POLYGONS) == set(SHAPES) - {'circle', 'ring'}


def test_distractors_are_gray_and_below(videos):
    for video in videos:
        assert [bool(each.color) for each in video.shapes] == (
            [False] * 2 + [True] * len(video.questions))


def test_files_are_read_back(rendered_world):
    import decord
    settings = json.loads((rendered_world / 'world.json').read_text())
    world = RenderedWorld(RenderedSettings(**settings['settings']))
    for split in ('train', 'val', 'test'):
        annotations = find_nextgqa(rendered_world, split,
                                   require_spans=split != 'train')
        wanted = [each for video in world.videos(split)
                  for each in video.questions]
        assert len(annotations.questions) == len(wanted)
        assert settings['num_questions'][split] == len(wanted)
        for found, question in zip(annotations.questions, wanted):
            assert (found.key, found.question, found.choices,
                    found.answer) == (question.key, question.question,
                                      question.choices, question.answer)
            if split != 'train':
                assert found.spans == question.spans
                assert found.duration == question.duration
    video = world.videos('val')[0]
    reader = decord.VideoReader(
        str(rendered_world / 'videos' / f'{video.video_id}.mp4'))
    drawn = np.stack(list(draw_frames(video, 32, 2)))
    assert len(reader) == len(drawn) and reader.get_avg_fps() == 2
    decoded = reader.get_batch(range(len(drawn))).asnumpy()
    assert np.abs(decoded.astype(int) - drawn).mean() < 8


def test_bad_input(tmp_path, monkeypatch):
    with pytest.raises(InputError, match=r'RenderedSettings\.size'):
        RenderedSettings(size=8)
    monkeypatch.setattr('cra_plugin.simulation.rendered_frames.'
                        'CODEC', 'none')
    with pytest.raises(InputError, match='no encoder for none'):
        write_video(WORLD.videos('val')[0], tmp_path / 'a.mp4', 64, 4)
    assert not list(tmp_path.iterdir())
