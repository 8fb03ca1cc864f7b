"""Asking a model about a video: the same answers as by tools/test.py."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from cra_plugin.annotations.nextgqa import find_nextgqa
from cra_plugin.apis.config import load_config
from cra_plugin.apis.grounding_inferencer import GroundingInferencer
from cra_plugin.apis.test import test as run_test
from cra_plugin.datasets.features.feature_store import FeatureStore
from cra_plugin.errors import InputError
from cra_plugin.registry import MODELS

REPOSITORY = Path(__file__).resolve().parents[2]
CONFIGS = REPOSITORY / 'configs'
EXAMPLE = REPOSITORY / 'examples' / 'evidence_shapes'
ON_FEATURES = {
    'features': ('cra_nextgqa.py', 'causal_options'),
    'language_model': ('cra_frozenbilm_nextgqa.py', 'frozenbilm_options')}
TEXT = {'train_cfg.max_epochs': 1, 'log_level': 'ERROR'}


def save_model(config, options, path):
    """Save a model with random weights, far from uniform frame weights."""
    torch.manual_seed(1)
    model = MODELS.build(load_config(config, options).model)
    torch.save({'state_dict': model.state_dict(), 'meta': {}}, path)
    return str(path)


def rendered_options(folder, work_dir):
    """What makes cra_rendered.py tiny."""
    options = TEXT | {
        'data_root': str(folder), 'model.d_model': 16,
        'model.text_encoder.name': str(folder / 'text'),
        'model.temporal_encoder.num_heads': 2,
        'model.video_encoder.backbone.base_channels': 8,
        'model.video_encoder.out_dim': 16, 'work_dir': str(work_dir)}
    return options


@pytest.fixture(scope='module', params=['features', 'language_model',
                                        'pixels', 'example'])
def asked(request, tmp_path_factory):
    """An inferencer, its dump by test.py, and the videos of questions."""
    work_dir = tmp_path_factory.mktemp('asked')
    if request.param in ON_FEATURES:
        folder = request.getfixturevalue('tiny_world')
        name, made_tiny = ON_FEATURES[request.param]
        config = str(CONFIGS / name)
        options = TEXT | request.getfixturevalue(made_tiny)
        store = FeatureStore(folder / 'features_test.h5', key='CLIPL_I')
        annotations = find_nextgqa(folder, 'test')
        videos = {
            video: (store[video], dict(
                frame_times=annotations.frame_times[video],
                duration=annotations.durations[video]))
            for video in annotations.durations}
    else:
        folder = request.getfixturevalue('rendered_world')
        config = str(CONFIGS / 'cra_rendered.py')
        options = rendered_options(folder, work_dir)
        annotations = find_nextgqa(folder, 'test')
        videos = {path.stem: (path, {})
                  for path in (folder / 'videos').glob('*.mp4')}
    if request.param == 'example':
        config, checkpoint = (f'{EXAMPLE}{end}' for end in ('.py', '.pth'))
        options = {'data_root': str(folder), 'log_level': 'ERROR'}
    else:
        checkpoint = save_model(config, options, work_dir / 'random.pth')
    run_test(config, checkpoint, str(work_dir), options=options,
             dump=str(work_dir / 'preds.json'))
    inferencer = GroundingInferencer(config, checkpoint, 'cpu', options)
    return inferencer, annotations.questions, videos, work_dir


def test_the_answers_are_those_of_the_test_tool(asked):
    inferencer, questions, videos, work_dir = asked
    answers, spans, weights = (
        json.loads((work_dir / f'preds{end}.json').read_text())
        for end in ('', '_spans', '_attention'))
    for video_id in {each.video_id for each in questions}:
        video, known = videos[video_id]
        encoded = inferencer.encode_video(video, **known)
        own = [each for each in questions if each.video_id == video_id]
        many = inferencer(encoded, [each.question for each in own],
                          [each.choices for each in own])
        for question, result in zip(own, many):
            one = inferencer(encoded, question.question, question.choices)
            np.testing.assert_allclose(one.frame_weights,
                                       result.frame_weights, atol=1e-6)
            assert result.answer_index == answers[question.key]['prediction']
            assert result.answer == question.choices[result.answer_index]
            assert sum(result.probabilities) == pytest.approx(1)
            np.testing.assert_allclose(
                result.probabilities, answers[question.key]['scores'],
                atol=1e-5)
            np.testing.assert_allclose(
                result.frame_weights, weights[question.key], atol=1e-5)
            np.testing.assert_allclose(
                result.span, spans[question.key], atol=1e-5)


def test_a_question_without_choices_is_grounded(asked):
    inferencer, questions, videos, _ = asked
    video, known = videos[questions[0].video_id]
    encoded = inferencer.encode_video(video, **known)
    first, second = inferencer(
        encoded, [questions[0].question, 'where is the red one ?'])
    assert first.answer is None and first.probabilities == ()
    assert first.frame_weights.sum() == pytest.approx(1, abs=1e-5)
    assert 0 <= first.span[0] <= first.span[1] <= first.duration
    assert abs(first.frame_weights - second.frame_weights).max() > 1e-7
    json.dumps(first.to_dict())


def test_questions_of_different_numbers_of_choices_go_together(asked):
    inferencer, questions, videos, _ = asked
    video, known = videos[questions[0].video_id]
    encoded = inferencer.encode_video(video, **known)
    choices = questions[0].choices
    texts = [questions[0].question] * 3
    mixed = inferencer(encoded, texts, [choices[:3], choices, choices[:3]])
    assert [len(each.probabilities) for each in mixed] == [3, 5, 3]
    for each, given in zip(mixed, (choices[:3], choices, choices[:3])):
        alone = inferencer(encoded, texts[0], given)
        np.testing.assert_allclose(alone.probabilities, each.probabilities,
                                   atol=1e-6)


@pytest.mark.parametrize('question, choices, words', [
    ('', ['a', 'b'], 'a question'), ('why ?', ['a'], 'two or more'),
    ('why ?', ['a', ' '], 'two or more'),
    (['why ?', 'how ?'], [['a', 'b']], 'one list for each')])
def test_what_is_no_question_is_refused(asked, question, choices, words):
    inferencer, questions, videos, _ = asked
    video, known = videos[questions[0].video_id]
    encoded = inferencer.encode_video(video, **known)
    with pytest.raises(InputError, match=words):
        inferencer(encoded, question, choices)
