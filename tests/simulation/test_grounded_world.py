from functools import lru_cache

import numpy as np
import pytest

from cra_plugin.errors import InputError
from cra_plugin.simulation.grounded_world import GroundedWorld
from cra_plugin.simulation.oracle import (
    oracle_answer,
    question_frame_weights,
)
from cra_plugin.simulation.vocabulary import ANSWERS, CUES
from cra_plugin.simulation.word_vectors import text_vector
from cra_plugin.simulation.world_settings import (
    SPLITS,
    WorldSettings,
)

LANGUAGE_BIAS, VISUAL_BIAS = 0.7, 0.4


class RememberingWorld(GroundedWorld):
    videos = lru_cache(GroundedWorld.videos)


@pytest.fixture(scope='module')
def world():
    return RememberingWorld(
        WorldSettings(
            train_videos=400,
            val_videos=10,
            test_videos=400,
            test_ood_videos=400,
            test_neutral_videos=400,
            language_bias=LANGUAGE_BIAS,
            visual_bias=VISUAL_BIAS))


def rows(world, split):
    return [(video, event, question, scene) for video in world.videos(split)
            for event, question, scene in zip(video.events, video.questions,
                                              video.scenes)]


def cue_answer(question):
    cue, = set(CUES) & set(question.question.split())
    return ANSWERS[CUES.index(cue)]


@pytest.mark.parametrize('split', SPLITS)
def test_every_question_is_sound(world, split):
    for video, event, question, _ in rows(world, split):
        assert len(set(question.choices)) == 5
        assert question.choices[question.answer] == event.answer
        assert {one.answer for one in video.events} <= set(question.choices)
        assert event.actor in question.question
        assert event.object in question.question
        assert question.type in ('TC', 'TN', 'TP', 'CW', 'CH')
        (start, end), = question.spans
        assert 0 <= start < end <= question.duration
    for video in world.videos(split):
        assert 3 <= len(video.questions) <= 4
        assert 20 <= video.duration <= 60
        assert (np.diff(video.frame_times) > 0).all()


def test_ids_are_unique_in_the_world(world):
    ids = [video.video_id for split in SPLITS for video in world.videos(split)]
    assert len(ids) == len(set(ids)) == 1610
    assert all(video_id.isdigit() for video_id in ids)


@pytest.mark.parametrize('split', ['train', 'test'])
def test_confounders_agree_as_often_as_stated(world, split):
    questions = rows(world, split)
    cue = np.mean([cue_answer(q) == event.answer
                   for _, event, q, _ in questions])
    scene = np.mean([ANSWERS[scene] == event.answer
                     for _, event, _, scene in questions])
    chance = 1 / len(ANSWERS)
    assert cue == pytest.approx(
        LANGUAGE_BIAS + (1 - LANGUAGE_BIAS) * chance, abs=0.05)
    assert scene == pytest.approx(
        VISUAL_BIAS + (1 - VISUAL_BIAS) * chance, abs=0.05)


def shares(questions):
    """Fractions of cues, of scenes: right answer, wrong choice offered."""
    favored = np.array([(cue_answer(q), ANSWERS[scene])
                         for _, _, q, scene in questions])
    right = favored == np.array([[e.answer] for _, e, _, _ in questions])
    offered = np.array([[one in q.choices for one in row]
                        for row, (_, _, q, _) in zip(favored, questions)])
    return right.mean(0), (offered & ~right).mean(0)


def test_confounders_are_reversed_as_often_out_of_distribution(world):
    right, wrong = shares(rows(world, 'test_ood'))
    biases = np.array([LANGUAGE_BIAS, VISUAL_BIAS])
    chance = (1 - biases) / len(ANSWERS)
    np.testing.assert_allclose(right, chance, atol=0.025)
    np.testing.assert_allclose(wrong, biases + 4 * chance, atol=0.05)


def test_at_full_bias_every_confounder_is_reversed():
    world = GroundedWorld(WorldSettings(
        test_ood_videos=50, language_bias=1., visual_bias=1.))
    right, wrong = shares(rows(world, 'test_ood'))
    assert right.tolist() == [0, 0]
    assert wrong.tolist() == [1, 1]


def test_neutral_hints_say_nothing_whatever_the_bias(world):
    right, wrong = shares(rows(world, 'test_neutral'))
    np.testing.assert_allclose(right, 1 / len(ANSWERS), atol=0.025)
    np.testing.assert_allclose(wrong, 4 / len(ANSWERS), atol=0.05)


@pytest.mark.parametrize('split', ['train', 'test_ood'])
def test_without_bias_cue_and_scene_say_nothing(split):
    world = GroundedWorld(WorldSettings(
        train_videos=400, test_ood_videos=400, language_bias=0.,
        visual_bias=0.))
    right, wrong = shares(rows(world, split))
    np.testing.assert_allclose(right, 1 / len(ANSWERS), atol=0.025)
    np.testing.assert_allclose(wrong, 4 / len(ANSWERS), atol=0.05)


def test_without_bias_a_video_is_the_same_in_any_split():
    world = GroundedWorld(WorldSettings(language_bias=0., visual_bias=0.))
    for video_id in map(str, range(20)):
        plain, reverse = (world._video(video_id, split)
                          for split in ('test', 'test_ood'))
        assert plain.questions == reverse.questions
        assert plain.scenes == reverse.scenes


def test_answers_and_their_places_are_balanced(world):
    questions = rows(world, 'train')
    places = np.bincount([q.answer for _, _, q, _ in questions])
    assert (np.abs(places / len(questions) - 0.2) < 0.05).all()
    answers = [ANSWERS.index(event.answer) for _, event, _, _ in questions]
    shares = np.bincount(answers, minlength=len(ANSWERS)) / len(questions)
    assert (np.abs(shares - 1 / len(ANSWERS)) < 0.025).all()


@pytest.mark.parametrize('split', ['test', 'test_ood'])
def test_grounding_is_needed_and_enough(world, split):
    grounded, pooled, found = [], [], []
    for video in world.videos(split)[:50]:
        frames = world.frames(video)
        for event, question in zip(video.events, video.questions):
            weights = question_frame_weights(
                frames, f'{event.actor} {event.object}')
            peak = video.frame_times[weights.argmax()]
            found.append(event.span[0] <= peak <= event.span[1])
            right = question.answer
            grounded.append(
                oracle_answer(frames, weights, question.choices) == right)
            vectors = [text_vector(one, 64) for one in question.choices]
            pooled.append((vectors @ frames.mean(0)).argmax() == right)
    assert np.mean(found) > 0.9
    assert np.mean(grounded) > 0.8
    assert np.mean(pooled) < 0.4


def test_worlds_depend_on_the_seed_alone(world):
    settings = WorldSettings(train_videos=2)
    video = GroundedWorld(settings).videos('train')[1]
    again = GroundedWorld(WorldSettings(train_videos=9)).videos('train')[1]
    assert video.questions == again.questions
    np.testing.assert_array_equal(
        GroundedWorld(settings).frames(video),
        GroundedWorld(settings).frames(again))
    other = GroundedWorld(WorldSettings(train_videos=2, seed=1))
    assert other.videos('train')[1].questions != video.questions


def test_frames_show_event_and_scene():
    settings = WorldSettings(
        train_videos=1, noise_strength=0., num_distractors=0)
    world = GroundedWorld(settings)
    video = world.videos('train')[0]
    frames = world.frames(video)
    inside = np.zeros(len(frames), dtype=bool)
    for start, end in (event.span for event in video.events):
        inside |= (video.frame_times >= start) & (video.frame_times <= end)
    strength = np.linalg.norm(frames, axis=1)
    assert strength[~inside].max() < strength[inside].min()
    assert frames.dtype == np.float32


@pytest.mark.parametrize('bad', [
    dict(language_bias=1.1), dict(visual_bias=-0.1), dict(train_videos=0),
    dict(noise_strength=float('inf')), dict(seed=-1), dict(feature_dim=0),
    dict(event_strength=float('nan'))
])
def test_bad_settings(bad):
    with pytest.raises(InputError, match=next(iter(bad))):
        WorldSettings(**bad)
