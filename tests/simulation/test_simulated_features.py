from dataclasses import replace

import numpy as np
import pytest

from cra_plugin.errors import InputError
from cra_plugin.simulation.oracle import (
    oracle_answer,
    question_frame_weights,
)
from cra_plugin.simulation.simulated_features import (
    FeatureSettings,
    SimulatedFeatures,
)
from cra_plugin.simulation.word_vectors import text_vector
from cra_plugin.structures.video_question import VideoQuestion

SMALL = FeatureSettings(feature_dim=64, num_frames=8, num_scenes=2)
SILENT = replace(
    SMALL, scene_strength=0., num_distractors=0, noise_strength=0.)


def ask(video_id, qid='0', question='what did the dog do', answer=0,
        spans=((2., 4.), ), duration=8.):
    return VideoQuestion(video_id, qid, question, ('bark', 'run'), answer,
                         'TC', spans, duration)


@pytest.fixture
def questions():
    return [ask(str(video), str(qid), f'what did dog {qid} do', qid % 2,
                ((2. * qid, 2. * qid + 2), ))
            for video in range(6) for qid in range(3)]


def test_event_is_half_question_and_half_answer():
    simulation = SimulatedFeatures([ask('a')], {},
                                   replace(SILENT, event_strength=3.))
    frames = simulation.frames('a')
    vector = 3 / 2**0.5 * (text_vector('dog', 64) + text_vector('bark', 64))
    np.testing.assert_allclose(frames[2:4], [vector, vector], rtol=1e-5)
    np.testing.assert_array_equal(frames[[0, 1, 4, 5, 6, 7]], 0)


def test_frame_times_of_the_annotations_count():
    times = {'a': np.array([0., 3., 3.5, 3.9, 5., 6., 7., 8.])}
    frames = SimulatedFeatures([ask('a')], times, SILENT).frames('a')
    np.testing.assert_array_equal(
        frames.any(1), [False, True, True, True] + 4 * [False])


def test_other_numbers_of_frames_are_sampled_at_clip_centers():
    simulation = SimulatedFeatures([ask('a')], {'a': np.arange(32.)}, SMALL)
    np.testing.assert_allclose(simulation.times('a'), np.arange(8) + 0.5)


def test_order_of_the_questions_does_not_matter(questions):
    forwards = dict(SimulatedFeatures(questions, {}, SMALL))
    backwards = dict(SimulatedFeatures(questions[::-1], {}, SMALL))
    assert list(forwards) == sorted(forwards)
    for video_id, frames in forwards.items():
        np.testing.assert_array_equal(frames, backwards[video_id])


def test_seed_matters(questions):
    first = SimulatedFeatures(questions, {}, SMALL).frames('0')
    second = SimulatedFeatures(questions, {}, replace(SMALL, seed=1))
    assert np.abs(first - second.frames('0')).max() > 0.1


def test_videos_share_scenes(questions):
    settings = replace(SILENT, event_strength=0., scene_strength=1.)
    scenes = [frames for _, frames in SimulatedFeatures(questions, {},
                                                        settings)]
    assert all((frames == frames[0]).all() for frames in scenes)
    assert len({frames[0].tobytes() for frames in scenes}) == 2


def test_distractors_are_events_of_other_videos():
    settings = replace(SILENT, event_strength=0., num_distractors=1)
    both = [ask('a'), ask('b', question='why did the cat run')]
    seen = SimulatedFeatures(both, {}, settings).frames('a')
    expected = (text_vector('cat run', 64) +
                text_vector('bark', 64)) / 2**0.5
    shown = seen[seen.any(1)]
    assert 1 <= len(shown) <= 3
    np.testing.assert_allclose(shown, len(shown) * [expected], rtol=1e-5)
    alone = SimulatedFeatures(both[:1], {}, settings).frames('a')
    assert not alone.any()


def test_questions_without_spans_are_not_shown():
    both = [ask('a'), ask('a', '1', 'why did the cat run', spans=())]
    np.testing.assert_array_equal(
        SimulatedFeatures(both, {}, SILENT).frames('a'),
        SimulatedFeatures(both[:1], {}, SILENT).frames('a'))


def test_no_spans_at_all_is_an_error():
    with pytest.raises(InputError, match='1 question without a span'):
        SimulatedFeatures([ask('a', spans=())], {}, SMALL)


def test_no_times_and_no_duration_is_an_error():
    simulation = SimulatedFeatures([ask('a', duration=None)], {}, SMALL)
    with pytest.raises(InputError, match='video a: found no duration'):
        simulation.frames('a')


@pytest.mark.parametrize('bad', [
    dict(feature_dim=0), dict(num_frames=0), dict(noise_strength=-1.),
    dict(event_strength=float('nan')), dict(scene_strength=float('inf')),
    dict(num_scenes=0), dict(num_distractors=-1), dict(seed=-1)
])
def test_bad_settings(bad):
    with pytest.raises(InputError, match=next(iter(bad))):
        FeatureSettings(**bad)


def test_the_oracle_sees_real_annotations(shared_dir):
    from cra_plugin.annotations.nextgqa import find_nextgqa
    annotations = find_nextgqa(shared_dir / 'data' / 'nextgqa', 'val')
    simulation = SimulatedFeatures(annotations.questions,
                                   annotations.frame_times, FeatureSettings())
    answers, found = [], []
    for video_id in simulation.video_ids[:60]:
        frames = simulation.frames(video_id)
        for question in simulation.questions(video_id):
            weights = question_frame_weights(frames, question.question)
            answers.append(
                oracle_answer(frames, weights, question.choices) ==
                question.answer)
            peak = simulation.times(video_id)[weights.argmax()]
            found.append(any(s <= peak <= e for s, e in question.spans))
    assert 0.8 < np.mean(answers) < 0.98
    assert 0.8 < np.mean(found) < 0.98
