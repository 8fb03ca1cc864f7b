"""CLIP alone: what is in one space is found, and nothing is trained."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from cra_plugin.annotations.nextgqa import find_nextgqa
from cra_plugin.apis.test import test as run_test
from cra_plugin.datasets.transforms.tokenize_prompts import TokenizePrompts
from cra_plugin.errors import InputError
from cra_plugin.models.grounders.zero_shot_grounder import ZeroShotGrounder
from cra_plugin.registry import MODELS
from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample
from cra_plugin.structures.video_question import VideoQuestion

CONFIGS = Path(__file__).resolve().parents[3] / 'configs'
WORDS, FRAMES = 6, 12


class SharedSpace(nn.Module):
    """A text is the sum of one axis per token, as a frame is of objects."""

    def forward(self, tokens, mask):
        return (nn.functional.one_hot(tokens, WORDS) * mask[..., None]).sum(
            2).float()


@pytest.fixture(scope='module', autouse=True)
def _shared_space():
    MODELS.register_module('SharedSpace', module=SharedSpace)
    yield
    del MODELS._module_dict['SharedSpace']


def build(**settings):
    decoders = dict(adaptive=dict(type='cra_plugin.AdaptiveSpan'))
    return ZeroShotGrounder(
        dict(type='cra_plugin.SharedSpace'), span_decoders=decoders,
        **settings).eval()


def inputs_of(frames, choices, question=(0, )):
    tokens = torch.tensor(choices).long()[None]
    asked = torch.tensor([[question]]).long()
    return dict(
        frames=frames, frame_mask=torch.ones(frames.shape[:2]).bool(),
        choice_tokens=tokens, choice_mask=torch.ones_like(tokens).bool(),
        question_tokens=asked, question_mask=torch.ones_like(asked).bool())


def sample(num_choices, times):
    return VideoQGDataSample.from_question(
        VideoQuestion('v', '0', 'q', tuple('abcdef'[:num_choices]), None,
                      duration=float(FRAMES)), times)


@pytest.mark.parametrize('true', range(3))
@pytest.mark.parametrize('start', [0, 4, 8])
def test_a_shared_space_is_grounded_perfectly(true, start):
    """The answer is shown in four frames, and the others show no choice."""
    frames = torch.zeros(1, FRAMES, WORDS)
    frames[..., 5] = 1
    frames[:, start:start + 4, 1 + true] = 4
    model = build(kernel_size=1)
    result, = model(inputs_of(frames, [(0, 1), (0, 2), (0, 3)]),
                    [sample(3, np.arange(FRAMES) + .5)], 'predict')
    assert result.pred_answer == true
    shown = result.frame_weights[start:start + 4]
    assert shown.sum() > 0.999 and shown.std() < 1e-6
    assert result.pred_span['adaptive'] == (start + .5, start + 3.5)


def test_the_scores_by_hand():
    """Cosines of 1 and 0 with frames; the mean of the two best counts."""
    frames = torch.eye(WORDS)[[1, 1, 2]][None]
    logits, weights = build(top_k=2, temperature=0.5, kernel_size=1)(
        inputs_of(frames, [(1, ), (2, ), (3, )]))
    torch.testing.assert_close(logits, torch.tensor([[2., 1., 0.]]))
    torch.testing.assert_close(weights, torch.tensor(
        [[2., 2., 0.]]).softmax(-1))


def test_the_question_alone_weighs_where_it_is_asked_to():
    frames = torch.eye(WORDS)[[1, 2, 3]][None]
    inputs = inputs_of(frames, [(1, ), (2, )], question=(3, ))
    weights = {query: build(query=query, kernel_size=1)(inputs)[1]
               for query in ('choice', 'question')}
    assert weights['choice'].argmax() == 0
    assert weights['question'].argmax() == 2
    none = dict(inputs, choice_tokens=inputs['choice_tokens'][:, :0],
                choice_mask=inputs['choice_mask'][:, :0])
    logits, alone = build(kernel_size=1)(none)
    assert logits.shape == (1, 1)
    torch.testing.assert_close(alone, weights['question'])


def test_neither_padding_nor_batch_mates_matter():
    torch.manual_seed(0)
    frames = torch.randn(2, FRAMES, WORDS)
    one = inputs_of(frames[:1, :5], [(1, 2), (2, 3)])
    both = {key: value.repeat(2, *[1] * (value.ndim - 1))
            for key, value in inputs_of(frames[:1],
                                        [(1, 2), (2, 3)]).items()}
    both['frames'] = frames.clone()
    both['frame_mask'][0, 5:] = False
    model = build(top_k=7)
    logits, weights = model(one)
    more_logits, more_weights = model(both)
    torch.testing.assert_close(more_logits[:1], logits)
    torch.testing.assert_close(more_weights[:1, :5], weights)
    assert not more_weights[0, 5:].any()


@pytest.mark.parametrize('settings, words', [
    (dict(top_k=0), 'ZeroShotGrounder.top_k'),
    (dict(temperature=-1), 'ZeroShotGrounder.temperature'),
    (dict(query='answer'), 'ZeroShotGrounder.query')])
def test_wrong_settings(settings, words):
    with pytest.raises(InputError, match=words):
        build(**settings)


def test_it_is_not_trained():
    with pytest.raises(InputError, match='evaluate it'):
        build()(inputs_of(torch.zeros(1, 3, WORDS), [(1, ), (2, )]), [],
                'loss')


@pytest.mark.parametrize('name', ['zeroshot_clip_nextgqa', 'zeroshot_clip'])
def test_on_feature_files_without_a_checkpoint(name, tiny_world, tmp_path,
                                               tiny_clip_folder):
    options = {
        'data_root': str(tiny_world), 'log_level': 'ERROR',
        'model.text_encoder.model': f'local-dir:{tiny_clip_folder}',
        'test_dataloader.num_workers': 0}
    if name == 'zeroshot_clip':
        mine = [json.dumps(dict(
            video=each.video_id, question=each.question, answer=each.answer,
            choices=each.choices, spans=[list(span) for span in each.spans]))
            for each in find_nextgqa(tiny_world, 'test').questions]
        (tmp_path / 'mine.jsonl').write_text('\n'.join(mine))
        options['test_dataloader.dataset.ann_file'] = str(
            tmp_path / 'mine.jsonl')
    metrics = run_test(str(CONFIGS / f'{name}.py'), None, str(tmp_path),
                       dump=str(tmp_path / 'preds.json'), options=options)
    assert 0 <= metrics['Acc@GQA'] <= metrics['Acc@VQA'] <= 100
    weights = json.loads((tmp_path / 'preds_attention.json').read_text())
    np.testing.assert_allclose(
        np.sum(list(weights.values()), axis=1), 1, atol=1e-5)


def test_a_trained_model_needs_a_checkpoint(tiny_options, tmp_path):
    with pytest.raises(InputError, match='pass a checkpoint'):
        run_test(str(CONFIGS / 'tempclip_ph_nextgqa.py'), None,
                 str(tmp_path), options=tiny_options)


def test_prompts(tiny_clip_folder):
    model = f'local-dir:{tiny_clip_folder}'
    tokenize = TokenizePrompts(model, choice_prompt='a video of {choice}')
    fields = tokenize(dict(question='who sings ?', choices=['a', 'the boy']))
    assert fields['choice_tokens'].shape == (2, 16)
    lengths = fields['choice_mask'].sum(1).tolist()
    assert lengths[1] == lengths[0] + 1
    assert not fields['choice_tokens'][~fields['choice_mask']].any()
    assert fields['question_tokens'].shape == (1, 16)
    for wrong in ('no field', '{answer}', '{choice'):
        with pytest.raises(InputError, match='choice_prompt'):
            TokenizePrompts(model, choice_prompt=wrong)
    with pytest.raises(InputError, match='a model of open_clip'):
        TokenizePrompts()
