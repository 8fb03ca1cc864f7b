import math

import pytest
import torch
from mmengine.dataset import BaseDataset
from mmengine.model import BaseModel
from mmengine.runner import Runner
from mmengine.structures import BaseDataElement

from cra_plugin.engine.hooks import NonfiniteLossHook
from cra_plugin.errors import InputError
from cra_plugin.registry import HOOKS
from tests.helpers.process_group import run_processes


class Losses(BaseDataset):
    """Each sample is the loss that it shall give."""

    def __init__(self, values):
        self.values = values
        super().__init__()

    def load_data_list(self):
        return [{} for _ in self.values]

    def prepare_data(self, index):
        return {'inputs': torch.tensor(self.values[index]),
                'data_samples': BaseDataElement(
                    metainfo={'key': f'video_{index}'})}


class Model(BaseModel):
    """Its loss is the sample times a weight, which counts the steps."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(1))

    def forward(self, inputs, data_samples, mode='loss'):
        return {'loss': self.weight.sum() * torch.stack(list(inputs)).sum()}


def run(folder, values, accumulate=1, model=None, wrapper=(),
        default_hooks=None, **hook):
    model = model or Model()
    Runner(
        model, str(folder), default_scope='mmaction',
        train_dataloader={
            'dataset': Losses(values), 'batch_size': 1,
            'sampler': {'type': 'DefaultSampler', 'shuffle': False}},
        train_cfg={'by_epoch': True, 'max_epochs': 1},
        optim_wrapper={'optimizer': {'type': 'SGD', 'lr': .1},
                       'accumulative_counts': accumulate, **dict(wrapper)},
        log_level='ERROR', default_hooks=default_hooks, custom_hooks=[
            {'type': 'cra_plugin.NonfiniteLossHook', **hook}]).train()
    return model.weight.item()


def test_finite_losses_pass(tmp_path):
    assert HOOKS.get('cra_plugin.NonfiniteLossHook') is NonfiniteLossHook
    assert run(tmp_path, [1., 2.]) == pytest.approx(1 - .1 - .2)


@pytest.mark.parametrize('value', [math.nan, math.inf, -math.inf])
def test_stops_and_names_the_samples(tmp_path, value):
    with pytest.raises(InputError, match=r'iteration 2: found -?(nan|inf) '
                       r'for video_1; expected a finite'):
        run(tmp_path, [1., value, 1.])


def test_nothing_of_it_is_saved(tmp_path):
    with pytest.raises(InputError):
        run(tmp_path, [1., math.nan], default_hooks={'checkpoint': {
            'type': 'CheckpointHook', 'by_epoch': False, 'interval': 1}})
    assert [path.name for path in tmp_path.glob('*.pth')] == ['iter_1.pth']


def stop_on_two_ranks(rank, folder, values, hook):
    with pytest.raises(InputError) as caught:
        run(folder, values, **hook)
    return str(caught.value)


@pytest.mark.parametrize('hook', [{}, {'action': 'skip', 'max_skips': 0}])
@pytest.mark.parametrize(('values', 'words'), [
    ([1., 1., 1., math.nan], 'nan on rank 1 for video_3; expected'),
    ([1., 1., math.inf, -math.inf],
     'inf on rank 0 for video_2; -inf on rank 1 for video_3; expected')])
def test_names_the_rank_and_its_samples(tmp_path, values, words, hook):
    main, other = run_processes(stop_on_two_ranks, 2, tmp_path, values, hook)
    assert f'iteration 2: found {words}' in main
    assert other == main


def test_skips_by_option(tmp_path):
    weight = run(tmp_path, [1., math.nan, 2.], action='skip')
    assert weight == pytest.approx(1 - .1 - .2)


def test_skips_where_losses_are_scaled(tmp_path):
    half = {'type': 'cra_plugin.CPUAmpOptimWrapper', 'dtype': 'float16',
            'clip_grad': {'max_norm': 9.}}
    weight = run(tmp_path, [1., math.nan, 2.], wrapper=half, action='skip')
    assert weight == pytest.approx(1 - .1 - .2, abs=1e-3)


def test_a_skipped_batch_counts_where_gradients_accumulate(tmp_path):
    """Steps after batches 2 and 4, each half the sum of its gradients."""
    weight = run(tmp_path, [1., math.nan, 2., 4.], 2, action='skip')
    assert weight == pytest.approx(1 - .1 * .5 - .1 * (1 + 2))


def test_does_not_skip_for_ever(tmp_path):
    values = [math.nan, math.nan, 1., math.nan, math.nan, math.nan]
    with pytest.raises(InputError, match='iteration 6'):
        run(tmp_path, values, action='skip', max_skips=2)


def test_unknown_action():
    with pytest.raises(InputError, match='stop, skip'):
        NonfiniteLossHook('ignore')
