import numpy as np
import pytest
import torch
from mmengine.dataset import pseudo_collate

from cra_plugin.errors import InputError
from cra_plugin.registry import MODELS
from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample


def build(**settings):
    return MODELS.build(
        {'type': 'cra_plugin.VideoQGDataPreprocessor', **settings})


def sample(length, tokens, real, question=True):
    """What the packing transform returns, with distinct numbers."""
    inputs = {
        'frames': torch.arange(length * 2.).view(length, 2) + 1,
        'choice_tokens': torch.full((3, tokens), 5),
        'choice_mask': (torch.arange(tokens) < real).expand(3, -1).clone()}
    if question:
        inputs['question_tokens'] = inputs['choice_tokens'] + 1
        inputs['question_mask'] = inputs['choice_mask'].clone()
    return {'inputs': inputs, 'data_samples': VideoQGDataSample(
        metainfo={'frame_times': np.arange(length)})}


def test_pads_frames_and_says_what_is_real():
    batch = pseudo_collate([sample(3, 4, 4), sample(1, 4, 2),
                            sample(5, 4, 3)])
    inputs = build()(batch)['inputs']
    assert inputs['frames'].shape == (3, 5, 2)
    assert inputs['frame_mask'].sum(1).tolist() == [3, 1, 5]
    assert inputs['frame_mask'][0].tolist() == [True] * 3 + [False] * 2
    assert (inputs['frames'][~inputs['frame_mask']] == 0).all()
    assert (inputs['frames'][inputs['frame_mask']] > 0).all()


def test_stacks_tokens_of_any_length():
    batch = pseudo_collate([sample(2, 6, 3), sample(2, 4, 4)])
    for trim, length in ((True, 4), (False, 6)):
        inputs = build(trim_padding=trim)(batch)['inputs']
        for name, value in (('choice', 5), ('question', 6)):
            tokens, mask = (inputs[f'{name}_tokens'], inputs[f'{name}_mask'])
            assert tokens.shape == mask.shape == (2, 3, length)
            assert mask.dtype == torch.bool
            assert mask.sum(-1).tolist() == [[3] * 3, [4] * 3]
            assert (tokens[mask] == value).all()


def test_without_questions_and_with_the_samples_untouched():
    batch = pseudo_collate([sample(2, 4, 4, False), sample(2, 4, 4, False)])
    data = build()(batch)
    assert set(data['inputs']) == {'frames', 'frame_mask', 'choice_tokens',
                                   'choice_mask'}
    assert [len(each.frame_times) for each in data['data_samples']] == [2, 2]
    assert isinstance(batch['inputs']['frames'], list)


def test_nothing_real_is_cut():
    batch = pseudo_collate([sample(2, 5, 5), sample(2, 5, 1)])
    assert build()(batch)['inputs']['choice_mask'].sum() == 3 * 6


def video_sample(*shape):
    data = sample(2, 4, 4)
    del data['inputs']['frames']
    data['inputs']['video'] = torch.randint(0, 256, shape, dtype=torch.uint8)
    return data


def test_videos_are_stacked_as_they_are():
    samples = [video_sample(4, 3, 6, 8) for _ in range(3)]
    inputs = build()(pseudo_collate(samples))['inputs']
    assert set(inputs) == {'video', 'choice_tokens', 'choice_mask',
                           'question_tokens', 'question_mask'}
    assert inputs['video'].dtype == torch.uint8
    for row, each in enumerate(samples):
        assert torch.equal(inputs['video'][row], each['inputs']['video'])


@pytest.mark.parametrize('other', [(5, 3, 6, 8), (4, 3, 6, 9)])
def test_videos_are_not_padded(other):
    samples = [video_sample(4, 3, 6, 8), video_sample(*other)]
    with pytest.raises(InputError, match=r'videos of a batch.*\(4, 3, 6, 8\)'
                       '.*the same number of frames, height and width'):
        build()(pseudo_collate(samples))


def test_stays_out_of_a_compiled_training():
    """torch.compile cannot copy the NumPy arrays of data samples."""
    preprocessor = build()

    def train_step(batch):
        return preprocessor(batch)['inputs']['frames'] * 2

    compiled = torch.compile(train_step, backend='eager')
    batch = pseudo_collate([sample(3, 4, 4), sample(1, 4, 2)])
    assert torch.equal(compiled(batch), train_step(batch))
