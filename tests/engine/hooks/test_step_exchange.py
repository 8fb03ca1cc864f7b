"""One collective per step, and no waiting for the device where one trains."""

import sys
from pathlib import Path
from unittest import mock

import pytest
import torch

from cra_plugin.apis.train import train
from tests.helpers.process_group import run_processes

CONFIG = str(Path(__file__).resolve().parents[3] / 'configs/cra_nextgqa.py')
COLLECTIVES = ('all_gather', 'all_reduce', 'all_gather_object', 'gather',
               'broadcast', 'reduce', 'broadcast_object_list')
READS = ('item', 'tolist', '__bool__', '__float__', '__int__', 'numpy')


def steps_and_counts(rank, folder, options):
    """What hooks called, by name, in 6 steps more than in 1 epoch of 3."""
    counts = []
    for epochs in (1, 3):
        called = dict.fromkeys(COLLECTIVES, 0)
        with mock.patch.multiple(torch.distributed, **{
                name: counting(called, name, getattr(torch.distributed, name))
                for name in COLLECTIVES}):
            runner = train(
                CONFIG, str(folder / str(epochs)), launcher='pytorch',
                options=options | {'train_cfg.max_epochs': epochs})
        counts.append((runner.iter, called))
    (few, before), (many, after) = counts
    return many - few, {name: after[name] - before[name] for name in after
                        if after[name] != before[name]}


def counting(called, name, function):
    def count(*arguments, **keywords):
        called[name] += 1
        return function(*arguments, **keywords)

    return count


@pytest.fixture
def options(causal_options):
    """Training alone, saved at the end."""
    return causal_options | {
        'log_level': 'ERROR', 'train_dataloader.batch_size': 2,
        'val_cfg': None, 'val_dataloader': None, 'val_evaluator': None,
        'default_hooks.checkpoint': {'type': 'CheckpointHook',
                                     'interval': 99},
        'model.cma_loss': None}


def test_one_collective_per_step(options, tmp_path):
    for steps, more in run_processes(steps_and_counts, 2, tmp_path, options):
        assert steps > 4
        assert more == {'all_gather': steps}


def test_alone_no_hook_of_ours_reads_a_tensor(options, tmp_path, monkeypatch):
    readers = set()

    def watch(name):
        read = getattr(torch.Tensor, name)

        def reading(self, *arguments, **keywords):
            caller = sys._getframe(1).f_globals['__name__']
            readers.add(caller) if runs else None
            return read(self, *arguments, **keywords)

        monkeypatch.setattr(torch.Tensor, name, reading)

    runs = []
    monkeypatch.setattr('cra_plugin.engine.hooks.sample_seed_hook.'
                        'set_random_seed', lambda *_, **__: runs.append(1))
    for name in READS:
        watch(name)
    train(CONFIG, str(tmp_path), options=options)
    assert 'mmengine.logging.message_hub' in readers
    assert not {name for name in readers if 'engine.hooks' in name
                and name.startswith('cra_plugin')}
