import pytest
import torch
from mmengine.dataset import pseudo_collate

from cra_plugin.datasets.stack_samples import stack_samples
from cra_plugin.registry import FUNCTIONS, MODELS


def sample(frames=4, tokens=6, video=None):
    generator = torch.Generator().manual_seed(frames + tokens)
    real = torch.arange(tokens) < tokens - 2
    seen = ({'frames': torch.rand(frames, 3, generator=generator)}
            if video is None else {'video': torch.rand(2, 3, video, video)})
    return {'inputs': seen | {
        'choice_tokens': torch.randint(9, (5, tokens), generator=generator),
        'choice_mask': real.expand(5, tokens).clone()},
        'data_samples': object()}


@pytest.mark.parametrize(('samples', 'stacked'), [
    ([sample(), sample(), sample()],
     {'frames', 'choice_tokens', 'choice_mask'}),
    ([sample(4), sample(3)], {'choice_tokens', 'choice_mask'}),
    ([sample(), sample(tokens=7)], {'frames'}),
    ([sample(video=2)] * 2, {'video', 'choice_tokens', 'choice_mask'})])
def test_the_model_is_given_the_same(samples, stacked):
    collate = FUNCTIONS.get('cra_plugin.stack_samples')
    assert collate is stack_samples
    plain, batch = pseudo_collate(samples), collate(samples)
    assert stacked == {name for name, value in batch['inputs'].items()
                       if isinstance(value, torch.Tensor)}
    assert batch['data_samples'] == plain['data_samples']
    preprocessor = MODELS.build(
        {'type': 'cra_plugin.VideoQGDataPreprocessor'})
    expected, found = (preprocessor(each) for each in (plain, batch))
    assert found['inputs'].keys() == expected['inputs'].keys()
    for name, value in expected['inputs'].items():
        assert torch.equal(found['inputs'][name], value), name
        assert found['inputs'][name].dtype == value.dtype
