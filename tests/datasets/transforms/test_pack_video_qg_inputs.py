import numpy as np
import pytest
import torch

from cra_plugin.datasets.transforms import PackVideoQGInputs
from cra_plugin.errors import InputError
from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample
from cra_plugin.structures.video_question import VideoQuestion

TOKENS = {'choice_tokens': np.ones((5, 7), np.int64),
          'choice_mask': np.ones((5, 7), bool)}
CANDIDATES = {'question_tokens': np.zeros((3, 7), np.int64),
              'question_mask': np.zeros((3, 7), bool),
              'candidate_questions': ['a', 'b', 'c'], 'gt_question': 2}


def test_packs_what_is_shown(make_sample):
    sample = {**make_sample(), **TOKENS, **CANDIDATES}
    sample.update(question='shown', choices=list('vwxyz'), gt_answer=3)
    packed = PackVideoQGInputs()(sample)
    assert {key: (tuple(value.shape), value.dtype)
            for key, value in packed['inputs'].items()} == {
        'frames': ((9, 2), torch.float32),
        'choice_tokens': ((5, 7), torch.int64),
        'choice_mask': ((5, 7), torch.bool),
        'question_tokens': ((3, 7), torch.int64),
        'question_mask': ((3, 7), torch.bool)}
    data_sample = packed['data_samples']
    assert isinstance(data_sample, VideoQGDataSample)
    meta = data_sample.metainfo
    np.testing.assert_array_equal(meta.pop('frame_times'), np.arange(9) + .5)
    assert meta == {'gt_question': 2, 'question_info': VideoQuestion(
        'v0', '0', 'shown', tuple('vwxyz'), 3, 'CW', ((1., 2.), ), 9.)}


def test_without_candidates(make_sample):
    packed = PackVideoQGInputs()({**make_sample(), **TOKENS})
    assert set(packed['inputs']) == {'frames', *TOKENS}
    assert packed['data_samples'].gt_question is None
    assert packed['data_samples'].gt_answer == 0


@pytest.mark.parametrize(('key', 'fix'), [
    ('frames', 'set features'), ('choice_tokens', 'TokenizeText'),
    ('choice_mask', 'TokenizeText'), ('question_tokens', 'TokenizeText'),
    ('question_info', 'use a dataset')])
def test_names_the_transform_that_is_missing(make_sample, key, fix):
    sample = {**make_sample(), **TOKENS, **CANDIDATES}
    del sample[key]
    with pytest.raises(InputError, match=f"PackVideoQG.*'{key}'.*{fix}"):
        PackVideoQGInputs()(sample)


@pytest.mark.parametrize('shape', [(9, 3, 4, 4), (1, 3, 9, 4, 4),
                                   (3, 3, 3, 4, 4)])
def test_packs_what_mmaction2_decoded(make_sample, shape):
    sample = {**make_sample(), **TOKENS, 'imgs': np.ones(shape, np.uint8)}
    del sample['frames']
    inputs = PackVideoQGInputs()(sample)['inputs']
    assert set(inputs) == {'video', *TOKENS}
    assert inputs['video'].shape == shape
    assert inputs['video'].dtype == torch.uint8


@pytest.mark.parametrize(('shape', 'frames'), [
    ((3, 3, 9, 4, 4), 27), ((8, 3, 4, 4), 8)])
def test_refuses_crops_and_frames_without_times(make_sample, shape, frames):
    sample = {**make_sample(), **TOKENS, 'imgs': np.ones(shape, np.uint8)}
    with pytest.raises(InputError, match=f'{frames} frames and 9 frame_tim'):
        PackVideoQGInputs()(sample)
