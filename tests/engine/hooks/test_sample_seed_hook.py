from types import SimpleNamespace

import pytest
import torch
from mmengine.dataset import BaseDataset, ConcatDataset, RepeatDataset
from mmengine.model import BaseModel
from mmengine.registry import HOOKS
from mmengine.runner import Runner

from cra_plugin.engine.hooks import SampleSeedHook


class Recorder(BaseDataset):
    """A dataset that reports the epoch it was told, in its samples."""

    def __init__(self):
        self.calls = []
        super().__init__()

    def load_data_list(self):
        return [{}, {}]

    def set_epoch(self, epoch, seed):
        self.calls.append((epoch, seed))

    def prepare_data(self, index):
        return {'inputs': torch.zeros(1), 'told': self.calls[-1]}


def fake_runner(dataset, epoch=0, seed=5):
    return SimpleNamespace(
        train_dataloader=SimpleNamespace(dataset=dataset), epoch=epoch,
        seed=seed)


@pytest.mark.parametrize(('seed', 'expected'), [(None, 5), (0, 0), (9, 9)])
def test_seed_of_the_runner_or_its_own(seed, expected):
    dataset = Recorder()
    SampleSeedHook(seed).before_train_epoch(fake_runner(dataset, epoch=3))
    assert dataset.calls == [(3, expected)]


def test_looks_through_wrappers():
    parts = [Recorder(), Recorder()]
    runner = fake_runner(ConcatDataset(parts))
    SampleSeedHook().before_train_epoch(runner)
    assert [part.calls for part in parts] == [[(0, 5)], [(0, 5)]]
    runner = fake_runner(RepeatDataset(parts[0], times=2), epoch=1)
    SampleSeedHook().before_train_epoch(runner)
    assert [part.calls[-1] for part in parts] == [(1, 5), (0, 5)]


def test_leaves_other_datasets_alone():
    other = [1, 2, 3]
    SampleSeedHook().before_train_epoch(fake_runner(other))
    assert other == [1, 2, 3]


class Model(BaseModel):
    """A model that remembers what its samples were told."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))
        self.told = []

    def forward(self, inputs, told, mode='loss'):
        self.told.append((told[0][0].item(), told[1][0].item()))
        return {'loss': self.weight.sum()}


def run(folder, epochs, resume=False):
    model = Model()
    Runner(
        model, str(folder), resume=resume, default_scope='mmaction',
        train_dataloader={
            'dataset': Recorder(), 'batch_size': 2,
            'collate_fn': {'type': 'default_collate'},
            'sampler': {'type': 'DefaultSampler', 'shuffle': True}},
        train_cfg={'by_epoch': True, 'max_epochs': epochs},
        optim_wrapper={'optimizer': {'type': 'SGD', 'lr': .1}},
        randomness={'seed': 7}, log_level='ERROR',
        custom_hooks=[{'type': 'cra_plugin.SampleSeedHook'}]).train()
    return model.told


def test_in_a_runner_and_after_a_resume(tmp_path):
    assert HOOKS.get('cra_plugin.SampleSeedHook') is SampleSeedHook
    assert run(tmp_path, 2) == [(0, 7), (1, 7)]
    assert run(tmp_path, 4, resume=True) == [(2, 7), (3, 7)]


def test_what_is_random_in_the_model_depends_on_seed_and_epoch_alone():
    drawn = []
    for epoch, seed in ((0, 5), (1, 5), (1, 5), (1, 6)):
        runner = fake_runner(Recorder(), epoch, seed)
        SampleSeedHook().before_train_iter(runner, 0)
        state = torch.get_rng_state()
        SampleSeedHook().before_train_iter(runner, 1)
        assert torch.equal(state, torch.get_rng_state())
        drawn.append(torch.rand(3).tolist())
    assert drawn[1] == drawn[2]
    assert drawn[0] != drawn[1] != drawn[3]
